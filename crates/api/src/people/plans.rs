//! `/planes`: instruments, their life and their tree.

mod one;
mod sheet;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use domain::{
    institute::instrument::{PlanKind, State as Progress},
    people::Action,
};
use office::{Office, government::Seat, plans::PlanLine};

use super::{
    next_of,
    shell::{Shell, page},
    spanish,
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters},
    programs::plans::filter,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/planes", get(list))
        .route("/planes/nuevo", get(sheet::blank).post(sheet::register))
        .route("/planes/{codigo}", get(one::plan))
        .route(
            "/planes/{codigo}/editar",
            get(sheet::filled).post(sheet::change),
        )
        .route("/planes/{codigo}/estado", get(one::back).post(one::step))
        .route("/planes/{codigo}/nodos/{nodo}", get(one::node))
}

#[derive(Template)]
#[template(path = "planes.html")]
struct List {
    shell: Shell,
    lines: Vec<PlanLine>,
    places: Vec<Seat>,
    kind: String,
    state: String,
    place: String,
    next: Option<String>,
    keeps: bool,
}

impl List {
    fn kinds() -> [(&'static str, &'static str); 5] {
        PlanKind::ALL.map(|kind| (kind.name(), words::kind(kind)))
    }

    fn states() -> [(&'static str, &'static str); 6] {
        Progress::ALL.map(|state| (state.name(), words::state(state).0))
    }
}

async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["tipo", "estado", "ubigeo", "despues", "conocido_a"])?;
    let found = office.plans(&filter(&parameters)?).await?;
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    Ok(page(&List {
        next: next_of("/planes", &parameters, found.siguiente.as_deref()),
        lines: found.planes,
        places: office.seats(),
        kind: text("tipo"),
        state: text("estado"),
        place: text("ubigeo"),
        keeps: shell.may(Action::KeepRegister),
        shell,
    }))
}
