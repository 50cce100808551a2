//! `/api/trabajos`: questions about many parcels that are answered apart.

use axum::{
    Json, Router, body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::stream;
use office::{Office, questions::QuestionShape};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::io::AsyncReadExt;

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/trabajos", get(list).post(ask))
        .route("/trabajos/{id}", get(question))
        .route("/trabajos/{id}/resultado", get(answers))
}

/// Questions in a list.
#[derive(Serialize)]
pub struct Questions {
    trabajos: Vec<QuestionShape>,
}

/// Pide una verificación masiva para recogerla después.
#[utoipa::path(post, tag = "programas", path = "/api/trabajos",
    request_body(content_type = "application/json", description = "Lo mismo que en /api/control-urbano/verificaciones/masivas"),
    responses((status = 202, description = "El trabajo, con su enlace en Location", content_type = "application/json"),
        (status = 400, description = "La pregunta no se entiende", content_type = "application/problem+json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json"),
        (status = 429, description = "La cuenta ya tiene varios en espera", content_type = "application/problem+json")))]
pub async fn ask(
    State(office): State<Office>,
    Caller(actor): Caller,
    Body(request): Body<Box<RawValue>>,
) -> Answer<impl IntoResponse> {
    let question = office.ask(&actor, &request).await?;
    let link = [(header::LOCATION, question.enlace.clone())];
    Ok((StatusCode::ACCEPTED, link, Json(question)))
}

/// Los últimos trabajos de la cuenta.
#[utoipa::path(get, tag = "programas", path = "/api/trabajos",
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json")))]
pub async fn list(
    State(office): State<Office>,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Answer<Json<Questions>> {
    parameters.only(&[])?;
    let trabajos = office.questions(&actor).await?;
    Ok(Json(Questions { trabajos }))
}

/// Cómo va un trabajo.
#[utoipa::path(get, tag = "programas", path = "/api/trabajos/{id}",
    params(("id" = i64, Path, description = "Su número")),
    responses((status = 200, description = "Su estado y, hecho, sus cuentas", content_type = "application/json"),
        (status = 404, description = "La cuenta no lo tiene", content_type = "application/problem+json")))]
pub async fn question(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<i64>,
) -> Answer<Json<QuestionShape>> {
    Ok(Json(office.question(&actor, id).await?))
}

/// Lo que respondió: una línea de JSON por predio y una con el resumen.
#[utoipa::path(get, tag = "programas", path = "/api/trabajos/{id}/resultado",
    params(("id" = i64, Path, description = "Su número")),
    responses((status = 200, description = "Las líneas", content_type = "application/x-ndjson"),
        (status = 404, description = "La cuenta no lo tiene, o ya no se guarda", content_type = "application/problem+json"),
        (status = 409, description = "No está hecho", content_type = "application/problem+json")))]
pub async fn answers(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<i64>,
) -> Answer<Response> {
    let file = office.answers(&actor, id).await?;
    let lines = stream::try_unfold(file, |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await?;
        Ok::<_, std::io::Error>((read > 0).then_some((piece, file)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body::Body::from_stream(lines)).into_response())
}

/// Bytes of the file in memory at once.
const PIECE: usize = 64 << 10;
