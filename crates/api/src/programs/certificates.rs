//! `/api/control-urbano/certificados` for officers, `/api/certificados/{numero}` and `/api/firma/claves` for anybody.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use office::{
    Kind, Office, Problem,
    certificates::{ApplicantShape, Decision, Envelope, NewDraft, keys::KeySet},
    view::CertificateShape,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    let staff = "/control-urbano/certificados";
    Router::new()
        .route(staff, get(list).post(draft))
        .route(&format!("{staff}/{{id}}"), get(certificate))
        .route(&format!("{staff}/{{id}}/decision"), post(decide))
        .route(&format!("{staff}/{{id}}/solicitante"), get(applicant))
        .route("/certificados/{numero}", get(signed))
        .route("/firma/claves", get(keys))
}

/// A list of certificates.
#[derive(Serialize)]
pub struct Certificates {
    certificados: Vec<CertificateShape>,
}

/// Redacta un certificado: el servicio contesta su consulta y queda como borrador.
#[utoipa::path(post, tag = "programas", path = "/api/control-urbano/certificados",
    request_body(content_type = "application/json", description = "tipo, consulta (como en una verificación, sin fecha), datos, expediente y solicitante"),
    responses((status = 201, description = "El borrador, con su enlace en Location", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 422, description = "Falta algo que esa clase de certificado lleva", content_type = "application/problem+json")))]
pub async fn draft(
    State(office): State<Office>,
    Caller(actor): Caller,
    Body(draft): Body<NewDraft>,
) -> Answer<Response> {
    let certificate = office.draft_certificate(&actor, &draft).await?;
    let link = HeaderValue::from_str(&certificate.enlace);
    let mut response = (StatusCode::CREATED, Json(certificate)).into_response();
    if let Ok(link) = link {
        response.headers_mut().insert(header::LOCATION, link);
    }
    Ok(response)
}

/// Los últimos certificados, de borrador a anulado, de los municipios en que la cuenta los redacta o emite.
#[utoipa::path(get, tag = "programas", path = "/api/control-urbano/certificados",
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json")))]
pub async fn list(
    State(office): State<Office>,
    Caller(actor): Caller,
) -> Answer<Json<Certificates>> {
    let certificados = office.certificates(&actor).await?;
    Ok(Json(Certificates { certificados }))
}

/// Un certificado con lo que dice y su historia, para quien redacta o emite.
#[utoipa::path(get, tag = "programas", path = "/api/control-urbano/certificados/{id}",
    params(("id" = String, Path, description = "Su identificador")),
    responses((status = 200, description = "El certificado", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn certificate(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<Json<CertificateShape>> {
    Ok(Json(office.certificate(&actor, parse(&id)?).await?))
}

/// Un paso del certificado: enviar, devolver, actualizar, retirar, emitir o anular.
#[utoipa::path(post, tag = "programas", path = "/api/control-urbano/certificados/{id}/decision",
    params(("id" = String, Path, description = "Su identificador")),
    request_body(content_type = "application/json", description = "decision; sustento al devolver, retirar o anular; cargo al emitir; documento al anular"),
    responses((status = 200, description = "El certificado después del paso", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede, o lo redactó", content_type = "application/problem+json"),
        (status = 409, description = "Su estado no lo admite, o lo que dice cambió desde que se redactó", content_type = "application/problem+json")))]
pub async fn decide(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    Body(decision): Body<Decision>,
) -> Answer<Json<CertificateShape>> {
    let certificate = office
        .decide_certificate(&actor, parse(&id)?, &decision)
        .await?;
    Ok(Json(certificate))
}

/// Who asked.
#[derive(Serialize)]
pub struct Applicant {
    solicitante: Option<ApplicantShape>,
}

/// Quién pidió un certificado, diciendo para qué se lee; la lectura queda en la auditoría.
#[utoipa::path(get, tag = "programas", path = "/api/control-urbano/certificados/{id}/solicitante",
    params(("id" = String, Path, description = "Su identificador"),
        ("finalidad" = String, Query, description = "Para qué se lee")),
    responses((status = 200, description = "Quién lo pidió", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn applicant(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    parameters.only(&["finalidad"])?;
    let purpose = parameters.get("finalidad").unwrap_or_default();
    let solicitante = office.applicant(&actor, parse(&id)?, purpose).await?;
    // Nobody on the way keeps it.
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((no_store, Json(Applicant { solicitante })))
}

/// Un certificado emitido, como JSON firmado (JWS, Ed25519): cualquiera lo comprueba con la llave pública.
#[utoipa::path(get, tag = "programas", path = "/api/certificados/{numero}",
    params(("numero" = String, Path, description = "Su número, como 220101-2026-000123")),
    responses((status = 200, description = "contenido, payload, protected, signature; y anulacion si se anuló", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn signed(
    State(office): State<Office>,
    Segments(number): Segments<String>,
) -> Answer<Json<Envelope>> {
    Ok(Json(office.signed_certificate(&number).await?))
}

/// Las llaves públicas con que se firmaron certificados: un conjunto JWK, cada una también en PEM.
#[utoipa::path(get, tag = "programas", path = "/api/firma/claves",
    responses((status = 200, description = "Las llaves, la que firma hoy primero", content_type = "application/json")))]
pub async fn keys(State(office): State<Office>) -> Answer<Json<KeySet>> {
    Ok(Json(office.signing_keys().await?))
}

fn parse(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| {
        Problem::new(
            Kind::NotFound,
            "No hay un certificado con ese identificador.",
            "Los suyos están en /api/control-urbano/certificados.",
        )
    })
}
