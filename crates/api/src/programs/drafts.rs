//! `/api/planes/borradores`: plans before anybody votes on them, and what they would change.

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use office::{
    Kind, Office, Problem,
    checks::Form,
    drafts::{DraftDecision, DraftShape, NewDraftPlan},
};
use serde::Serialize;
use uuid::Uuid;

use super::checks::listed;
use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    let drafts = "/planes/borradores";
    Router::new()
        .route(drafts, get(list).post(load))
        .route(&format!("{drafts}/{{id}}"), get(draft))
        .route(&format!("{drafts}/{{id}}/impacto"), get(impact))
        .route(&format!("{drafts}/{{id}}/decision"), post(decide))
}

/// Drafts in a list.
#[derive(Serialize)]
pub struct Drafts {
    borradores: Vec<DraftShape>,
}

/// Carga un plan en borrador: sus normas, un levantamiento de zonas sin decidir, o los dos. Nada entra en vigor.
#[utoipa::path(post, tag = "programas", path = "/api/planes/borradores",
    request_body(content_type = "application/json", description = "ubigeo, nombre, norma (schemas/norma.schema.json), zonificacion (identificador de un levantamiento), y casos (texto de la hoja) con sustento si alguno sale distinto"),
    responses((status = 201, description = "El borrador, con su enlace en Location", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 422, description = "La norma tiene faltas, o el levantamiento no sirve", content_type = "application/problem+json")))]
pub async fn load(
    State(office): State<Office>,
    Caller(actor): Caller,
    Body(new): Body<NewDraftPlan>,
) -> Answer<impl IntoResponse> {
    let draft = office.load_draft(&actor, &new).await?;
    let link = [(header::LOCATION, draft.enlace.clone())];
    Ok((StatusCode::CREATED, link, Json(draft)))
}

/// Los últimos borradores.
#[utoipa::path(get, tag = "programas", path = "/api/planes/borradores",
    responses((status = 200, description = "La lista", content_type = "application/json")))]
pub async fn list(State(office): State<Office>, parameters: Parameters) -> Answer<Json<Drafts>> {
    parameters.only(&[])?;
    let borradores = office.drafts().await?;
    Ok(Json(Drafts { borradores }))
}

/// Un borrador.
#[utoipa::path(get, tag = "programas", path = "/api/planes/borradores/{id}",
    params(("id" = String, Path, description = "Su identificador")),
    responses((status = 200, description = "El borrador", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn draft(
    State(office): State<Office>,
    Segments(id): Segments<String>,
) -> Answer<Json<DraftShape>> {
    Ok(Json(office.draft(parse(&id)?).await?))
}

/// Los predios que un borrador cambiaría: sus zonas, sus parámetros y, con una propuesta, su veredicto; con sus áreas y
/// los certificados vigentes que toca.
#[utoipa::path(get, tag = "programas", path = "/api/planes/borradores/{id}/impacto",
    params(("id" = String, Path, description = "Su identificador"),
        ("propuesta" = Option<String>, Query, description = "Una propuesta, como la de una verificación, en JSON"),
        ("f" = Option<String>, Query, description = "json, geojson o csv")),
    responses((status = 200, description = "Los predios que cambian", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 409, description = "Ya se decidió sobre él", content_type = "application/problem+json")))]
pub async fn impact(
    State(office): State<Office>,
    Segments(id): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["propuesta", "f"])?;
    let form: Form = parameters
        .read("f", "json, geojson o csv")?
        .unwrap_or_default();
    let proposal = match parameters.get("propuesta") {
        None => None,
        Some(text) => Some(serde_json::from_str(text).map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                "«propuesta» no es un objeto JSON.",
                "Escríbala como {\"uso\": \"vivienda\", \"pisos\": 3}.",
            )
        })?),
    };
    let text = office.impact(parse(&id)?, proposal, form).await?;
    Ok(listed(form, Bytes::from_owner(text)))
}

/// Decide sobre un borrador: «aprobar» pone en vigor, en un solo acto, sus normas y sus zonas; «retirar» lo termina.
#[utoipa::path(post, tag = "programas", path = "/api/planes/borradores/{id}/decision",
    params(("id" = String, Path, description = "Su identificador")),
    request_body(content_type = "application/json", description = "decision (aprobar, retirar), sustento y, si el levantamiento de zonas tiene errores, excepciones"),
    responses((status = 200, description = "El borrador", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede, o es quien lo cargó", content_type = "application/problem+json"),
        (status = 409, description = "Ya se decidió sobre él, o cambió lo que está en vigor", content_type = "application/problem+json")))]
pub async fn decide(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    Body(decision): Body<DraftDecision>,
) -> Answer<Json<DraftShape>> {
    Ok(Json(
        office.decide_draft(&actor, parse(&id)?, &decision).await?,
    ))
}

fn parse(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| {
        Problem::new(
            Kind::NotFound,
            "No hay un borrador con ese identificador.",
            "Los borradores están en /api/planes/borradores.",
        )
    })
}
