//! `/mapa`: the layers on a map, today's or another day's.

use axum::{Router, extract::State, response::Html, routing::get};
use office::Office;

use super::assets;
use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/mapa", get(map))
}

/// Where the map stands and what it shows is after the `#` of its address, which the page itself reads.
async fn map(State(office): State<Office>) -> Html<String> {
    let banner = if office.feed.snapshot().has_demonstration() {
        "<p class=\"aviso\">Datos de demostración, sin valor legal.</p>"
    } else {
        ""
    };
    Html(
        include_str!("pages/mapa.html")
            .replace("{estaticos}", assets::folder())
            .replace("{banner}", banner),
    )
}
