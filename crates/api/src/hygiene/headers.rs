//! What browsers are told not to do.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::doors::Settings;

/// No script, nothing from elsewhere, forms to ourselves, in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The map's page and what it loads: its own scripts, the worker that reads its tiles, and the pictures in its style.
const MAP_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data: blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // With `no-referrer`, a browser on plain http says that our own forms come from nowhere.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=()",
    ),
];
/// Web maps elsewhere show what is public here.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// What counts only where https is: for two years nothing else, and no other site's window.
const OVER_HTTPS: [(HeaderName, &str); 2] = [
    (
        header::STRICT_TRANSPORT_SECURITY,
        "max-age=63072000; includeSubDomains",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Adds the headers to every answer.
pub async fn secure(
    State(settings): State<Arc<Settings>>,
    request: Request,
    next: Next,
) -> Response {
    let is_for_programs = ["/api/", "/ogc"]
        .iter()
        .any(|door| request.uri().path().starts_with(door));
    // A worker's own answer says what the worker may load.
    let is_of_map = ["/mapa", "/estaticos/"]
        .iter()
        .any(|door| request.uri().path().starts_with(door));
    let policy = if is_of_map { MAP_POLICY } else { POLICY };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    );
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let whose = if is_for_programs {
        "cross-origin"
    } else {
        "same-origin"
    };
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static(whose));
    if settings.secure {
        for (name, value) in OVER_HTTPS {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}
