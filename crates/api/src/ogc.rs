//! OGC API for GIS clients. To add a part: 1. `ogc/<part>.rs` with its `CONFORMANCE` beside its `routes()`; 2. a line
//! in both lists here. A class is announced only where it is earned.

mod collections;
mod extent;
mod items;
mod landing;
mod moment;
mod styles;
mod tiles;

pub(crate) use items::is_known;
pub(crate) use tiles::takes_gzip;

use axum::{
    Router,
    http::{HeaderMap, header},
};

use crate::doors::Doors;

/// All conformance classes.
fn conformance() -> Vec<&'static str> {
    [
        landing::CONFORMANCE,
        collections::CONFORMANCE,
        items::CONFORMANCE,
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
        .merge(tiles::routes())
        .merge(styles::routes())
}

/// The address under which the client knows us.
fn base(headers: &HeaderMap) -> String {
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
