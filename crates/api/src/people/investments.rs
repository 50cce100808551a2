//! `/inversiones`: projects of investment, their evidence and their sheet.

pub(super) mod footprint;
mod form;
mod one;
mod progress;
pub(super) mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::{
    geometry::{bounds, joined},
    institute::Phase,
    people::Action,
    survey::rules,
};
use geo_types::{Geometry, Point};
use office::{
    Office,
    data::{self, Axis},
    investments::{ProjectFilter, ProjectShape, Projects},
};

use super::{
    drawing::Drawing,
    shell::{Shell, page},
    spanish, surroundings,
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
        .route("/inversiones/nuevo", get(form::blank).post(form::create))
        .route("/inversiones/{cui}", get(one::show))
        .route(
            "/inversiones/{cui}/editar",
            get(form::filled).post(form::change),
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
    places: Vec<(String, String)>,
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

impl List {
    fn phases() -> [&'static str; 4] {
        Phase::ALL.map(Phase::name)
    }

    fn axes() -> &'static [Axis] {
        data::axes()
    }
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
        places: places(&office),
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
        next: next("/inversiones", &parameters, found.siguiente.as_deref()),
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
        next: next(address, &parameters, found.siguiente.as_deref()),
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

/// The municipalities of the service: place code and name.
pub(super) fn places(office: &Office) -> Vec<(String, String)> {
    let snapshot = office.feed.snapshot();
    let lands = snapshot.municipalities.values();
    lands
        .map(|land| {
            let municipality = &land.municipality;
            (municipality.ubigeo.to_string(), municipality.name.clone())
        })
        .collect()
}

/// Where a list goes on: the same question, after what is shown.
pub(super) fn next(address: &str, parameters: &Parameters, after: Option<&str>) -> Option<String> {
    let after = after?;
    let asked = parameters.0.iter();
    let mut query: Vec<(&str, &str)> = asked
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, value)| *name != "despues" && !value.is_empty())
        .collect();
    query.push(("despues", after));
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    Some(format!("{address}?{query}"))
}

/// Where somebody goes after what they did.
pub(super) fn done(address: &str, what: &str) -> Response {
    Redirect::to(&format!("{address}?hecho={what}")).into_response()
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

/// A plan on which each shape is a link: with its name and where it leads.
pub(super) fn plan_of_links(
    office: &Office,
    shapes: Vec<(&Geometry<f64>, String, String)>,
    words: &str,
) -> Option<String> {
    /// On a wider drawing a footprint would be a speck, in metres.
    const SPECK_M: f64 = 4_000.0;
    let boxes = shapes.iter().filter_map(|(shape, ..)| bounds(*shape));
    let mut drawing = Drawing::of(boxes.reduce(joined)?, 0.15);
    surroundings::blocks(&office.feed.snapshot(), &mut drawing);
    let is_wide = drawing.window().width() > SPECK_M;
    for (shape, name, address) in shapes {
        let speck = rules::place::middle(shape).filter(|_| is_wide);
        match speck {
            Some(at) => drawing.link(&Geometry::Point(Point(at)), "falta", &name, &address),
            None => drawing.link(shape, look(shape), &name, &address),
        }
    }
    Some(drawing.svg(words))
}

/// How a footprint is drawn: ground is filled, a line is not.
fn look(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::LineString(_) | Geometry::MultiLineString(_) => "falta abierta",
        _ => "falta",
    }
}
