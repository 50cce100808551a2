//! What every request passes, whatever it asks for.

pub mod address;
pub mod headers;
pub mod limits;
mod log;
mod origins;
mod tags;

use std::panic::AssertUnwindSafe;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt as _;
use office::{Kind, Problem};
use tracing::Instrument as _;

use crate::{doors::Doors, problem::Refusal, session};

/// What is outermost: the line of the log, what browsers are told not to do, who elsewhere may ask, the tags of packed
/// answers, how much one may ask for, and who is there. One layer and not six: each costs a copy of all that is below it.
pub async fn outermost(State(doors): State<Doors>, mut request: Request, next: Next) -> Response {
    let line = log::Line::begin(&request);
    let span = line.span();
    let told = headers::Told::of(&request);
    let is_preflight = origins::is_preflight(&request);
    let known = tags::without_packing(request.headers_mut());
    async move {
        let mut response = if is_preflight {
            origins::preflight(request, next).await
        } else {
            let admitted = AssertUnwindSafe(admitted(doors, request, next)).catch_unwind();
            let mut response = admitted.await.unwrap_or_else(|_| panicked());
            origins::allow(&mut response);
            response
        };
        tags::of_the_bytes(&mut response, known);
        told.put(&mut response, doors.settings());
        line.end(&mut response);
        response
    }
    .instrument(span)
    .await
}

/// Answers who may ask.
async fn admitted(doors: Doors, request: Request, next: Next) -> Response {
    match limits::hold(doors, &request) {
        Ok(()) => session::recognise(doors, request, next).await,
        Err(too_many) => too_many.into_response(),
    }
}

/// A fault of ours is answered as one; what it was is in the log, and no more than that.
fn panicked() -> Response {
    tracing::error!("a handler panicked");
    Refusal(Problem::new(
        Kind::Internal,
        "El servicio falló.",
        "No se guardó nada. El detalle está en el registro del servicio, con el número de la cabecera x-request-id.",
    ))
    .into_response()
}
