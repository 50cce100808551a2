//! `/administracion`: accounts, work under way, and the audit trail with its check.

mod accounts;
mod audit;
mod jobs;
mod tokens;

use askama::Template;
use axum::{Router, response::Response, routing::get};
use domain::people::Action;

use super::shell::{Shell, page};
use crate::{doors::Doors, problem::Answer};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/administracion", get(door))
        .merge(accounts::routes())
        .merge(audit::routes())
        .merge(jobs::routes())
        .merge(tokens::routes())
}

#[derive(Template)]
#[template(path = "administracion.html")]
struct Door {
    shell: Shell,
}

async fn door(shell: Shell) -> Answer<Response> {
    if shell.name().is_none() {
        return Err(office::problem::no_account().into());
    }
    Ok(page(&Door { shell }))
}
