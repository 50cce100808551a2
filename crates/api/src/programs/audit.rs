//! `/api/auditoria`: the trail for who watches over it, its head for everybody.

use axum::{Json, Router, extract::State, routing::get};
use office::{
    Office,
    audit::{HeadShape, PAGE_MAX, RecordShape},
};
use serde::Serialize;

use crate::{
    doors::Doors,
    problem::{Answer, Parameters},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/auditoria", get(trail))
        .route("/auditoria/cabeza", get(head))
}

/// A part of the trail.
#[derive(Serialize)]
pub struct Trail {
    registros: Vec<RecordShape>,
    /// Where it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    siguiente: Option<String>,
}

/// Número y huella del último registro. Quien los guarda puede comprobar después que la historia no se escribió de nuevo.
#[utoipa::path(get, tag = "programas", path = "/api/auditoria/cabeza",
    responses((status = 200, description = "La cabeza de la cadena", content_type = "application/json")))]
pub async fn head(State(office): State<Office>) -> Answer<Json<HeadShape>> {
    Ok(Json(office.audit_head().await?))
}

/// Los registros de la auditoría, en orden.
#[utoipa::path(get, tag = "programas", path = "/api/auditoria",
    params(("despues_de" = Option<i64>, Query, description = "Registros después de este número"),
        ("limit" = Option<i64>, Query, description = "Cuántos, hasta 1000"),
        ("objeto" = Option<String>, Query, description = "Solo los de este objeto, como levantamiento/…")),
    responses((status = 200, description = "Los registros", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn trail(
    State(office): State<Office>,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Answer<Json<Trail>> {
    parameters.only(&["despues_de", "limit", "objeto"])?;
    let after = parameters
        .read("despues_de", "un número de registro")?
        .unwrap_or(0);
    let limit = parameters
        .read("limit", "un número")?
        .unwrap_or(100)
        .clamp(1, PAGE_MAX);
    let object = parameters.get("objeto").map(str::to_owned);
    let registros = office.audit_page(&actor, after, limit, object).await?;
    let is_full = i64::try_from(registros.len()) == Ok(limit);
    let last = registros.last().filter(|_| is_full);
    let siguiente = last.map(|last| {
        let mut query = vec![
            ("despues_de", last.number.to_string()),
            ("limit", limit.to_string()),
        ];
        query.extend(
            parameters
                .get("objeto")
                .map(|object| ("objeto", object.to_owned())),
        );
        format!(
            "/api/auditoria?{}",
            serde_urlencoded::to_string(query).unwrap_or_default()
        )
    });
    Ok(Json(Trail {
        registros,
        siguiente,
    }))
}
