//! What browsers are told not to do.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

use crate::doors::Settings;

/// Our own scripts, styles and pictures, and nothing from elsewhere; forms to ourselves, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The map's page and what it loads: the worker that reads its tiles, and the pictures in its style.
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

/// What the answer to a request is told.
pub struct Told {
    policy: &'static str,
    whose: &'static str,
}

impl Told {
    /// By what is asked for.
    pub fn of(request: &Request) -> Self {
        let path = request.uri().path();
        let begins = |doors: &[&str]| doors.iter().any(|door| path.starts_with(door));
        Self {
            // A worker's own answer says what the worker may load.
            policy: if begins(&["/mapa", "/estaticos/"]) {
                MAP_POLICY
            } else {
                POLICY
            },
            whose: if begins(&["/api/", "/ogc"]) {
                "cross-origin"
            } else {
                "same-origin"
            },
        }
    }

    /// Adds the headers to an answer.
    pub fn put(&self, response: &mut Response, settings: &Settings) {
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(self.policy),
        );
        for (name, value) in ALWAYS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static(self.whose));
        if settings.secure {
            for (name, value) in OVER_HTTPS {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
    }
}
