//! `/api/sesiones` and `/api/acuerdos`: the Asamblea de Municipalidades.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use office::{
    Office,
    government::{
        AgreementShape, Agreements, NewAgreement, NewFollowUp, NewSession, SessionShape, Sessions,
    },
};

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/sesiones", get(list).post(write))
        .route("/sesiones/{codigo}", get(one))
        .route("/acuerdos", get(agreements).post(agree))
        .route("/acuerdos/{codigo}", get(agreement))
        .route("/acuerdos/{codigo}/seguimiento", post(follow))
}

/// Las sesiones de la Asamblea, la última primero.
#[utoipa::path(get, tag = "institución", path = "/api/sesiones",
    params(("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»")),
    responses((status = 200, description = "La lista", content_type = "application/json")))]
pub async fn list(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Sessions>> {
    parameters.only(&["despues"])?;
    Ok(Json(office.sessions(parameters.get("despues")).await?))
}

/// Registra una sesión, o la corrige si «version» es la que se leyó.
#[utoipa::path(post, tag = "institución", path = "/api/sesiones",
    request_body(content_type = "application/json", description = "fecha, clase (ordinaria, extraordinaria), presentes (ubigeos) y agenda; codigo, como S-2026-03, y version para corregir"),
    responses((status = 201, description = "La sesión", content_type = "application/json"),
        (status = 400, description = "Falta algo", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ya existe, o cambió desde que se leyó", content_type = "application/problem+json")))]
pub async fn write(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(new): Body<NewSession>,
) -> Answer<impl IntoResponse> {
    let session = office.write_session(&actor, new).await?;
    let link = [(
        header::LOCATION,
        format!("/api/sesiones/{}", session.codigo),
    )];
    Ok((StatusCode::CREATED, link, Json(session)))
}

/// Una sesión, con sus acuerdos.
#[utoipa::path(get, tag = "institución", path = "/api/sesiones/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    responses((status = 200, description = "La sesión", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn one(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
) -> Answer<Json<SessionShape>> {
    Ok(Json(office.session(&code).await?))
}

/// Los acuerdos de la Asamblea, el último primero, con sus votos y lo que se ha cumplido.
#[utoipa::path(get, tag = "institución", path = "/api/acuerdos",
    params(("sesion" = Option<String>, Query, description = "De una sesión"),
        ("estado" = Option<String>, Query, description = "pendiente, en_curso, cumplido, sin_efecto"),
        ("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn agreements(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Agreements>> {
    parameters.only(&["sesion", "estado", "despues"])?;
    let state = parameters.read("estado", "pendiente, en_curso, cumplido o sin_efecto")?;
    let found = office
        .agreements(parameters.get("sesion"), state, parameters.get("despues"))
        .await?;
    Ok(Json(found))
}

/// Registra un acuerdo con sus votos; el resultado se calcula.
#[utoipa::path(post, tag = "institución", path = "/api/acuerdos",
    request_body(content_type = "application/json", description = "sesion, texto, votos ([{ubigeo, voto: a_favor|en_contra|abstencion}]), y si los hay sobre ([{clase: plan|inversion|informe|cambio, codigo}]) y codigo, como A-2026-007"),
    responses((status = 201, description = "El acuerdo", content_type = "application/json"),
        (status = 400, description = "Falta algo", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 404, description = "No existe la sesión", content_type = "application/problem+json"),
        (status = 409, description = "Ya existe", content_type = "application/problem+json"),
        (status = 422, description = "No hubo quórum, votó quien no estuvo, o no existe aquello sobre lo que decide", content_type = "application/problem+json")))]
pub async fn agree(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(new): Body<NewAgreement>,
) -> Answer<impl IntoResponse> {
    let agreement = office.write_agreement(&actor, new).await?;
    let link = [(
        header::LOCATION,
        format!("/api/acuerdos/{}", agreement.codigo),
    )];
    Ok((StatusCode::CREATED, link, Json(agreement)))
}

/// Un acuerdo.
#[utoipa::path(get, tag = "institución", path = "/api/acuerdos/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    responses((status = 200, description = "El acuerdo", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn agreement(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
) -> Answer<Json<AgreementShape>> {
    Ok(Json(office.agreement(&code).await?))
}

/// Registra un paso en el cumplimiento de un acuerdo aprobado.
#[utoipa::path(post, tag = "institución", path = "/api/acuerdos/{codigo}/seguimiento",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "version, fecha, estado (pendiente, en_curso, cumplido, sin_efecto) y nota"),
    responses((status = 200, description = "El acuerdo", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 409, description = "No se aprobó, o cambió desde que se leyó", content_type = "application/problem+json"),
        (status = 422, description = "La fecha no vale", content_type = "application/problem+json")))]
pub async fn follow(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(step): Body<NewFollowUp>,
) -> Answer<Json<AgreementShape>> {
    Ok(Json(office.follow_agreement(&actor, &code, &step).await?))
}
