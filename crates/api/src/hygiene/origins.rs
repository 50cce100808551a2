//! Pages elsewhere may ask for what is public, or with a token; our cookies never travel with them.

use std::convert::Infallible;

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower::ServiceExt;
use tower_http::cors::{Any, CorsLayer};

/// Whether a browser asks before it sends something. A GIS client that asks for the methods of an address is answered by
/// the address itself.
pub fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Says that anybody may read an answer.
pub fn allow(response: &mut Response) {
    let headers = response.headers_mut();
    let anybody = HeaderValue::from_static("*");
    let shown = HeaderValue::from_static("content-crs, etag, link, location");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, shown);
}

/// Answers a browser that asks before it sends something.
pub async fn preflight(request: Request, next: Next) -> Response {
    let rest = tower::service_fn(move |request| {
        let next = next.clone();
        async move { Ok::<_, Infallible>(next.run(request).await) }
    });
    let guarded = tower::Layer::layer(&web_maps(), rest);
    let Ok(response) = guarded.oneshot(request).await;
    response.into_response()
}

/// What pages elsewhere may send.
fn web_maps() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            HeaderName::from_static("content-crs"),
        ])
}
