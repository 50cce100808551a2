//! `/proyectos-catastrales`: areas, brigades, targets, funds, and progress by block.

use axum::Router;

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
}
