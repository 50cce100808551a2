//! `/api` for programs. To add a resource: 1. `programs/<noun>.rs`; 2. a line here; 3. its shape in
//! `office/src/view/`; 4. its handlers in the list of `ogc/landing.rs`, which describes both doors.

pub mod accounts;
pub mod audit;
pub mod certificates;
pub mod checks;
pub mod documents;
pub mod drafts;
pub mod events;
pub mod follows;
pub mod health;
pub mod holders;
pub mod inspections;
pub mod norms;
pub mod observations;
pub mod operations;
pub mod packages;
pub mod parcels;
pub mod questions;
pub mod search;
pub mod surveys;

use axum::Router;

use crate::doors::Doors;

/// All routes below `/api`.
pub fn routes() -> Router<Doors> {
    Router::new()
        .merge(accounts::routes())
        .merge(audit::routes())
        .merge(certificates::routes())
        .merge(checks::routes())
        .merge(documents::routes())
        .merge(drafts::routes())
        .merge(follows::routes())
        .merge(holders::routes())
        .merge(inspections::routes())
        .merge(norms::routes())
        .merge(observations::routes())
        .merge(operations::routes())
        .merge(parcels::routes())
        .merge(questions::routes())
        .merge(search::routes())
        .merge(surveys::routes())
        .merge(health::routes())
}
