//! The router and its layers.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use office::{Kind, Problem};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, DefaultPredicate, Predicate as _, predicate::NotForContentType,
    },
    cors::{Any, CorsLayer},
};

use crate::{
    doors::Doors,
    hygiene::{headers, limits, log},
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
                // A PDF is packed already, and its tag stands for its very bytes.
                DefaultPredicate::new()
                    .and(NotForContentType::const_new("application/pdf"))
                    // Tiles are kept packed, and a packed one has a tag of its own.
                    .and(NotForContentType::const_new(
                        "application/vnd.mapbox-vector-tile",
                    )),
            ),
        )
        .layer(for_web_maps())
        .layer(middleware::from_fn_with_state(
            doors.clone(),
            headers::secure,
        ))
        .layer(middleware::from_fn(log::written))
        .with_state(doors)
}

/// Pages elsewhere may ask for what is public, or with a token; our cookies never travel with them.
fn for_web_maps() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
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
