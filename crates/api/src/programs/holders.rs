//! `/api/predios/{codigo}/titulares`: personal data, for staff and for a purpose.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use office::{Office, people::HoldersShape};

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its route.
pub fn routes() -> Router<Doors> {
    Router::new().route("/predios/{codigo}/titulares", get(read).put(write))
}

/// Titulares de un predio, para quien puede y diciendo para qué. La lectura queda en la auditoría.
#[utoipa::path(get, tag = "programas", path = "/api/predios/{codigo}/titulares",
    params(("codigo" = String, Path, description = "Código catastral"), ("finalidad" = String, Query, description = "Para qué se leen")),
    responses((status = 200, description = "Los titulares", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn read(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["finalidad"])?;
    let purpose = parameters.get("finalidad").unwrap_or_default();
    let holders = office.holders(&actor, &code, purpose).await?;
    let mut response = Json(holders).into_response();
    // Nothing on the way keeps it.
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    Ok(response)
}

/// Escribe los titulares de un predio; los de antes quedan en la historia.
#[utoipa::path(put, tag = "programas", path = "/api/predios/{codigo}/titulares",
    params(("codigo" = String, Path, description = "Código catastral"), ("motivo" = String, Query, description = "Por qué se escriben")),
    request_body(content_type = "application/json", description = "titulares: nombre, documento_tipo, documento_numero, derecho, cuota"),
    responses((status = 204, description = "Escritos"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn write(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    parameters: Parameters,
    Body(holders): Body<HoldersShape>,
) -> Answer<StatusCode> {
    parameters.only(&["motivo"])?;
    let reason = parameters.get("motivo").unwrap_or_default();
    office
        .write_holders(&actor, &code, reason, &holders)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
