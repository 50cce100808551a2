//! The router and its layers.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use office::{Kind, Problem};
use tower::ServiceExt;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, DefaultPredicate, Predicate as _, predicate::NotForContentType,
    },
    cors::{Any, CorsLayer},
};

use crate::{
    doors::Doors,
    hygiene::{headers, limits, log, tags},
    ogc, people,
    problem::Refusal,
    programs, session,
};

/// Longest time for a file to come in, on a slow line, and for a town to be published.
const LONG_ANSWER_MAX: Duration = Duration::from_mins(30);

/// All doors.
pub fn router(doors: Doors) -> Router {
    let quick = Router::new()
        .merge(people::routes())
        .nest("/ogc", ogc::routes())
        // People type it, and some clients add it.
        .route("/ogc/", get(async || Redirect::permanent("/ogc")))
        .nest("/api", programs::routes())
        .route("/api/documentacion", get(ogc::reference))
        .layer(DefaultBodyLimit::max(doors.settings().body_bytes_max))
        .layer(middleware::from_fn_with_state(
            doors.settings().answer_max,
            in_time,
        ));
    let long = Router::new()
        .nest("/api", programs::surveys::long_routes())
        .nest("/api", programs::packages::long_routes())
        .nest("/api", programs::inspections::long_routes())
        .layer(middleware::from_fn_with_state(LONG_ANSWER_MAX, in_time));
    quick
        .merge(long)
        .fallback(async || {
            Refusal(Problem::new(
                Kind::NotFound,
                "Aquí no hay nada.",
                "Las direcciones del servicio empiezan en /, /ogc y /api.",
            ))
        })
        .method_not_allowed_fallback(async || crate::problem::method_not_allowed())
        // The last one named is the first that a request passes.
        .layer(middleware::from_fn_with_state(
            doors.clone(),
            session::recognise,
        ))
        .layer(middleware::from_fn_with_state(doors.clone(), limits::hold))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(
            CompressionLayer::new().compress_when(
                // Packed already, or with coordinates that pack badly.
                DefaultPredicate::new()
                    .and(NotForContentType::const_new("application/pdf"))
                    .and(NotForContentType::const_new(
                        "application/geopackage+sqlite3",
                    ))
                    .and(NotForContentType::const_new("application/vnd.flatgeobuf"))
                    // Tiles are kept packed, and a packed one has a tag of its own.
                    .and(NotForContentType::const_new(
                        "application/vnd.mapbox-vector-tile",
                    )),
            ),
        )
        .layer(middleware::from_fn(tags::of_the_bytes))
        .layer(middleware::from_fn(for_web_maps))
        .layer(middleware::from_fn_with_state(
            doors.clone(),
            headers::secure,
        ))
        .layer(middleware::from_fn(log::written))
        .with_state(doors)
}

/// Pages elsewhere may ask for what is public, or with a token; our cookies never travel with them. A browser asks so
/// before it sends something; a GIS client that asks for the methods of an address is answered by the address itself.
async fn for_web_maps(request: Request, next: Next) -> Response {
    let asked_by_browser = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !asked_by_browser {
        let mut response = next.run(request).await;
        let headers = response.headers_mut();
        let anybody = HeaderValue::from_static("*");
        let shown = HeaderValue::from_static("content-crs, etag, link, location");
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, shown);
        return response;
    }
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

/// A fault of ours is answered as one; what it was is in the log, and no more than that.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Refusal(Problem::new(
        Kind::Internal,
        "El servicio falló.",
        "No se guardó nada. El detalle está en el registro del servicio, con el número de la cabecera x-request-id.",
    ))
    .into_response()
}

/// An answer in time, or the word that there is none.
async fn in_time(State(longest): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal(Problem::new(
            Kind::Unavailable,
            "La respuesta tardó demasiado.",
            "Pida menos de una vez, con «bbox» o un «limit» menor, o vuelva a intentarlo en unos minutos.",
        ))
        .into_response(),
    }
}
