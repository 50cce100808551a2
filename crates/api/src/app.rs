//! The router and its layers.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::HeaderMap,
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use office::{Kind, Problem};
use tower_http::compression::{
    CompressionLayer, DefaultPredicate, Predicate as _, predicate::NotForContentType,
};

use crate::{doors::Doors, hygiene, ogc, people, problem::Refusal, programs};

/// Longest time for a file to come in, on a slow line, and for a town to be published.
const LONG_ANSWER_MAX: Duration = Duration::from_mins(30);

/// All doors.
pub fn router(doors: Doors) -> Router {
    let quick = Router::new()
        .merge(people::routes(doors))
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
        .merge(people::long_routes(doors))
        .nest("/api", programs::surveys::long_routes())
        .nest("/api", programs::loads::long_routes())
        .nest("/api", programs::packages::long_routes())
        .nest("/api", programs::inspections::long_routes())
        .nest("/api", programs::papers::long_routes())
        .layer(middleware::from_fn_with_state(LONG_ANSWER_MAX, in_time));
    quick
        .merge(long)
        .fallback(nothing_here)
        .method_not_allowed_fallback(async || crate::problem::method_not_allowed())
        // The first of them is the first that a request passes.
        .layer((
            middleware::from_fn_with_state(doors, hygiene::outermost),
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
        ))
        .with_state(doors)
}

async fn nothing_here(shell: people::Shell, headers: HeaderMap) -> Response {
    if people::wants_a_page(&headers) {
        return people::nothing_here(shell);
    }
    Refusal(Problem::new(
        Kind::NotFound,
        "Aquí no hay nada.",
        "Las direcciones del servicio empiezan en /, /ogc y /api.",
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
