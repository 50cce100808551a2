//! `/documentos`: papers of plans, projects, indicators, sessions and series. A page that has some includes
//! `documentos.html`, with `papers`, `bring` (kind and code, where who is there may add one) and what came of it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::header,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use office::{Kind, Office, Problem};

use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Answer, Segments},
    programs::papers::taken,
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/documentos/{id}", get(file))
}

/// Its form with a file.
pub fn long_routes() -> Router<Doors> {
    Router::new()
        .route("/documentos/{clase}/{codigo}", post(add))
        .layer(DefaultBodyLimit::disable())
}

/// Where people see what has papers.
pub fn address(kind: &str, code: &str) -> String {
    let folder = match kind {
        "inversion" => "inversiones",
        "proyecto_catastral" => "proyectos-catastrales",
        "indicador" => "indicadores",
        "informe" => "informes",
        "serie" => "observatorio/series",
        "sesion" => "gobierno/sesiones",
        "acuerdo" => "gobierno/acuerdos",
        "fuente" => "fuentes",
        _ => "planes",
    };
    format!("/{folder}/{}", encoded(code))
}

async fn add(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments((kind, code)): Segments<(String, String)>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer<Response> {
    taken(&office, &actor, (&kind, &code), multipart).await?;
    let next = format!("{}?hecho=documento#documentos", address(&kind, &code));
    Ok(Redirect::to(&next).into_response())
}

/// A paper as it came. Never shown as what it says it is: strangers' files run nowhere.
async fn file(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<Response> {
    let id = id.parse().map_err(|_| {
        Problem::new(
            Kind::NotFound,
            "No hay un documento con ese identificador.",
            "Los documentos están en la página de lo que acompañan.",
        )
    })?;
    let file = office.paper_file(&actor, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{}", encoded(&file.name)),
        ),
    ];
    Ok((headers, file.bytes).into_response())
}
