//! `/api/documentos`: papers of plans, projects, indicators, sessions and series.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post},
};
use domain::people::Actor;
use office::{Kind, Office, Problem, papers::Paper};

use super::surveys::{broken_form, filled, store, twice};
use crate::{
    doors::Doors,
    problem::{Answer, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/documentos/{clase}/{codigo}", get(papers))
}

/// Its routes that take as long as a file does. The file's size is limited while it comes.
pub fn long_routes() -> Router<Doors> {
    Router::new()
        .route("/documentos/{clase}/{codigo}", post(add))
        .layer(DefaultBodyLimit::disable())
}

/// Los documentos de un plan, un proyecto, un indicador, una sesión o una serie, con su huella.
#[utoipa::path(get, tag = "institución", path = "/api/documentos/{clase}/{codigo}",
    params(("clase" = String, Path, description = "plan, inversion, proyecto_catastral, indicador, informe, serie, sesion, acuerdo, fuente"),
        ("codigo" = String, Path, description = "Su código")),
    responses((status = 200, description = "La lista, el más antiguo primero", content_type = "application/json"),
        (status = 404, description = "No existe, o no está publicado", content_type = "application/problem+json")))]
pub async fn papers(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments((kind, code)): Segments<(String, String)>,
) -> Answer<Json<Vec<Paper>>> {
    Ok(Json(office.papers_seen(&actor, &kind, &code).await?))
}

/// Agrega un documento; queda como llegó, y cualquiera lo lee.
#[utoipa::path(post, tag = "institución", path = "/api/documentos/{clase}/{codigo}",
    params(("clase" = String, Path, description = "plan, inversion, proyecto_catastral, indicador, informe, serie, sesion, acuerdo, fuente"),
        ("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "multipart/form-data", description = "archivo, hasta 40 MB, y sobre: qué es"),
    responses((status = 201, description = "El documento", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 404, description = "No existe lo que acompaña", content_type = "application/problem+json")))]
pub async fn add(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments((kind, code)): Segments<(String, String)>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer<impl IntoResponse> {
    let paper = taken(&office, &actor, (&kind, &code), multipart).await?;
    Ok((StatusCode::CREATED, Json(paper)))
}

/// Takes in the paper of a form.
pub(crate) async fn taken(
    office: &Office,
    actor: &Actor,
    (kind, code): (&str, &str),
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Paper, Problem> {
    let mut incoming = office.receive_paper(actor, kind, code).await?;
    let mut multipart = multipart.map_err(|_| broken_form())?;
    let (mut name, mut about) = (None, None);
    while let Some(mut field) = multipart.next_field().await.map_err(|_| broken_form())? {
        match field.name().unwrap_or_default() {
            "archivo" if !incoming.is_empty() => return Err(twice("archivo")),
            "archivo" => {
                name = field.file_name().map(str::to_owned);
                store(&mut field, &mut incoming).await?;
            }
            "sobre" => about = filled(field).await?,
            _ => {
                return Err(Problem::new(
                    Kind::BadRequest,
                    "El formulario tiene un campo que no se conoce.",
                    "Se admiten: archivo y sobre.",
                ));
            }
        }
    }
    let about = about.unwrap_or_default();
    office
        .add_paper(actor, (kind, code), incoming, (name.as_deref(), &about))
        .await
}
