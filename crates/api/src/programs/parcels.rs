//! `GET /api/predios/{codigo}`, its history, and the history of a place.

use axum::{Json, Router, extract::State, http::header, response::IntoResponse, routing::get};
use office::{
    Kind, Office, Problem,
    view::{self, History, Version},
};
use serde::Serialize;

use crate::doors::Doors;
use crate::problem::{Answer, Parameters, Segments};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/predios/{codigo}", get(parcel))
        .route("/predios/{codigo}/historia", get(history))
        .route("/historia", get(history_at))
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

/// La historia de un predio: sus versiones en los dos tiempos, de cuáles viene y cuáles vienen de él.
#[utoipa::path(get, tag = "programas", path = "/api/predios/{codigo}/historia",
    params(("codigo" = String, Path, description = "Código catastral")),
    responses((status = 200, description = "La historia", content_type = "application/json"),
        (status = 404, description = "Nunca existió", content_type = "application/problem+json")))]
pub async fn history(
    State(office): State<Office>,
    Segments(code): Segments<String>,
) -> Answer<Json<History>> {
    Ok(Json(office.history(&code).await?))
}

/// Versions at a place.
#[derive(Serialize)]
pub struct Place {
    versiones: Vec<Version>,
}

/// Todo lo que hubo en un punto; con «fecha» o «`conocido_a`», lo que había entonces según se sabía.
#[utoipa::path(get, tag = "programas", path = "/api/historia",
    params(("punto" = String, Query, description = "Longitud y latitud, como -76.97,-6.03"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "Las versiones", content_type = "application/json"),
        (status = 400, description = "El punto no se entiende", content_type = "application/problem+json")))]
pub async fn history_at(
    State(office): State<Office>,
    parameters: Parameters,
) -> Answer<Json<Place>> {
    parameters.only(&["punto", "fecha", "conocido_a"])?;
    let text: Option<String> = parameters.read("punto", "longitud,latitud, como -76.97,-6.03")?;
    let point = text.as_deref().and_then(lon_lat).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            "Falta «punto», o no se entiende.",
            "Son longitud y latitud en grados, como punto=-76.97,-6.03.",
        )
    })?;
    let day = parameters.read("fecha", "un día, como 2026-11-23")?;
    let known_at = parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    let versiones = office.history_at(point, day, known_at).await?;
    Ok(Json(Place { versiones }))
}

pub(super) fn lon_lat(text: &str) -> Option<[f64; 2]> {
    let (lon, lat) = text.split_once(',')?;
    Some([lon.trim().parse().ok()?, lat.trim().parse().ok()?])
}
