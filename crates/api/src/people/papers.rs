//! `/documentos`: papers of plans, projects, indicators, sessions and series. A page that has some includes
//! `documentos.html`, with `papers`.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::header,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use office::{Kind, Office, Problem, papers::Paper};

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

/// The papers of something, on its page.
pub struct Papers {
    /// Those that are there.
    pub all: Vec<Paper>,
    /// Kind and code of what they belong to, where who is there may add one.
    pub bring: Option<(&'static str, String)>,
}

impl Papers {
    /// Those of something.
    pub async fn of(
        office: &Office,
        (kind, code): (&'static str, &str),
        may_bring: bool,
    ) -> Result<Self, Problem> {
        Ok(Self {
            all: office.papers(kind, code).await?,
            bring: may_bring.then(|| (kind, code.to_owned())),
        })
    }
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
