//! `/api/levantamientos`: what staff uploads, and what a second person decides on it.

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::Field},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use office::{
    Kind, Office, Problem,
    surveys::{Decision, Incoming},
    view::SurveyShape,
};
use serde::Serialize;
use uuid::Uuid;

use super::brought::Brought;
use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/levantamientos/{id}", get(survey))
        .route("/levantamientos/{id}/hallazgos", get(findings))
        .route("/levantamientos/{id}/cambios", get(changes))
        .route("/levantamientos/{id}/conflictos", get(conflicts))
        .route("/levantamientos/{id}/intentos", get(attempts))
        .route("/levantamientos/{id}/sistema", post(confirm_reference))
        .route("/levantamientos/{id}/envio", post(send))
}

/// Its routes that take as long as a file does. The file's size is limited while it comes.
pub fn long_routes() -> Router<Doors> {
    Router::new()
        .route("/levantamientos", get(surveys).post(upload))
        .layer(DefaultBodyLimit::disable())
        .route("/levantamientos/{id}/decision", post(decide))
        .route("/levantamientos/{id}/eventos", get(super::events::events))
}

/// A list of surveys.
#[derive(Serialize)]
pub struct Surveys {
    levantamientos: Vec<SurveyShape>,
}

/// Recibe un levantamiento; lo que se halla en él se ve después en su enlace.
#[utoipa::path(post, tag = "programas", path = "/api/levantamientos",
    request_body(content_type = "multipart/form-data", description = "archivo (o carga, el identificador de uno que se envió a pedazos por /api/cargas), coleccion, ubigeo, y si hacen falta crs_origen, perfil, capa y alcance (parcial o manzanas)"),
    responses((status = 202, description = "Recibido, con su enlace en Location", content_type = "application/json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 413, description = "El archivo es demasiado grande", content_type = "application/problem+json")))]
pub async fn upload(
    State(office): State<Office>,
    Caller(actor): Caller,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Answer<Response> {
    let mut brought = Brought::default();
    brought.read(&office, &actor, multipart).await?;
    Ok(received(brought.submit(&office, &actor).await?))
}

/// A survey that is on its way: 202, with its link.
pub(super) fn received(survey: SurveyShape) -> Response {
    let link = [(header::LOCATION, survey.link.clone())];
    (StatusCode::ACCEPTED, link, Json(survey)).into_response()
}

/// Los últimos levantamientos que la cuenta puede ver.
#[utoipa::path(get, tag = "programas", path = "/api/levantamientos",
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json")))]
pub async fn surveys(State(office): State<Office>, Caller(actor): Caller) -> Answer<Json<Surveys>> {
    let levantamientos = office.surveys(&actor).await?;
    Ok(Json(Surveys { levantamientos }))
}

/// Un levantamiento, con su informe.
#[utoipa::path(get, tag = "programas", path = "/api/levantamientos/{id}",
    params(("id" = String, Path, description = "Su identificador")),
    responses((status = 200, description = "El levantamiento", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn survey(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<Json<SurveyShape>> {
    Ok(Json(office.survey(&actor, parse(&id)?).await?))
}

/// Una segunda persona decide; aprobar publica.
#[utoipa::path(post, tag = "programas", path = "/api/levantamientos/{id}/decision",
    params(("id" = String, Path, description = "Su identificador")),
    request_body(content_type = "application/json", description = "decision (aprobar, observar, rechazar), sustento, y al aprobar las excepciones con su motivo; con comparacion solo vale para lo que se vio"),
    responses((status = 200, description = "El levantamiento decidido", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede, o subió el levantamiento", content_type = "application/problem+json"),
        (status = 409, description = "Ya se decidió", content_type = "application/problem+json")))]
pub async fn decide(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    Body(decision): Body<Decision>,
) -> Answer<Json<SurveyShape>> {
    Ok(Json(office.decide(&actor, parse(&id)?, &decision).await?))
}

/// Quien edita elemento por elemento envía su borrador a decisión: lo que escriba después va a otro.
#[utoipa::path(post, tag = "programas", path = "/api/levantamientos/{id}/envio",
    params(("id" = String, Path, description = "Su identificador")),
    responses((status = 200, description = "El levantamiento, cerrado a más escrituras", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "No es un borrador propio y abierto", content_type = "application/problem+json")))]
pub async fn send(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<Json<SurveyShape>> {
    Ok(Json(office.send(&actor, parse(&id)?).await?))
}

/// Lo que se halló en un levantamiento, como GeoJSON.
#[utoipa::path(get, tag = "programas", path = "/api/levantamientos/{id}/hallazgos",
    params(("id" = String, Path, description = "Su identificador"),
        ("despues" = Option<i32>, Query, description = "Los que siguen a este número"),
        ("limite" = Option<usize>, Query, description = "Cuántos, hasta 10 000")),
    responses((status = 200, description = "Los hallazgos", content_type = "application/geo+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn findings(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    let (after, limit) = page(&parameters)?;
    let found = office.findings(&actor, parse(&id)?, after, limit).await?;
    Ok((GEO_JSON, Json(found)))
}

/// Lo que un levantamiento cambia de lo que está en vigor, como GeoJSON.
#[utoipa::path(get, tag = "programas", path = "/api/levantamientos/{id}/cambios",
    params(("id" = String, Path, description = "Su identificador"),
        ("despues" = Option<i32>, Query, description = "Los que siguen a este número"),
        ("limite" = Option<usize>, Query, description = "Cuántos, hasta 10 000")),
    responses((status = 200, description = "Los cambios", content_type = "application/geo+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn changes(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    let (after, limit) = page(&parameters)?;
    let changes = office.changes(&actor, parse(&id)?, after, limit).await?;
    Ok((GEO_JSON, Json(changes)))
}

/// Lo que este levantamiento y otros que aún no se deciden pretenden a la vez, como GeoJSON.
#[utoipa::path(get, tag = "programas", path = "/api/levantamientos/{id}/conflictos",
    params(("id" = String, Path, description = "Su identificador")),
    responses((status = 200, description = "Los conflictos, como están en este momento", content_type = "application/geo+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn conflicts(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<impl IntoResponse> {
    Ok((GEO_JSON, Json(office.conflicts(&actor, parse(&id)?).await?)))
}

/// Attempts at examining a survey.
#[derive(Serialize)]
pub struct Attempts {
    intentos: Vec<Attempt>,
}

/// One of them.
#[derive(Serialize)]
pub struct Attempt {
    numero: i32,
    desde: String,
    hasta: Option<String>,
    resultado: Option<String>,
    motivo: Option<String>,
}

/// Cuántas veces se examinó un levantamiento, y por qué no bastó una.
#[utoipa::path(get, tag = "programas", path = "/api/levantamientos/{id}/intentos",
    params(("id" = String, Path, description = "Su identificador")),
    responses((status = 200, description = "Los intentos", content_type = "application/json")))]
pub async fn attempts(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<Json<Attempts>> {
    let rows = office.attempts(&actor, parse(&id)?).await?;
    let intentos = rows.into_iter().map(|row| Attempt {
        numero: row.number,
        desde: row.started_at.to_rfc3339(),
        hasta: row.ended_at.map(|at| at.to_rfc3339()),
        resultado: row.outcome,
        motivo: row.reason,
    });
    Ok(Json(Attempts {
        intentos: intentos.collect(),
    }))
}

/// In which reference system a file is.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    crs_origen: String,
}

/// Quien subió el levantamiento confirma en qué sistema de referencia está; se examina otra vez.
#[utoipa::path(post, tag = "programas", path = "/api/levantamientos/{id}/sistema",
    params(("id" = String, Path, description = "Su identificador")),
    request_body(content_type = "application/json", description = "crs_origen, como EPSG:24878"),
    responses((status = 200, description = "El levantamiento, recibido otra vez", content_type = "application/json"),
        (status = 409, description = "No espera confirmación", content_type = "application/problem+json")))]
pub async fn confirm_reference(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    Body(reference): Body<Reference>,
) -> Answer<Json<SurveyShape>> {
    let survey = office
        .confirm_reference(&actor, parse(&id)?, &reference.crs_origen)
        .await?;
    Ok(Json(survey))
}

const GEO_JSON: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/geo+json")];

/// Features of a page, where nobody says how many.
const PAGE: usize = 1_000;

fn page(parameters: &Parameters) -> Answer<(i32, usize)> {
    parameters.only(&["despues", "limite"])?;
    let after = parameters.read("despues", "un número entero, como 1000")?;
    let limit = parameters.read("limite", "un número entero, hasta 10000")?;
    Ok((after.unwrap_or_default(), limit.unwrap_or(PAGE)))
}

pub(crate) fn parse(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| {
        Problem::new(
            Kind::NotFound,
            "No hay un levantamiento con ese identificador.",
            "Los suyos están en /api/levantamientos.",
        )
    })
}

pub(super) async fn store(field: &mut Field<'_>, incoming: &mut Incoming) -> Result<(), Problem> {
    while let Some(piece) = field.chunk().await.map_err(|_| cut_off())? {
        incoming.write(&piece).await?;
    }
    Ok(())
}

/// Longest text of a field that is not the file.
const TEXT_BYTES_MAX: usize = 200;

pub(super) async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| cut_off())? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > TEXT_BYTES_MAX {
            return Err(Problem::new(
                Kind::BadRequest,
                "Un campo del formulario es demasiado largo.",
                "Solo «archivo» lleva un archivo.",
            ));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// A field that a page sends empty was left out.
pub(super) async fn filled(field: Field<'_>) -> Result<Option<String>, Problem> {
    Ok(Some(text(field).await?).filter(|text| !text.is_empty()))
}

pub(super) fn broken_form() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El formulario no se pudo leer.",
        "Envíelo como multipart/form-data, por ejemplo: curl -F archivo=@lotes.zip -F coleccion=lotes -F ubigeo=220101.",
    )
}

fn cut_off() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El envío se cortó.",
        "No se guardó nada. Vuelva a enviarlo completo.",
    )
}

pub(super) fn twice(name: &str) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("«{name}» está dos veces."),
        "Envíe un archivo por levantamiento.",
    )
}
