//! `/api` for programs. To add a resource: 1. `programs/<noun>.rs`; 2. a line here; 3. its shape in
//! `office/src/view/`; 4. its handlers in the list of `ogc/landing.rs`, which describes both doors.

pub mod checks;
pub mod health;
pub mod parcels;

use axum::Router;
use office::Office;

/// All routes below `/api`.
pub fn routes() -> Router<Office> {
    Router::new()
        .merge(checks::routes())
        .merge(parcels::routes())
        .merge(health::routes())
}
