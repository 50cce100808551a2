//! `/inspecciones`: what is looked at on the ground, for who inspects there.

mod evidence;
mod new;
mod one;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    response::Response,
    routing::{get, post},
};
use chrono::Utc;
use domain::inspection::State as Way;
use office::{Office, moment, view::InspectionShape};

use super::{
    shell::{Shell, page},
    spanish,
};
use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Parameters, Refusal},
    session::Caller,
};

/// Inspections of a page.
const PAGE: i64 = 200;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/inspecciones", get(list))
        .route("/inspecciones/nueva", get(new::form).post(new::open))
        .route("/inspecciones/{id}", get(one::inspection))
        .route("/inspecciones/{id}/acta", get(one::acta))
        .route("/inspecciones/{id}/paso", get(one::back).post(one::step))
        .route("/inspecciones/{id}/pruebas", get(one::back))
        .route(
            "/inspecciones/{id}/pruebas/{prueba}",
            get(evidence::picture),
        )
}

/// Its form with a file.
pub fn long_routes() -> Router<Doors> {
    Router::new()
        .route("/inspecciones/{id}/pruebas", post(evidence::add))
        .layer(DefaultBodyLimit::disable())
}

#[derive(Template)]
#[template(path = "inspecciones.html")]
struct List {
    shell: Shell,
    asked: String,
    state: &'static str,
    states: Vec<(&'static str, &'static str)>,
    lines: Vec<Line>,
    count: String,
    /// Those after the last of this page.
    next: Option<String>,
}

/// One of them.
struct Line {
    href: String,
    subject: String,
    state: (&'static str, &'static str),
    parcel: Option<(String, String)>,
    opened: String,
    acta: String,
    deadline: String,
    is_overdue: bool,
}

async fn list(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    parameters.only(&["q", "estado", "despues"])?;
    let state: Option<Way> = parameters.read("estado", "el nombre de un estado")?;
    let asked = parameters.get("q").unwrap_or_default().trim().to_owned();
    let text = (!asked.is_empty()).then_some(asked.as_str());
    let after = parameters.read("despues", "el identificador de una inspección")?;
    let mut found = office
        .find_inspections(&actor, state, text, (after, PAGE + 1))
        .await?;
    let next = super::next_of(
        "/inspecciones",
        &parameters,
        super::cut(&mut found, PAGE).map(|last| last.id.as_str()),
    );
    let lines: Vec<Line> = found.iter().map(Line::of).collect();
    Ok(page(&List {
        shell,
        state: state.map_or("", Way::name),
        states: Way::ALL
            .iter()
            .map(|way| (way.name(), words::state(way.name()).0))
            .collect(),
        count: spanish::count(lines.len()),
        lines,
        next,
        asked,
    }))
}

impl Line {
    fn of(one: &InspectionShape) -> Self {
        const LETTERS_MAX: usize = 160;
        let facts = &one.properties;
        let today = moment::day_at(Utc::now());
        Self {
            href: format!("/inspecciones/{}", one.id),
            subject: short(&facts.asunto, LETTERS_MAX),
            state: words::state(facts.estado),
            parcel: facts.predio.as_deref().map(parcel_link),
            opened: format!(
                "{}, {}",
                facts.abierta_por,
                spanish::moment(facts.abierta_a)
            ),
            acta: facts.acta.clone().unwrap_or_default(),
            deadline: facts.plazo.map(spanish::day).unwrap_or_default(),
            is_overdue: facts.estado == Way::Ordered.name()
                && facts.plazo.is_some_and(|last| last < today),
        }
    }
}

/// The beginning of a long text.
fn short(text: &str, letters_max: usize) -> String {
    match text.char_indices().nth(letters_max) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// A parcel's code and its page.
fn parcel_link(code: &str) -> (String, String) {
    (code.to_owned(), format!("/predios/{}", encoded(code)))
}
