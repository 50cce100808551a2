//! One line of the log for each request, with nothing in it that names anybody.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;
use uuid::Uuid;

/// Where an answer carries the id of its request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives each request an id of ours and a line in the log. Of its path only the pattern is kept: the path itself and the
/// query may hold codes and names.
pub async fn written(request: Request, next: Next) -> Response {
    let id = Uuid::new_v4();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", %id, method = %request.method(), route);
    async move {
        let begun = Instant::now();
        let mut response = next.run(request).await;
        let milliseconds = begun.elapsed().as_millis();
        let status = response.status().as_u16();
        if response.status().is_server_error() {
            tracing::error!(status, milliseconds, "answered");
        } else {
            tracing::debug!(status, milliseconds, "answered");
        }
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
    .instrument(span)
    .await
}
