//! `/api/operaciones`: parcels divided, joined, corrected, renumbered and retired without a file.

use axum::{Json, Router, extract::State, response::Response, routing::post};
use office::{
    Office,
    surveys::operations::{Asked, Rehearsal},
};

use super::surveys::received;
use crate::{
    doors::Doors,
    problem::{Answer, Body},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/operaciones", post(operate))
        .route("/operaciones/ensayo", post(rehearse))
}

/// Muestra lo que haría una operación (lotes, códigos, áreas, frentes, lo que dicen las reglas), y no guarda nada.
#[utoipa::path(post, tag = "programas", path = "/api/operaciones/ensayo",
    request_body(content_type = "application/json", description = "operacion (tipo: subdividir, acumular, rectificar, renumerar, dar_de_baja, con sus datos) y documento"),
    responses((status = 200, description = "El plan y el informe", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 422, description = "No se puede hacer, y por qué", content_type = "application/problem+json")))]
pub async fn rehearse(
    State(office): State<Office>,
    Caller(actor): Caller,
    Body(asked): Body<Asked>,
) -> Answer<Json<Rehearsal>> {
    Ok(Json(office.rehearse(&actor, &asked).await?))
}

/// Envía una operación: se examina y se decide como cualquier levantamiento.
#[utoipa::path(post, tag = "programas", path = "/api/operaciones",
    request_body(content_type = "application/json", description = "Lo mismo que el ensayo"),
    responses((status = 202, description = "Recibida, con el enlace de su levantamiento en Location", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 422, description = "No se puede hacer, y por qué", content_type = "application/problem+json")))]
pub async fn operate(
    State(office): State<Office>,
    Caller(actor): Caller,
    Body(asked): Body<Asked>,
) -> Answer<Response> {
    Ok(received(office.operate(&actor, &asked).await?))
}
