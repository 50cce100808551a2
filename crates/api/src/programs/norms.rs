//! `GET /api/normas`: the norms of plans, for whoever wants to read the law behind an answer.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::get,
};
use domain::id::Ubigeo;
use office::{
    Office,
    norms::{self, NormLine},
};

use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Segments},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/normas", get(list))
        .route("/normas/{ubigeo}/{instrumento}", get(one))
}

/// Las normas que el servicio tiene, por municipio e instrumento.
#[utoipa::path(get, tag = "programas", path = "/api/normas",
    responses((status = 200, description = "La lista", content_type = "application/json")))]
pub async fn list(
    State(office): State<Office>,
    parameters: Parameters,
) -> Answer<Json<Vec<NormLine>>> {
    parameters.only(&[])?;
    Ok(Json(norms::list(&office.store).await?))
}

/// El archivo de una norma, byte por byte como se importó.
#[utoipa::path(get, tag = "programas", path = "/api/normas/{ubigeo}/{instrumento}",
    params(("ubigeo" = String, Path, description = "Municipio"),
        ("instrumento" = String, Path, description = "Código del instrumento, como PDU-220101-DEMO"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "El archivo (schemas/norma.schema.json)", content_type = "application/json"),
        (status = 404, description = "No rige en esa fecha", content_type = "application/problem+json")))]
pub async fn one(
    State(office): State<Office>,
    Segments((ubigeo, instrument)): Segments<(Ubigeo, String)>,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    parameters.only(&["fecha", "conocido_a"])?;
    let day = parameters.read("fecha", "un día, como 2026-11-23")?;
    let known_at = parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    let text = norms::file(&office.store, ubigeo, &instrument, day, known_at).await?;
    Ok((
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )],
        text,
    ))
}
