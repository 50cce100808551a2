//! `/api` for programs. To add a resource: 1. `programs/<noun>.rs`; 2. a line here; 3. its shape in
//! `office/src/view/`; 4. its handlers in the list of `ogc/landing.rs`, which describes both doors.

pub mod accounts;
pub mod audit;
pub mod brought;
pub mod cadastral_projects;
pub mod certificates;
pub mod checks;
pub mod contributions;
pub mod documents;
pub mod drafts;
pub mod events;
pub mod follows;
pub mod health;
pub mod holders;
pub mod indicators;
pub mod inspections;
pub mod investments;
pub mod loads;
pub mod news;
pub mod norms;
pub mod observations;
pub mod operations;
pub mod packages;
pub mod papers;
pub mod parcels;
pub mod plans;
pub mod questions;
pub mod reports;
pub mod search;
pub mod series;
pub mod sessions;
pub mod sources;
pub mod surveys;
pub mod works;

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
        .merge(news::routes())
        .merge(norms::routes())
        .merge(observations::routes())
        .merge(operations::routes())
        .merge(papers::routes())
        .merge(parcels::routes())
        .merge(questions::routes())
        .merge(search::routes())
        .merge(surveys::routes())
        .merge(cadastral_projects::routes())
        .merge(contributions::routes())
        .merge(indicators::routes())
        .merge(investments::routes())
        .merge(plans::routes())
        .merge(reports::routes())
        .merge(series::routes())
        .merge(sessions::routes())
        .merge(sources::routes())
        .merge(works::routes())
        .merge(health::routes())
}
