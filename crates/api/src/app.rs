//! The router and its layers.

use std::{
    future::{Future, IntoFuture},
    io,
    time::Duration,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, Method, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use office::{Kind, Office, Problem};
use tokio::{net::TcpListener, sync::oneshot};
use tower_http::{
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};

use crate::{ogc, people, problem::Refusal, programs};

/// Longest body of a request. A drawn shape of ten thousand vertices is 400 kB.
const BODY_BYTES_MAX: usize = 1 << 20;
/// Longest time for one answer; the slowest known one, ten thousand features, takes a fifth of a second.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// After the word to stop, what is under way has so long; a client that says nothing more cannot hold the service.
const GRACE: Duration = Duration::from_secs(10);

/// All doors.
pub fn router(office: Office) -> Router {
    let header =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .merge(people::routes())
        .nest("/ogc", ogc::routes())
        // People type it, and some clients add it.
        .route("/ogc/", get(async || Redirect::permanent("/ogc")))
        .nest("/api", programs::routes())
        .fallback(async || {
            Refusal(Problem::new(
                Kind::NotFound,
                "Aquí no hay nada.",
                "Las direcciones del servicio empiezan en /, /ogc y /api.",
            ))
        })
        .method_not_allowed_fallback(async || crate::problem::method_not_allowed())
        .layer(middleware::from_fn(in_time))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CompressionLayer::new())
        .layer(CorsLayer::new().allow_origin(Any).allow_methods([Method::GET, Method::HEAD, Method::POST]).allow_headers(Any))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        ))
        .layer(TraceLayer::new_for_http())
        .with_state(office)
}

/// An answer in time, or the word that there is none.
async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal(Problem::new(
            Kind::Unavailable,
            "La respuesta tardó demasiado.",
            "Pida menos de una vez, con «bbox» o un «limit» menor, o vuelva a intentarlo en unos minutos.",
        ))
        .into_response(),
    }
}

/// Serves until `stopped`; requests under way are answered first, for as long as [`GRACE`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (tell, told) = oneshot::channel();
    let served = axum::serve(listener, router).with_graceful_shutdown(async {
        stopped.await;
        // Nobody hears it only where serving has ended by itself.
        let _ = tell.send(());
    });
    let cut_off = async {
        match told.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = served.into_future() => ended,
        () = cut_off => {
            tracing::warn!("requests still under way were cut off");
            Ok(())
        }
    }
}
