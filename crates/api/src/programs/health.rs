//! Health: whether the process lives, and whether its answers are the last ones.

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use office::Office;
use serde_json::{Value, json};

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/salud/vivo", get(alive))
        .route("/salud/listo", get(ready))
}

/// El proceso vive.
#[utoipa::path(get, tag = "programas", path = "/api/salud/vivo", responses((status = 200, description = "Vive", content_type = "application/json")))]
pub async fn alive() -> Json<Value> {
    Json(json!({"estado": "vivo"}))
}

/// La base de datos responde y las respuestas son las últimas.
#[utoipa::path(get, tag = "programas", path = "/api/salud/listo", responses((status = 200, description = "Listo", content_type = "application/json"),
    (status = 503, description = "La base de datos no responde", content_type = "application/json")))]
pub async fn ready(State(office): State<Office>) -> (StatusCode, Json<Value>) {
    let ready = office.store.ping().await.is_ok();
    let (status, word) = if ready {
        (StatusCode::OK, "listo")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "sin base de datos")
    };
    let version = office.feed.snapshot().change;
    (
        status,
        Json(json!({"estado": word, "version_datos": version})),
    )
}
