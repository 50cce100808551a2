//! `/obras`: networks and planned works, and where they clash.

use axum::Router;

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
}
