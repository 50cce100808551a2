//! `/informes`: reports by thematic axis, from draft to signed.

use axum::Router;

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
}
