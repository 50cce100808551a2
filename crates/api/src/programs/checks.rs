//! `POST /api/control-urbano/verificaciones`.

use axum::{Json, Router, extract::State, routing::post};
use office::{Office, checks::CheckRequest, view::Check};

use crate::doors::Doors;
use crate::problem::{Answer, Body};

/// Its route.
pub fn routes() -> Router<Doors> {
    Router::new().route("/control-urbano/verificaciones", post(verify))
}

/// Zonas y restricciones de un predio, un polígono o un punto, con sus áreas.
#[utoipa::path(post, tag = "programas", path = "/api/control-urbano/verificaciones",
    request_body(content_type = "application/json", description = "Uno de predio, geometria o punto; fecha y conocido_a si se pregunta por el pasado"),
    responses((status = 200, description = "La respuesta", content_type = "application/json"),
        (status = 400, description = "La pregunta no se entiende", content_type = "application/problem+json"),
        (status = 404, description = "No existe el predio", content_type = "application/problem+json")))]
pub async fn verify(
    State(office): State<Office>,
    Body(request): Body<CheckRequest>,
) -> Answer<Json<Check>> {
    Ok(Json(office.check(request).await?))
}
