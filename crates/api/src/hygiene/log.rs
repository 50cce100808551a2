//! One line of the log for each request, with nothing in it that names anybody.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    response::Response,
};
use tracing::Span;
use uuid::{Uuid, fmt::Hyphenated};

/// Where an answer carries the id of its request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Another id for each request of this process, and others than those of another process: the system is asked for
/// randomness once.
fn next_id() -> Uuid {
    static FIRST: LazyLock<Uuid> = LazyLock::new(Uuid::new_v4);
    static REQUESTS: AtomicU64 = AtomicU64::new(0);
    let passed = REQUESTS.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128(FIRST.as_u128().wrapping_add(passed.into()))
}

/// A request on its way to its line.
pub struct Line {
    id: Uuid,
    begun: Instant,
    span: Span,
}

impl Line {
    /// Gives a request an id of ours. Of its path only the pattern is kept: the path itself and the query may hold codes
    /// and names.
    pub fn begin(request: &Request) -> Self {
        let id = next_id();
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or("-", MatchedPath::as_str);
        Self {
            id,
            begun: Instant::now(),
            span: tracing::info_span!("request", %id, method = %request.method(), route),
        }
    }

    /// What all that is said about the request stands under.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Writes the line, and the id into the answer.
    pub fn end(self, response: &mut Response) {
        let milliseconds = self.begun.elapsed().as_millis();
        let status = response.status().as_u16();
        if response.status().is_server_error() {
            tracing::error!(status, milliseconds, "answered");
        } else {
            tracing::debug!(status, milliseconds, "answered");
        }
        let mut letters = [0; Hyphenated::LENGTH];
        let id = self.id.hyphenated().encode_lower(&mut letters);
        if let Ok(value) = HeaderValue::from_str(id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
    }
}
