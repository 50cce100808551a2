//! `/obras`: networks and planned works, where they clash, and which blocks networks reach.

mod coverage;
mod fields;

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use domain::{collection::Collection, institute::work::WorkClass, people::Action};
use office::{
    Office,
    government::Seat,
    works::{ClashFilter, ClashShape, WorkShape, Works},
};

use self::fields::Work;
use super::{
    features::{form, plan_of_links},
    investments::words,
    next_of,
    shell::{Shell, page},
    spanish,
    surroundings::{self, Plan},
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Segments},
    programs::works::filter,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/obras", get(list))
        .route(
            "/obras/nueva",
            get(form::blank::<Work>).post(form::create::<Work>),
        )
        .route("/obras/cobertura", get(coverage::show))
        .route("/obras/{codigo}", get(one))
        .route(
            "/obras/{codigo}/editar",
            get(form::filled::<Work>).post(form::change::<Work>),
        )
}

/// What a list may be asked for.
const FILTERS: [&str; 6] = ["ubigeo", "clase", "servicio", "estado", "q", "despues"];

/// Clashes that the page of all works tells.
const CLASHES_TOLD: usize = 20;

#[derive(Template)]
#[template(path = "obras.html")]
struct List {
    shell: Shell,
    places: Vec<Seat>,
    asked: Asked,
    clashes: Vec<ClashShape>,
    clashes_in_all: usize,
    found: Works,
    plan: Option<String>,
    next: Option<String>,
    may_keep: bool,
}

/// What was asked, as it was typed.
struct Asked {
    place: String,
    class: String,
    service: String,
    state: String,
    words: String,
}

#[derive(Template)]
#[template(path = "obra.html")]
struct Sheet {
    shell: Shell,
    told: Option<&'static str>,
    one: WorkShape,
    plan: Option<Plan>,
    clashes: Vec<ClashShape>,
    may_keep: bool,
}

impl List {
    fn classes() -> [(&'static str, &'static str); 2] {
        WorkClass::ALL.map(|class| match class {
            WorkClass::Network => (class.name(), "Redes"),
            WorkClass::Work => (class.name(), "Obras"),
        })
    }
}

async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&FILTERS)?;
    let mut asked = filter(&parameters)?;
    // What is to be coordinated comes first: networks are there to be chosen.
    if parameters.0.iter().all(|(name, _)| name != "clase") {
        asked.class = Some(WorkClass::Work);
    }
    let found = office.works(&asked);
    let clashes = office.clashes(&ClashFilter {
        ubigeo: asked.ubigeo,
        ..ClashFilter::default()
    })?;
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    Ok(page(&List {
        may_keep: shell.may(Action::KeepRegister),
        shell,
        places: office.seats(),
        asked: Asked {
            place: text("ubigeo"),
            class: asked.class.map_or("", WorkClass::name).to_owned(),
            service: text("servicio"),
            state: text("estado"),
            words: text("q"),
        },
        clashes_in_all: clashes.total,
        clashes: clashes.choques.into_iter().take(CLASHES_TOLD).collect(),
        plan: plan_of(&office, &found.obras),
        next: next_of("/obras", &parameters, found.siguiente.as_deref()),
        found,
    }))
}

async fn one(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho"])?;
    let one = office.street_work(&code)?;
    let snapshot = office.feed.snapshot();
    let name = format!("la obra o red {code}");
    Ok(page(&Sheet {
        told: parameters.told(&[("obra", "La obra está registrada.")]),
        plan: surroundings::plan(&snapshot, &one.geometry, &name, false),
        clashes: office.clashes_of(&Collection::Services, &code)?,
        may_keep: shell.may(Action::KeepRegister),
        one,
        shell,
    }))
}

/// Where the works of a list lie, each a link.
fn plan_of(office: &Office, works: &[WorkShape]) -> Option<String> {
    let shapes = works.iter().map(|one| {
        let name = format!("{} {}", one.codigo, one.nombre);
        (&one.geometry, name, format!("/obras/{}", one.codigo))
    });
    plan_of_links(
        office,
        shapes.collect(),
        "Plano de las obras y redes de esta lista",
    )
}
