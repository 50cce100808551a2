//! `/inversiones`: projects of investment, their evidence and their sheet.

mod fields;
mod one;
mod progress;
pub(super) mod words;

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use domain::people::Action;
use office::{
    Office,
    government::Seat,
    investments::{ProjectFilter, ProjectShape, Projects},
};

use self::fields::Project;
use super::{
    features::{form, plan_of_links},
    next_of,
    shell::{Shell, page},
    spanish,
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Segments},
    programs::{documents::sent, investments::filter},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/inversiones", get(list))
        .route("/inversiones/oportunidades", get(opportunities))
        .route(
            "/inversiones/nuevo",
            get(form::blank::<Project>).post(form::create::<Project>),
        )
        .route("/inversiones/{cui}", get(one::show))
        .route(
            "/inversiones/{cui}/editar",
            get(form::filled::<Project>).post(form::change::<Project>),
        )
        .route(
            "/inversiones/{cui}/avance",
            get(progress::form).post(progress::report),
        )
        .route("/inversiones/{cui}/ficha.pdf", get(sheet))
}

/// What a list may be asked for.
const FILTERS: [&str; 8] = [
    "ubigeo", "fase", "eje", "plan", "nodo", "q", "abierto", "despues",
];

#[derive(Template)]
#[template(path = "inversiones.html")]
struct List {
    shell: Shell,
    places: Vec<Seat>,
    asked: Asked,
    found: Projects,
    plan: Option<String>,
    next: Option<String>,
    may_keep: bool,
}

#[derive(Template)]
#[template(path = "inversiones_oportunidades.html")]
struct Opportunities {
    shell: Shell,
    found: Projects,
    plan: Option<String>,
    next: Option<String>,
}

/// What was asked, as it was typed.
struct Asked {
    place: String,
    phase: String,
    axis: String,
    plan: String,
    node: String,
    words: String,
    open: bool,
}

async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&FILTERS)?;
    let asked = filter(&parameters)?;
    let found = office.projects(&asked).await?;
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    Ok(page(&List {
        may_keep: shell.may(Action::KeepRegister),
        shell,
        places: office.seats(),
        asked: Asked {
            place: text("ubigeo"),
            phase: text("fase"),
            axis: text("eje"),
            plan: text("plan"),
            node: text("nodo"),
            words: text("q"),
            open: asked.open == Some(true),
        },
        plan: plan_of(&office, &found.inversiones),
        next: next_of("/inversiones", &parameters, found.siguiente.as_deref()),
        found,
    }))
}

async fn opportunities(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["despues"])?;
    let found = office
        .projects(&ProjectFilter {
            open: Some(true),
            after: parameters.get("despues").map(str::to_owned),
            ..ProjectFilter::default()
        })
        .await?;
    let address = "/inversiones/oportunidades";
    Ok(page(&Opportunities {
        shell,
        plan: plan_of(&office, &found.inversiones),
        next: next_of(address, &parameters, found.siguiente.as_deref()),
        found,
    }))
}

async fn sheet(
    State(office): State<Arc<Office>>,
    Segments(cui): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&[])?;
    sent(office.project_sheet(&cui).await?, &headers).await
}

/// Where the projects of a list lie, each a link.
fn plan_of(office: &Office, projects: &[ProjectShape]) -> Option<String> {
    let shapes = projects.iter().map(|one| {
        let name = format!("{} {}", one.cui, one.nombre);
        (&one.geometry, name, format!("/inversiones/{}", one.cui))
    });
    plan_of_links(
        office,
        shapes.collect(),
        "Plano de los proyectos de esta lista",
    )
}
