//! `/observaciones`: what citizens observe, without an account; and where the Comité de Gestión answers.

mod map;

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    observation::{About, State as Progress},
    people::Action,
};
use geo_types::{Geometry, Point, Rect};
use office::{
    Office, Problem,
    government::Seat,
    observations::{Counts, ObservationShape, Observed, ReceiptShape},
};
use serde::Deserialize;

use super::{
    drawing::Drawing,
    shell::{Shell, page, page_with},
    spanish, surroundings,
};
use crate::{
    doors::Doors,
    hygiene::{address::ClientAddress, limits::Limits},
    ogc::encoded,
    problem::{Answer, Parameters, Segments, status},
    programs::observations::{filter, parse},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/observaciones", get(list))
        .route("/observaciones/mapa", get(map::map))
        .route("/observaciones/nueva", get(blank).post(observe))
        .route("/observaciones/{id}", get(one).post(step))
        .route("/observaciones/constancia", post(by_receipt))
}

#[derive(Template)]
#[template(path = "observaciones.html")]
struct List {
    shell: Shell,
    problem: Option<Problem>,
    places: Vec<Seat>,
    place: String,
    state: String,
    lines: Vec<ObservationShape>,
    plan: Option<String>,
    next: Option<String>,
    counts: Counts,
    /// The plan of all of them, with the same filters.
    on_the_map: String,
    /// Whether the Comité reads it, which sees all of them.
    answers: bool,
}

#[derive(Template)]
#[template(path = "observacion_nueva.html")]
struct Blank {
    shell: Shell,
    problem: Option<Problem>,
    typed: Typed,
    sends_mail: bool,
}

#[derive(Template)]
#[template(path = "observacion_constancia.html")]
struct Taken {
    shell: Shell,
    /// Whether the answer is sent by mail too.
    by_mail: bool,
    receipt: ReceiptShape,
}

#[derive(Template)]
#[template(path = "observacion.html")]
struct Seen {
    shell: Shell,
    problem: Option<Problem>,
    one: ObservationShape,
    plan: String,
    words: String,
    answers: bool,
}

impl List {
    fn states() -> [&'static str; 4] {
        Progress::ALL.map(Progress::name)
    }
}

impl Seen {
    /// Where what is observed has its page.
    fn page_of(one: &ObservationShape) -> Option<String> {
        let folder = match one.sobre.parse().ok()? {
            About::Parcel => "predios",
            About::Plan => "planes",
            About::Investment => "inversiones",
            About::Works => "obras",
            About::Survey | About::Other => return None,
        };
        Some(format!("/{folder}/{}", encoded(one.objeto.as_deref()?)))
    }
}

/// What a form to observe sends.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    sobre: String,
    objeto: String,
    lugar: String,
    texto: String,
    correo: String,
    /// People leave it empty: it is not seen. Programs fill in all they find.
    apellido: String,
}

impl Typed {
    fn kinds() -> [(&'static str, &'static str); 6] {
        About::ALL.map(|about| {
            let words = match about {
                About::Parcel => "Un predio",
                About::Plan => "Un plan o su borrador",
                About::Survey => "Un levantamiento en exhibición",
                About::Investment => "Un proyecto de inversión",
                About::Works => "Una obra en la calle",
                About::Other => "Otra cosa",
            };
            (about.name(), words)
        })
    }

    fn observed(&self) -> Observed {
        let numbers: Vec<f64> = self
            .lugar
            .split([',', ' ', ';'])
            .filter_map(|number| number.trim().parse().ok())
            .collect();
        Observed {
            sobre: self.sobre.clone(),
            objeto: Some(self.objeto.clone()).filter(|text| !text.is_empty()),
            lugar: match numbers[..] {
                [lon, lat] => Some([lon, lat]),
                _ => None,
            },
            texto: self.texto.clone(),
            correo: Some(self.correo.clone()).filter(|text| !text.trim().is_empty()),
        }
    }
}

async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    show_list(&office, shell, &parameters, None).await
}

async fn show_list(
    office: &Office,
    shell: Shell,
    parameters: &Parameters,
    problem: Option<Problem>,
) -> Answer<Response> {
    let filter = filter(parameters)?;
    let found = office.observations(&shell.visitor().actor, &filter).await?;
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    let next = found.siguiente.map(|id| {
        let mut more: Vec<(&str, String)> = Vec::new();
        if let Some(within) = parameters.get("bbox") {
            more.push(("bbox", within.to_owned()));
        }
        more.push(("despues", id.to_string()));
        with_filters("/observaciones", parameters, &more)
    });
    let counts = office
        .observation_counts(filter.ubigeo, filter.about)
        .await?;
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(
        shown,
        &List {
            problem,
            places: office.seats(),
            place: text("ubigeo"),
            state: text("estado"),
            plan: plan_of(office, &found.observaciones),
            lines: found.observaciones,
            next,
            counts,
            on_the_map: with_filters("/observaciones/mapa", parameters, &[]),
            answers: shell.may(Action::AnswerObservations),
            shell,
        },
    ))
}

/// A list or its plan with the filters that it has, and more.
fn with_filters(path: &str, parameters: &Parameters, more: &[(&str, String)]) -> String {
    let mut query: Vec<(&str, String)> = ["ubigeo", "estado", "sobre", "objeto"]
        .into_iter()
        .filter_map(|name| Some((name, parameters.get(name)?.to_owned())))
        .collect();
    query.extend_from_slice(more);
    if query.is_empty() {
        return path.to_owned();
    }
    format!(
        "{path}?{}",
        serde_urlencoded::to_string(query).unwrap_or_default()
    )
}

async fn blank(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Response {
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    let typed = Typed {
        sobre: match parameters.get("predio") {
            Some(_) => About::Parcel.name().to_owned(),
            None => text("sobre"),
        },
        objeto: match parameters.get("predio") {
            Some(code) => code.to_owned(),
            None => text("objeto"),
        },
        lugar: text("lugar"),
        ..Typed::default()
    };
    page(&Blank {
        shell,
        problem: None,
        typed,
        sends_mail: office.sends_mail(),
    })
}

async fn observe(
    State(office): State<Arc<Office>>,
    State(limits): State<Arc<Limits>>,
    ClientAddress(address): ClientAddress,
    shell: Shell,
    Form(typed): Form<Typed>,
) -> Response {
    // A program is told that all went well, and nothing is kept.
    if !typed.apellido.is_empty() {
        return Redirect::to("/observaciones").into_response();
    }
    let taken = match limits.count_observation(address) {
        Ok(()) => office.observe(&typed.observed()).await,
        Err(too_many) => Err(too_many.problem()),
    };
    match taken {
        // Shown at once and not after a redirect: the code is in no address.
        Ok(receipt) => page_with(
            StatusCode::CREATED,
            &Taken {
                shell,
                by_mail: !typed.correo.trim().is_empty(),
                receipt,
            },
        ),
        Err(problem) => page_with(
            status(&problem),
            &Blank {
                shell,
                problem: Some(problem),
                typed,
                sends_mail: office.sends_mail(),
            },
        ),
    }
}

async fn one(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(id): Segments<String>,
) -> Answer<Response> {
    let seen = office
        .observation(&shell.visitor().actor, parse(&id)?, None)
        .await?;
    Ok(show_one(&office, shell, seen, None, String::new()))
}

/// The code of a receipt.
#[derive(Deserialize)]
struct Code {
    codigo: String,
}

async fn by_receipt(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Form(Code { codigo }): Form<Code>,
) -> Answer<Response> {
    match office.observation_of_receipt(&codigo).await {
        Ok(seen) => Ok(show_one(&office, shell, seen, None, String::new())),
        Err(problem) => show_list(&office, shell, &Parameters(Vec::new()), Some(problem)).await,
    }
}

/// What the Comité does.
#[derive(Deserialize)]
struct NextStep {
    paso: String,
    #[serde(default)]
    texto: String,
}

async fn step(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(id): Segments<String>,
    Form(next): Form<NextStep>,
) -> Answer<Response> {
    let actor = &shell.visitor().actor;
    let id = parse(&id)?;
    match office
        .step_observation(actor, id, &next.paso, &next.texto)
        .await
    {
        Ok(_) => Ok(Redirect::to(&format!("/observaciones/{id}")).into_response()),
        Err(problem) if problem.kind == office::Kind::NoAccount => Err(problem.into()),
        Err(problem) => {
            let seen = office.observation(actor, id, None).await?;
            Ok(show_one(&office, shell, seen, Some(problem), next.texto))
        }
    }
}

fn show_one(
    office: &Office,
    shell: Shell,
    seen: ObservationShape,
    problem: Option<Problem>,
    words: String,
) -> Response {
    let place = Geometry::Point(Point(seen.place));
    let plan = surroundings::plan(&office.feed.snapshot(), &place, &seen.numero, false);
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    let page = Seen {
        problem,
        plan: plan.map(|plan| plan.svg).unwrap_or_default(),
        one: seen,
        words,
        answers: shell.may(Action::AnswerObservations),
        shell,
    };
    page_with(shown, &page)
}

/// Where the observations of a list are, each a link.
fn plan_of(office: &Office, lines: &[ObservationShape]) -> Option<String> {
    let places = lines.iter().map(|one| Rect::new(one.place, one.place));
    let ground = places.reduce(domain::geometry::joined)?;
    let mut drawing = Drawing::of(ground, 0.15);
    surroundings::blocks(&office.feed.snapshot(), &mut drawing);
    for one in lines {
        drawing.link(
            &Geometry::Point(Point(one.place)),
            "falta",
            &one.numero,
            &format!("/observaciones/{}", one.id),
        );
    }
    Some(drawing.svg("Plano de las observaciones de esta lista"))
}
