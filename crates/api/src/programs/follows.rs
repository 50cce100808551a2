//! `/api/seguimientos` and `/api/avisos`: places that an account follows, and what it is told of them.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{delete, get},
};
use office::{
    Kind, Office, Problem,
    follows::{FollowShape, NewFollow, NoticeShape},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/seguimientos", get(followed).post(follow))
        .route("/seguimientos/{id}", delete(unfollow))
        .route("/avisos", get(notices))
}

/// Places that an account follows.
#[derive(Serialize)]
pub struct Followed {
    seguimientos: Vec<FollowShape>,
}

/// What an account was told.
#[derive(Serialize)]
pub struct Notices {
    avisos: Vec<NoticeShape>,
    /// Where older ones are.
    #[serde(skip_serializing_if = "Option::is_none")]
    siguiente: Option<String>,
}

/// Sigue un predio o un lugar: cuando un plan que lo cambia entra en vigor, hay un aviso.
#[utoipa::path(post, tag = "programas", path = "/api/seguimientos",
    request_body(content_type = "application/json", description = "predio (código) o geometria (polígono GeoJSON)"),
    responses((status = 201, description = "Lo que se sigue", content_type = "application/json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json"),
        (status = 404, description = "No existe el predio, o el lugar no está en ningún municipio", content_type = "application/problem+json")))]
pub async fn follow(
    State(office): State<Office>,
    Caller(actor): Caller,
    Body(new): Body<NewFollow>,
) -> Answer<(StatusCode, Json<FollowShape>)> {
    let followed = office.follow_place(&actor, new).await?;
    Ok((StatusCode::CREATED, Json(followed)))
}

/// Lo que la cuenta sigue.
#[utoipa::path(get, tag = "programas", path = "/api/seguimientos",
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json")))]
pub async fn followed(
    State(office): State<Office>,
    Caller(actor): Caller,
) -> Answer<Json<Followed>> {
    let seguimientos = office.followed(&actor).await?;
    Ok(Json(Followed { seguimientos }))
}

/// Deja de seguir un lugar.
#[utoipa::path(delete, tag = "programas", path = "/api/seguimientos/{id}",
    params(("id" = String, Path, description = "Su identificador")),
    responses((status = 204, description = "Ya no se sigue"),
        (status = 404, description = "La cuenta no lo sigue", content_type = "application/problem+json")))]
pub async fn unfollow(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<Uuid>,
) -> Answer<StatusCode> {
    office.unfollow(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Los avisos de la cuenta, los últimos primero.
#[utoipa::path(get, tag = "programas", path = "/api/avisos",
    params(("antes_de" = Option<i64>, Query, description = "Los anteriores a este número")),
    responses((status = 200, description = "Los avisos, con el enlace a los anteriores", content_type = "application/json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json")))]
pub async fn notices(
    State(office): State<Office>,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Answer<Json<Notices>> {
    parameters.only(&["antes_de"])?;
    let before = parameters.read("antes_de", "un número de aviso")?;
    if before.is_some_and(|before: i64| before < 1) {
        return Err(Problem::new(
            Kind::BadRequest,
            "«antes_de» es un número de aviso.",
            "Siga el enlace «siguiente» de la respuesta.",
        )
        .into());
    }
    let avisos = office.notices(&actor, before).await?;
    let siguiente = avisos
        .last()
        .map(|last| format!("/api/avisos?antes_de={}", last.id));
    Ok(Json(Notices { avisos, siguiente }))
}
