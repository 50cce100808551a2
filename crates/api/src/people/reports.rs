//! `/informes`: reports by thematic axis, from draft to signed.

mod edit;
mod one;

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use domain::people::Action;
use office::{Office, reports::ReportLine};

use super::{
    next_of,
    shell::{Shell, page},
    spanish,
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/informes", get(list))
        .route("/informes/nuevo", get(edit::blank).post(edit::create))
        .route("/informes/{codigo}", get(one::report).post(one::sign))
        .route(
            "/informes/{codigo}/editar",
            get(edit::form).post(edit::save),
        )
        .route("/informes/{codigo}/verificacion", get(one::verify))
}

#[derive(Template)]
#[template(path = "informes.html")]
struct List {
    shell: Shell,
    lines: Vec<ReportLine>,
    next: Option<String>,
    keeps: bool,
}

async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["despues"])?;
    let found = office.reports(parameters.get("despues")).await?;
    Ok(page(&List {
        next: next_of("/informes", &parameters, found.siguiente.as_deref()),
        lines: found.informes,
        keeps: shell.may(Action::KeepRegister),
        shell,
    }))
}
