//! `/gobierno`: sessions and agreements of the Asamblea, contributions, who decides what.

mod agreements;
mod contributions;
mod sessions;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use domain::people::Action;
use office::{
    Office,
    contributions::Money,
    government::{
        AgreementShape, CRITERION, SessionShape,
        decisions::{Decisions, decisions},
    },
};

use super::{
    shell::{Shell, page},
    spanish,
};
use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Answer, Parameters},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/gobierno", get(overview))
        .route(
            "/gobierno/sesiones/nueva",
            get(sessions::blank).post(sessions::write),
        )
        .route("/gobierno/sesiones/{codigo}", get(sessions::session))
        .route("/gobierno/sesiones/{codigo}/editar", get(sessions::correct))
        .route(
            "/gobierno/acuerdos/nuevo",
            get(agreements::blank).post(agreements::write),
        )
        .route("/gobierno/acuerdos/{codigo}", get(agreements::agreement))
        .route(
            "/gobierno/acuerdos/{codigo}/seguimiento",
            get(agreements::back).post(agreements::follow),
        )
        .route(
            "/gobierno/aportes",
            get(contributions::list).post(contributions::write),
        )
}

#[derive(Template)]
#[template(path = "gobierno.html")]
struct Overview {
    shell: Shell,
    sessions: Vec<SessionShape>,
    older_sessions: Option<String>,
    agreements: Vec<AgreementShape>,
    older_agreements: Option<String>,
    total: Money,
    decisions: Decisions,
    criterion: &'static str,
    keeps: bool,
}

async fn overview(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["sesiones", "acuerdos"])?;
    let sessions = office.sessions(parameters.get("sesiones")).await?;
    let agreements = office
        .agreements(None, None, parameters.get("acuerdos"))
        .await?;
    let after = |name: &str, code: String| format!("/gobierno?{name}={}#{name}", encoded(&code));
    Ok(page(&Overview {
        older_sessions: sessions.siguiente.map(|code| after("sesiones", code)),
        sessions: sessions.sesiones,
        older_agreements: agreements.siguiente.map(|code| after("acuerdos", code)),
        agreements: agreements.acuerdos,
        total: office.contributions(None, None).await?.total,
        decisions: decisions()?,
        criterion: CRITERION,
        keeps: shell.may(Action::KeepRegister),
        shell,
    }))
}
