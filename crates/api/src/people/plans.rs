//! `/planes`: instruments, their life and their tree.

use axum::Router;

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
}
