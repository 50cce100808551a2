//! `GET /api/predios/{codigo}/plano.pdf`, `/memoria.pdf`, `/ficha.pdf`.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::IntoResponse,
    routing::get,
};
use office::{Office, documents::Document};

use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Segments},
};

/// Its routes. Composing one may wait for those before it.
pub fn long_routes() -> Router<Doors> {
    Router::new()
        .route("/predios/{codigo}/plano.pdf", get(plan))
        .route("/predios/{codigo}/memoria.pdf", get(memoria))
        .route("/predios/{codigo}/ficha.pdf", get(record))
}

/// El plano perimétrico del predio, a escala, con su cuadro de datos técnicos.
#[utoipa::path(get, tag = "programas", path = "/api/predios/{codigo}/plano.pdf",
    params(("codigo" = String, Path, description = "Código catastral"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "El plano", content_type = "application/pdf"),
        (status = 404, description = "No existe en esa fecha", content_type = "application/problem+json")))]
pub async fn plan(
    office: State<Office>,
    code: Segments<String>,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    document(Document::Plan, "plano", office, code, parameters).await
}

/// La memoria descriptiva del predio: sus linderos y colindantes por los cuatro lados.
#[utoipa::path(get, tag = "programas", path = "/api/predios/{codigo}/memoria.pdf",
    params(("codigo" = String, Path, description = "Código catastral"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "La memoria", content_type = "application/pdf"),
        (status = 404, description = "No existe en esa fecha", content_type = "application/problem+json")))]
pub async fn memoria(
    office: State<Office>,
    code: Segments<String>,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    document(Document::Memoria, "memoria", office, code, parameters).await
}

/// La ficha del predio: lo que de él es público.
#[utoipa::path(get, tag = "programas", path = "/api/predios/{codigo}/ficha.pdf",
    params(("codigo" = String, Path, description = "Código catastral"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "La ficha", content_type = "application/pdf"),
        (status = 404, description = "No existe en esa fecha", content_type = "application/problem+json")))]
pub async fn record(
    office: State<Office>,
    code: Segments<String>,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    document(Document::Record, "ficha", office, code, parameters).await
}

async fn document(
    document: Document,
    name: &str,
    State(office): State<Office>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<impl IntoResponse + use<>> {
    parameters.only(&["fecha", "conocido_a"])?;
    let day = parameters.read("fecha", "un día, como 2026-11-23")?;
    let known_at = parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    let pdf = office.document(document, &code, day, known_at).await?;
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/pdf"),
    );
    // The code was read as one: digits and letters.
    if let Ok(shown) = format!("inline; filename=\"{name}_{code}.pdf\"").parse() {
        headers.insert(header::CONTENT_DISPOSITION, shown);
    }
    Ok((headers, pdf))
}
