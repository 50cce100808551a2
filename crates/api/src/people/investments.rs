//! `/inversiones`: projects of investment, their evidence and their sheet.

use axum::Router;

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
}
