//! Work under way, and what came of it.

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use office::{Office, jobs::JobRow};

use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page},
        spanish,
    },
    problem::Answer,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/administracion/trabajos", get(list))
}

#[derive(Template)]
#[template(path = "trabajos.html")]
struct List {
    shell: Shell,
    lines: Vec<JobRow>,
}

async fn list(State(office): State<Arc<Office>>, shell: Shell) -> Answer<Response> {
    let lines = office.jobs(&shell.visitor().actor).await?;
    Ok(page(&List { shell, lines }))
}
