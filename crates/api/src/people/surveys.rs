//! `/levantamientos`: what staff uploads, what is found in it, and what a second person decides.

mod changes;
mod decision;
mod downloads;
mod findings;
mod list;
mod new;
mod one;
mod package;
mod plan;
mod words;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/levantamientos", get(list::list))
        .route("/levantamientos/cargas/{id}/borrar", post(new::drop_load))
        .route("/levantamientos/{id}", get(one::survey))
        .route("/levantamientos/{id}/sistema", post(one::confirm_reference))
        .route("/levantamientos/{id}/envio", post(one::send))
        .route("/levantamientos/{id}/hallazgos", get(findings::list))
        .route("/levantamientos/{id}/hallazgos/{n}", get(findings::finding))
        .route("/levantamientos/{id}/cambios", get(changes::changes))
        .route("/levantamientos/{id}/conflictos", get(changes::conflicts))
        .route("/levantamientos/{id}/informe", get(downloads::report))
}

/// Its routes that take as long as a file does, or a town that is published.
pub fn long_routes() -> Router<Doors> {
    Router::new()
        .route("/levantamientos/nuevo", get(new::form).post(new::upload))
        .layer(DefaultBodyLimit::disable())
        .route("/levantamientos/paquete", get(package::package))
        .route("/levantamientos/{id}/decision", post(decision::decide))
        .route("/levantamientos/{id}/informe.csv", get(downloads::table))
        .route("/levantamientos/{id}/fallas.gpkg", get(downloads::faults))
}
