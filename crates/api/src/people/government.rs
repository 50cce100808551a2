//! `/gobierno`: sessions and agreements of the Asamblea, contributions, who decides what.

use axum::Router;

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
}
