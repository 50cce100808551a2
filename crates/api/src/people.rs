//! `/` for people: what this is, and where the rest is.

mod account;
mod assets;
mod map;
pub mod verify;

use axum::{
    Router,
    extract::State,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use domain::collection::Collection;
use office::Office;

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .merge(account::routes())
        .merge(assets::routes())
        .merge(map::routes())
        .merge(verify::routes())
        .route("/", get(home))
        .route("/estilo.css", get(style))
}

async fn home(State(office): State<Office>) -> Html<String> {
    let snapshot = office.feed.snapshot();
    let banner = if snapshot.has_demonstration() {
        "<p class=\"aviso\">Datos de demostración: todo lo que se ve es inventado y no tiene valor legal.</p>"
    } else {
        ""
    };
    let rows: Vec<String> = snapshot
        .municipalities
        .values()
        .map(|land| {
            let parcels = land
                .layer(&Collection::Parcels)
                .map_or(0, |layer| layer.features().len());
            let name = escaped(&land.municipality.name);
            format!(
                "<tr><td>{}</td><td>{name}</td><td class=\"n\">{parcels}</td></tr>",
                land.municipality.ubigeo
            )
        })
        .collect();
    Html(
        include_str!("people/pages/home.html")
            .replace("{banner}", banner)
            .replace("{rows}", &rows.concat())
            .replace("{version}", &snapshot.change.0.to_string()),
    )
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("people/style.css"),
    )
}

/// Text that cannot be taken for markup.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
