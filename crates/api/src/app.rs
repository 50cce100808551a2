//! The router and its layers.

use std::{future::Future, io, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, Method, StatusCode, header},
};
use office::{Kind, Office, Problem};
use tokio::net::TcpListener;
use tower_http::{
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

use crate::{ogc, people, problem::Refusal, programs};

/// Longest body of a request. A drawn shape of ten thousand vertices is 400 kB.
const BODY_BYTES_MAX: usize = 1 << 20;
/// Longest time for one answer; the slowest known one, ten thousand features, takes a fifth of a second.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// All doors.
pub fn router(office: Office) -> Router {
    let header =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .merge(people::routes())
        .nest("/ogc", ogc::routes())
        .nest("/api", programs::routes())
        .fallback(async || {
            Refusal(Problem::new(
                Kind::NotFound,
                "Aquí no hay nada.",
                "Las direcciones del servicio empiezan en /, /ogc y /api.",
            ))
        })
        .method_not_allowed_fallback(async || crate::problem::method_not_allowed())
        .layer(CompressionLayer::new())
        .layer(CorsLayer::new().allow_origin(Any).allow_methods([Method::GET, Method::HEAD, Method::POST]).allow_headers(Any))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        ))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, ANSWER_MAX))
        .layer(TraceLayer::new_for_http())
        .with_state(office)
}

/// Serves until `stopped`; requests under way are answered first.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, router)
        .with_graceful_shutdown(stopped)
        .await
}
