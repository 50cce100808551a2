//! `/fuentes`: layers of others, with their owner, licence and age.

use axum::Router;

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
}
