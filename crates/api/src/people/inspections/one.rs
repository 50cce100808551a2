//! `/inspecciones/{id}`: what is known of it, its evidence, its way and its next step; and its acta, to be printed.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    inspection::{Order, Step},
    people::Actor,
};
use geo_types::{Geometry, Point};
use office::{
    Office, Problem,
    inspections::{Desk, NextStep},
    view::EvidenceShape,
};

use super::{
    super::{
        filled::Filled,
        shell::{Shell, page_with},
        spanish,
        surroundings::{self, Plan},
    },
    parcel_link, words,
};
use crate::{
    problem::{Parameters, Refusal, Segments, status},
    programs::inspections::parse,
    session::Caller,
};

#[derive(Template)]
#[template(path = "inspeccion.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    facts: Facts,
    steps: Vec<StepForm>,
    typed: Filled,
    orders: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Template)]
#[template(path = "inspeccion_acta.html")]
struct Acta {
    shell: Shell,
    facts: Facts,
}

/// What is known of an inspection, in words.
struct Facts {
    id: String,
    subject: String,
    state: (&'static str, &'static str),
    is_overdue: bool,
    municipality: String,
    parcel: Option<(String, String)>,
    place: String,
    /// The certificate: its page, its number and the address that verifies it.
    certificate: Option<(String, String, String)>,
    receipt: Option<String>,
    opened: String,
    acta: Option<String>,
    visited: Option<String>,
    infraction: Option<(String, String)>,
    order: Option<String>,
    deadline: Option<String>,
    document: Option<String>,
    evidence: Vec<Piece>,
    history: Vec<Past>,
    plan: Option<Plan>,
}

/// A piece of evidence.
struct Piece {
    name: String,
    size: String,
    sha256: String,
    taken: String,
    place: String,
    came: String,
    file: String,
    picture: Option<String>,
}

/// A step that was taken.
struct Past {
    at: String,
    who: String,
    what: &'static str,
    state: &'static str,
}

/// A step that is offered.
struct StepForm {
    step: Step,
    name: &'static str,
    title: &'static str,
    does: &'static str,
    button: &'static str,
}

/// What a page says besides the inspection.
#[derive(Default)]
pub(super) struct Said {
    pub(super) problem: Option<Problem>,
    pub(super) told: Option<&'static str>,
    pub(super) typed: Filled,
}

pub(super) async fn inspection(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    shell: Shell,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    let said = Said {
        told: parameters.get("hecho").and_then(words::told),
        ..Said::default()
    };
    shown(&office, &actor, &id, shell, said).await
}

/// Somebody comes back to the address of a form.
pub(super) async fn back(Segments(id): Segments<String>) -> Result<Redirect, Refusal> {
    Ok(Redirect::to(&format!("/inspecciones/{}", parse(&id)?)))
}

pub(super) async fn acta(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let desk = office.inspection_desk(&actor, parse(&id)?).await?;
    let facts = Facts::of(&office, &desk);
    Ok(page_with(StatusCode::OK, &Acta { shell, facts }))
}

pub(super) async fn step(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    shell: Shell,
    typed: Filled,
) -> Result<Response, Refusal> {
    let stepped = match next(&typed) {
        Ok(next) => office.step_inspection(&actor, parse(&id)?, &next).await,
        Err(problem) => Err(problem),
    };
    match stepped {
        Ok(one) => {
            let next = format!("/inspecciones/{}?hecho={}", one.id, typed.typed("paso"));
            Ok(Redirect::to(&next).into_response())
        }
        Err(problem) => {
            let said = Said {
                problem: Some(problem),
                typed,
                ..Said::default()
            };
            shown(&office, &actor, &id, shell, said).await
        }
    }
}

fn next(typed: &Filled) -> Result<NextStep, Problem> {
    Ok(NextStep {
        step: typed.typed("paso").to_owned(),
        acta: typed.owned("acta"),
        day: typed.day("fecha")?,
        code: typed.owned("codigo"),
        infraction: typed.owned("infraccion"),
        order: typed.owned("orden"),
        deadline: typed.day("plazo")?,
        document: typed.owned("documento"),
    })
}

/// The page of an inspection, with what went well or wrong.
pub(super) async fn shown(
    office: &Office,
    actor: &Actor,
    id: &str,
    shell: Shell,
    said: Said,
) -> Result<Response, Refusal> {
    let desk = office.inspection_desk(actor, parse(id)?).await?;
    let status = said.problem.as_ref().map_or(StatusCode::OK, status);
    let chosen = said.typed.typed("orden");
    let orders = Order::ALL.iter().map(|order| {
        let name = order.name();
        (name, words::order(*order), name == chosen)
    });
    Ok(page_with(
        status,
        &Sheet {
            shell,
            problem: said.problem,
            told: said.told,
            orders: orders.collect(),
            steps: desk.steps.iter().copied().map(StepForm::of).collect(),
            facts: Facts::of(office, &desk),
            typed: said.typed,
        },
    ))
}

impl Facts {
    fn of(office: &Office, desk: &Desk) -> Self {
        let one = &desk.inspection;
        let known = &one.properties;
        let snapshot = office.feed.snapshot();
        let dot = Geometry::Point(Point(desk.place));
        let certificate = desk.certificate.as_ref().map(|certificate| {
            (
                format!("/certificados/{}", certificate.id),
                certificate.numero.clone().unwrap_or_default(),
                format!(
                    "/verificar/{}",
                    certificate.codigo.as_deref().unwrap_or_default()
                ),
            )
        });
        let pieces = known.pruebas.iter().flatten();
        Self {
            subject: known.asunto.clone(),
            state: words::state(known.estado),
            is_overdue: desk.is_overdue,
            municipality: format!("{} ({})", desk.municipality, known.ubigeo),
            parcel: known.predio.as_deref().map(parcel_link),
            place: format!(
                "este {} m, norte {} m (UTM 18 S)",
                spanish::number(desk.place.x, 2),
                spanish::number(desk.place.y, 2)
            ),
            certificate,
            receipt: known.recibo_sha256.clone(),
            opened: format!(
                "{}, el {}",
                known.abierta_por,
                spanish::moment(known.abierta_a)
            ),
            acta: known.acta.clone(),
            visited: known.fecha.map(spanish::day),
            infraction: known.codigo.clone().zip(known.infraccion.clone()),
            order: known.orden.as_deref().map(words::order_named),
            deadline: known.plazo.map(spanish::day),
            document: known.documento.clone(),
            evidence: pieces.map(|piece| Piece::of(&one.id, piece)).collect(),
            history: desk.history.iter().map(Past::of).collect(),
            plan: surroundings::plan(&snapshot, &dot, "el lugar de la inspección", false),
            id: one.id.clone(),
        }
    }
}

impl Past {
    fn of(event: &office::inspections::EventShape) -> Self {
        Self {
            at: spanish::moment(event.at),
            who: event.who.clone(),
            what: words::done(&event.step),
            state: words::state(&event.state).0,
        }
    }
}

impl Piece {
    fn of(inspection: &str, piece: &EvidenceShape) -> Self {
        let ending = piece.archivo.rsplit('.').next().unwrap_or_default();
        let is_picture = ["jpg", "jpeg", "png", "webp"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known));
        let kilobytes = f64::from(u32::try_from(piece.bytes).unwrap_or(u32::MAX)) / 1024.0;
        Self {
            name: piece.archivo.clone(),
            size: format!("{} kB", spanish::number(kilobytes, 1)),
            sha256: piece.sha256.clone(),
            taken: piece
                .tomada_a
                .map_or_else(|| "no se sabe".to_owned(), spanish::moment),
            place: piece.lugar.map_or_else(
                || "no se sabe".to_owned(),
                |[lon, lat]| format!("{lon:.6}, {lat:.6}"),
            ),
            came: spanish::moment(piece.recibida_a),
            file: format!("/api/fiscalizacion/{inspection}/pruebas/{}", piece.id),
            picture: is_picture.then(|| format!("/inspecciones/{inspection}/pruebas/{}", piece.id)),
        }
    }
}

impl StepForm {
    fn of(step: Step) -> Self {
        let (title, does, button) = words::offer(step);
        Self {
            step,
            name: step.name(),
            title,
            does,
            button,
        }
    }

    /// Whether it has a field.
    fn asks(&self, field: &str) -> bool {
        match field {
            "acta" => self.step == Step::Visit,
            "infraccion" => self.step == Step::Accuse,
            "orden" => self.step == Step::Order,
            "documento" => matches!(self.step, Step::Mend | Step::Resolve),
            _ => false,
        }
    }
}
