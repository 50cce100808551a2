//! `GET /api/predios/{codigo}/plano.pdf`, `memoria.pdf` and `ficha.pdf`.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use office::{
    Office,
    documents::{Paper, Ready},
};

use crate::{
    doors::Doors,
    ogc::is_known,
    problem::{Answer, Parameters, Segments},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/predios/{codigo}/plano.pdf", get(plan))
        .route("/predios/{codigo}/memoria.pdf", get(memoria))
        .route("/predios/{codigo}/ficha.pdf", get(record))
}

/// El plano perimétrico de un predio, a escala, con su cuadro de datos técnicos y sus colindantes.
#[utoipa::path(get, tag = "programas", path = "/api/predios/{codigo}/plano.pdf",
    params(("codigo" = String, Path, description = "Código catastral"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "El plano", content_type = "application/pdf"),
        (status = 304, description = "Es el que ya se tiene"),
        (status = 404, description = "No existe en esa fecha", content_type = "application/problem+json"),
        (status = 422, description = "Demasiado grande para el papel", content_type = "application/problem+json"),
        (status = 503, description = "Hay demasiados documentos en curso", content_type = "application/problem+json")))]
pub async fn plan(
    State(office): State<Office>,
    Segments(code): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    document(&office, Paper::Plan, &code, &headers, &parameters).await
}

/// La memoria descriptiva de un predio: linderos por los cuatro lados, áreas y cuadro de datos técnicos.
#[utoipa::path(get, tag = "programas", path = "/api/predios/{codigo}/memoria.pdf",
    params(("codigo" = String, Path, description = "Código catastral"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "La memoria", content_type = "application/pdf"),
        (status = 304, description = "Es la que ya se tiene"),
        (status = 404, description = "No existe en esa fecha", content_type = "application/problem+json"),
        (status = 422, description = "Demasiado grande para el papel", content_type = "application/problem+json"),
        (status = 503, description = "Hay demasiados documentos en curso", content_type = "application/problem+json")))]
pub async fn memoria(
    State(office): State<Office>,
    Segments(code): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    document(&office, Paper::Memoria, &code, &headers, &parameters).await
}

/// La ficha de un predio: lo que es público de él, sus áreas, sus colindantes y de cuáles viene.
#[utoipa::path(get, tag = "programas", path = "/api/predios/{codigo}/ficha.pdf",
    params(("codigo" = String, Path, description = "Código catastral"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "La ficha", content_type = "application/pdf"),
        (status = 304, description = "Es la que ya se tiene"),
        (status = 404, description = "No existe en esa fecha", content_type = "application/problem+json"),
        (status = 422, description = "Demasiado grande para el papel", content_type = "application/problem+json"),
        (status = 503, description = "Hay demasiados documentos en curso", content_type = "application/problem+json")))]
pub async fn record(
    State(office): State<Office>,
    Segments(code): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    document(&office, Paper::Record, &code, &headers, &parameters).await
}

async fn document(
    office: &Office,
    paper: Paper,
    code: &str,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Answer<Response> {
    parameters.only(&["fecha", "conocido_a"])?;
    let day = parameters.read("fecha", "un día, como 2026-11-23")?;
    let known_at = parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    let ready = office.document(paper, code, day, known_at).await?;
    sent(ready, headers).await
}

/// A document on its way; 304 where it is there already.
pub(crate) async fn sent(ready: Ready, headers: &HeaderMap) -> Answer<Response> {
    // Strong: the same values, the same bytes. Known before a processor is spent on them.
    let etag = format!("\"{}\"", ready.fingerprint());
    if is_known(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    // The name is of letters and digits of ours.
    let shown = format!("inline; filename=\"{}\"", ready.name);
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, shown),
        (header::ETAG, etag),
    ];
    Ok((headers, ready.typeset().await?).into_response())
}
