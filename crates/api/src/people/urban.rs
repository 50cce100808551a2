//! `/control-urbano`: what may be built and done on a place, asked in three steps whose state is in the address; the norms
//! behind the answers, what they reach, and what a plan in draft would change.

mod answer;
mod decision;
mod drafts;
mod impact;
mod norms;
mod place;
mod plan;
mod proposal;
mod question;
mod reach;
mod told;
mod typed;
pub(super) mod words;

use axum::{
    Router,
    routing::{get, post},
};

use crate::doors::Doors;

/// Its routes.
pub fn routes() -> Router<Doors> {
    let norm = "/control-urbano/normas/{ubigeo}/{instrumento}";
    let draft = "/control-urbano/borradores/{id}";
    Router::new()
        .route("/control-urbano", get(place::page_of_place))
        .route(
            "/control-urbano/propuesta",
            get(proposal::asked).post(proposal::sent),
        )
        .route(
            "/control-urbano/respuesta",
            get(answer::asked).post(answer::sent),
        )
        .route("/control-urbano/alcance", get(reach::page_of_reach))
        .route("/control-urbano/normas", get(norms::list))
        .route(norm, get(norms::one))
        .route(&format!("{norm}/casos"), post(norms::tried))
        .route("/control-urbano/borradores", get(drafts::list))
        .route("/control-urbano/borradores/nuevo", drafts::loading())
        .route(draft, get(impact::page_of_draft))
        .route(&format!("{draft}/decision"), post(decision::decide))
}
