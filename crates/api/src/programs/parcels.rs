//! `GET /api/predios/{codigo}`.

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use office::{Office, view};

use crate::doors::Doors;
use crate::problem::{Answer, Parameters, Segments};

/// Its route.
pub fn routes() -> Router<Doors> {
    Router::new().route("/predios/{codigo}", get(parcel))
}

/// Un predio, hoy o en otra fecha.
#[utoipa::path(get, tag = "programas", path = "/api/predios/{codigo}",
    params(("codigo" = String, Path, description = "Código catastral"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "El predio como GeoJSON", content_type = "application/geo+json"),
        (status = 404, description = "No existe en esa fecha", content_type = "application/problem+json")))]
pub async fn parcel(
    State(office): State<Office>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    parameters.only(&["fecha", "conocido_a"])?;
    let day = parameters.read("fecha", "un día, como 2026-11-23")?;
    let known_at = parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    let feature = office.parcel(&code, day, known_at).await?;
    Ok((
        [(header::CONTENT_TYPE, "application/geo+json")],
        view::parcel(&feature)?.get().to_owned(),
    ))
}
