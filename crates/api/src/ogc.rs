//! OGC API for GIS clients. To add a part: 1. `ogc/<part>.rs` with its `CONFORMANCE` beside its `routes()`; 2. a line
//! in both lists here. A class is announced only where it is earned.

mod answers;
mod clients;
mod collections;
mod drafts;
pub(crate) mod extent;
mod format;
mod html;
mod items;
mod landing;
mod links;
mod moment;
mod question;
mod reference;
mod schema;
mod styles;
mod tag;
mod tiles;
mod transactions;
mod versions;
mod whole;

pub(crate) use items::is_known;
pub(crate) use landing::reference;
pub(crate) use links::encoded;
pub(crate) use tiles::takes_gzip;

use axum::{
    Router,
    http::{HeaderMap, header},
};

use crate::doors::Doors;

/// Parameters of what describes: QGIS carries those of its first address, `borrador` among them, from page to page.
const DESCRIBES: &[&str] = &["borrador", "f"];

/// All conformance classes.
fn conformance() -> Vec<&'static str> {
    [
        landing::CONFORMANCE,
        collections::CONFORMANCE,
        items::CONFORMANCE,
        schema::CONFORMANCE,
        transactions::CONFORMANCE,
        tiles::CONFORMANCE,
        styles::CONFORMANCE,
    ]
    .concat()
}

/// All routes below `/ogc`.
pub fn routes() -> Router<Doors> {
    Router::new()
        .merge(landing::routes())
        .merge(collections::routes())
        .merge(items::routes())
        .merge(schema::routes())
        .merge(transactions::routes())
        .merge(versions::routes())
        .merge(tiles::routes())
        .merge(styles::routes())
}

/// The address under which the client knows us.
pub(crate) fn base(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or("localhost");
    // A reverse proxy that speaks TLS says so; any other word is ours.
    let scheme = match headers
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok())
    {
        Some("https") => "https",
        _ => "http",
    };
    format!("{scheme}://{host}")
}
