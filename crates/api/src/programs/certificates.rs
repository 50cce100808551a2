//! `/api/control-urbano/certificados` for officers, `/api/certificados/{numero}` and `/api/firma/claves` for anybody.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use office::{
    Kind, Office, Problem,
    certificates::{ApplicantShape, Decision, NewDraft, keys::KeySet},
    view::CertificateShape,
};
use serde::Serialize;
use uuid::Uuid;

use super::documents::sent;
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
) -> Answer<impl IntoResponse> {
    let certificate = office.draft_certificate(&actor, &draft).await?;
    let link = [(header::LOCATION, certificate.enlace.clone())];
    Ok((StatusCode::CREATED, link, Json(certificate)))
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
    responses((status = 200, description = "contenido, payload, protected, signature; y anulacion si se anuló. Con Accept: application/pdf, el papel", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn signed(
    State(office): State<Office>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let mut response = match name.strip_suffix(".pdf") {
        Some(number) => paper(&office, number, &headers).await?,
        None if wants_paper(&headers) => paper(&office, &name, &headers).await?,
        None => Json(office.signed_certificate(&name).await?).into_response(),
    };
    response.headers_mut().extend([
        (header::VARY, HeaderValue::from_static("accept")),
        // It may be annulled in the next minute.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ]);
    Ok(response)
}

/// El papel de un certificado emitido: lo que se firmó, el mapa del lugar, y el QR con que cualquiera lo comprueba.
#[utoipa::path(get, tag = "programas", path = "/api/certificados/{numero}.pdf",
    params(("numero" = String, Path, description = "Su número, como 220101-2026-000123")),
    responses((status = 200, description = "El certificado; si se anuló o venció, lo dice en cada hoja", content_type = "application/pdf"),
        (status = 304, description = "Es el que ya se tiene"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 503, description = "Hay demasiados documentos en curso", content_type = "application/problem+json")))]
pub async fn paper(office: &Office, number: &str, headers: &HeaderMap) -> Answer<Response> {
    sent(office.certificate_paper(number).await?, headers).await
}

/// Whether somebody would rather have the paper than the signed JSON, which is given to who does not say (RFC 9110, 12.5.1).
fn wants_paper(headers: &HeaderMap) -> bool {
    let accepted: Vec<(&str, f32)> = headers
        .get_all(header::ACCEPT)
        .into_iter()
        .filter_map(|accept| accept.to_str().ok())
        .flat_map(|accept| accept.split(','))
        .map(|range| {
            let (kind, parameters) = range.split_once(';').unwrap_or((range, ""));
            let weight = parameters
                .split(';')
                .find_map(|one| one.trim().strip_prefix("q="));
            let weight = weight.map_or(Some(1.0), |weight| weight.parse().ok());
            (kind.trim(), weight.unwrap_or(0.0))
        })
        .collect();
    let weight = |wanted: &str| {
        let named = accepted
            .iter()
            .find(|(kind, _)| kind.eq_ignore_ascii_case(wanted));
        named.map(|(_, weight)| *weight)
    };
    // What covers both says nothing of either.
    let paper = weight("application/pdf").unwrap_or(0.0);
    paper > 0.0 && paper > weight("application/json").unwrap_or(0.0)
}

/// Las llaves públicas con que se firmaron certificados: un conjunto JWK, cada una también en PEM.
#[utoipa::path(get, tag = "programas", path = "/api/firma/claves",
    responses((status = 200, description = "Las llaves, la que firma hoy primero", content_type = "application/json")))]
pub async fn keys(State(office): State<Office>) -> Answer<Json<KeySet>> {
    Ok(Json(office.signing_keys().await?))
}

pub(crate) fn parse(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| {
        Problem::new(
            Kind::NotFound,
            "No hay un certificado con ese identificador.",
            "Los suyos están en /api/control-urbano/certificados.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_is_for_who_would_rather_have_it() {
        for (accept, paper) in [
            ("", false),
            ("*/*", false),
            ("application/json", false),
            ("application/pdf", true),
            ("application/pdf, */*;q=0.1", true),
            ("text/html,application/xhtml+xml,*/*;q=0.8", false),
            ("application/json, application/pdf", false),
            ("application/json;q=0.5, Application/PDF", true),
            ("application/json;q=0.9, application/pdf;q=0.5", false),
            ("application/pdf;q=0", false),
            ("application/pdf;q=x", false),
        ] {
            let headers = HeaderMap::from_iter([(
                header::ACCEPT,
                HeaderValue::from_str(accept).expect("a header"),
            )]);
            assert_eq!(wants_paper(&headers), paper, "{accept}");
        }
    }
}
