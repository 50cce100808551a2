//! What every request passes, whatever it asks for.

pub mod address;
pub mod headers;
pub mod limits;
mod log;
mod origins;
mod tags;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::doors::Settings;

/// What is outermost: the line of the log, what browsers are told not to do, who elsewhere may ask, and the tags of packed
/// answers. One layer and not four: each costs a copy of all that is below it.
pub async fn outermost(
    State(settings): State<Arc<Settings>>,
    mut request: Request,
    next: Next,
) -> Response {
    let line = log::Line::begin(&request);
    let span = line.span();
    let told = headers::Told::of(&request);
    let is_preflight = origins::is_preflight(&request);
    let known = tags::without_packing(request.headers_mut());
    async move {
        let mut response = if is_preflight {
            origins::preflight(request, next).await
        } else {
            let mut response = next.run(request).await;
            origins::allow(&mut response);
            response
        };
        tags::of_the_bytes(&mut response, known);
        told.put(&mut response, &settings);
        line.end(&mut response);
        response
    }
    .instrument(span)
    .await
}
