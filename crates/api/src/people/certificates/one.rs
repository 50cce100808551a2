//! `/certificados/{id}`: what it says, what is answered today, its way, and the steps that who looks may take.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{certificate::Step, people::Actor};
use office::{
    Office, Problem,
    certificates::{ApplicantShape, Decision, Desk, Offer},
    view::StepShape,
};
use serde_json::Value;

use super::{
    super::{
        filled::Filled,
        shell::{Shell, page_with},
        spanish,
        surroundings::{self, Plan},
    },
    Issued,
    differences::{Difference, differences},
    parcel_link, proposal,
    verdict::Verdict,
    words,
};
use crate::{
    problem::{Parameters, Refusal, Segments, status},
    programs::certificates::parse,
    session::Caller,
};

#[derive(Template)]
#[template(path = "certificado.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    id: String,
    title: String,
    law: String,
    state: (&'static str, &'static str),
    municipality: String,
    parcel: Option<(String, String)>,
    place: String,
    case: Option<String>,
    drafted: String,
    issued: Option<Issued>,
    issuer: String,
    code: String,
    annulled: Option<(String, String, String)>,
    stated: Vec<(String, String)>,
    proposal: Vec<(String, String)>,
    verdict: Verdict,
    today: String,
    moved_on: bool,
    is_open: bool,
    differences: Vec<Difference>,
    plan: Option<Plan>,
    two_persons: Option<&'static str>,
    steps: Vec<StepForm>,
    history: Vec<Past>,
    applicant: Applicant,
    purpose: String,
}

/// A step that is offered, with what was typed into it.
struct StepForm {
    step: Step,
    name: &'static str,
    title: &'static str,
    does: &'static str,
    button: &'static str,
    refused: Option<Problem>,
    reason: String,
    post: String,
    document: String,
}

/// A step that was taken.
struct Past {
    at: String,
    who: String,
    what: &'static str,
    why: String,
}

/// Who asked for it, as far as the page says it.
#[derive(Default)]
enum Applicant {
    /// Nobody has said yet what for.
    #[default]
    Unread,
    /// Nobody was written down.
    Nobody,
    /// Somebody was.
    Person(ApplicantShape),
}

/// What a page says besides the certificate.
#[derive(Default)]
struct Said {
    problem: Option<Problem>,
    told: Option<&'static str>,
    typed: Filled,
    applicant: Applicant,
}

pub(super) async fn certificate(
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
    Ok(Redirect::to(&format!("/certificados/{}", parse(&id)?)))
}

pub(super) async fn step(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    shell: Shell,
    typed: Filled,
) -> Result<Response, Refusal> {
    let decision = Decision {
        decision: typed.typed("decision").to_owned(),
        reason: typed.owned("sustento"),
        post: typed.owned("cargo"),
        document: typed.owned("documento"),
    };
    let decided = office
        .decide_certificate(&actor, parse(&id)?, &decision)
        .await;
    match decided {
        Ok(one) => {
            let next = format!("/certificados/{}?hecho={}", one.id, decision.decision);
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

pub(super) async fn applicant(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    shell: Shell,
    typed: Filled,
) -> Result<Response, Refusal> {
    let purpose = typed.typed("finalidad");
    let read = office.applicant(&actor, parse(&id)?, purpose).await;
    let said = match read {
        Ok(applicant) => Said {
            applicant: applicant.map_or(Applicant::Nobody, Applicant::Person),
            ..Said::default()
        },
        Err(problem) => Said {
            problem: Some(problem),
            typed,
            ..Said::default()
        },
    };
    shown(&office, &actor, &id, shell, said).await
}

async fn shown(
    office: &Office,
    actor: &Actor,
    id: &str,
    shell: Shell,
    said: Said,
) -> Result<Response, Refusal> {
    // Who may not see it is told that, and not what was wrong with what they sent.
    let desk = office.certificate_desk(actor, parse(id)?).await?;
    let status = said.problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(status, &Sheet::of(office, shell, desk, said)))
}

impl Sheet {
    fn of(office: &Office, shell: Shell, desk: Desk, said: Said) -> Self {
        let snapshot = office.feed.snapshot();
        let one = desk.certificate;
        let asked = read(one.consulta.as_deref());
        let verdict = Verdict::of(&read(one.veredicto.as_deref()), &snapshot.themes);
        let now = desk
            .now
            .as_ref()
            .map(|now| Verdict::of(now, &snapshot.themes));
        let name = one.predio.as_ref().map_or_else(
            || "el lugar consultado".to_owned(),
            |code| format!("el predio {code}"),
        );
        let typed = &said.typed;
        let steps = desk.offers.into_iter();
        Self {
            shell,
            problem: said.problem,
            told: said.told,
            title: desk.rules.title,
            law: law(&desk.rules.basis),
            state: words::state(one.estado),
            municipality: format!("{} ({})", desk.municipality, one.ubigeo),
            parcel: one.predio.as_deref().map(parcel_link),
            place: place(&asked),
            case: one.expediente.clone(),
            drafted: format!(
                "{}, el {}",
                one.redactado_por,
                spanish::moment(one.redactado_a)
            ),
            issued: Issued::of(&one),
            issuer: one.emitido_por.clone().unwrap_or_default(),
            code: one.codigo.clone().unwrap_or_default(),
            annulled: one.anulacion.as_ref().map(|annulled| {
                let at = spanish::moment(annulled.fecha);
                (at, annulled.documento.clone(), annulled.motivo.clone())
            }),
            stated: desk.stated,
            proposal: proposal::rows(&asked["propuesta"]),
            today: desk.today.explicacion,
            moved_on: desk.moved_on,
            is_open: matches!(one.estado, "borrador" | "en_revision"),
            differences: now
                .map(|now| differences(&verdict, &now))
                .unwrap_or_default(),
            verdict,
            plan: desk
                .place
                .as_ref()
                .and_then(|place| surroundings::plan(&snapshot, place, &name, true)),
            two_persons: two_persons(desk.rules.two_persons, desk.is_drafter),
            steps: steps.map(|offer| StepForm::of(offer, typed)).collect(),
            history: one
                .historia
                .unwrap_or_default()
                .into_iter()
                .map(Past::of)
                .collect(),
            applicant: said.applicant,
            purpose: typed.typed("finalidad").to_owned(),
            id: one.id,
        }
    }
}

impl Past {
    fn of(step: StepShape) -> Self {
        Self {
            at: spanish::moment(step.fecha),
            who: step.quien,
            what: words::done(&step.paso),
            why: step.sustento.unwrap_or_default(),
        }
    }
}

impl StepForm {
    fn of(offer: Offer, typed: &Filled) -> Self {
        let step = offer.step;
        let (title, does, button) = words::offer(step);
        let is_typed = typed.typed("decision") == step.name();
        let kept = |name: &str| {
            if is_typed {
                typed.typed(name).to_owned()
            } else {
                String::new()
            }
        };
        Self {
            step,
            name: step.name(),
            title,
            does,
            button,
            refused: offer.refused,
            reason: kept("sustento"),
            post: kept("cargo"),
            document: kept("documento"),
        }
    }
}

impl StepForm {
    /// Whether it has a field.
    fn asks(&self, field: &str) -> bool {
        match field {
            "sustento" => matches!(self.step, Step::Return | Step::Withdraw | Step::Annul),
            "cargo" => self.step == Step::Issue,
            "documento" => self.step == Step::Annul,
            _ => false,
        }
    }

    /// Whether nothing takes it back.
    fn is_final(&self) -> bool {
        matches!(self.step, Step::Withdraw | Step::Annul)
    }
}

/// What is said of the two persons that a certificate needs.
fn two_persons(needed: bool, is_drafter: bool) -> Option<&'static str> {
    needed.then_some(if is_drafter {
        "Usted lo redactó: otra persona tiene que emitirlo. Así lo han visto dos."
    } else {
        "Quien lo redactó no lo emite: lo ven dos personas."
    })
}

/// A law as people cite it.
pub(super) fn law(basis: &domain::plan::LegalBasis) -> String {
    match &basis.articulo {
        Some(article) => format!("{}, {article}", basis.norma),
        None => basis.norma.to_string(),
    }
}

fn read(raw: Option<&serde_json::value::RawValue>) -> Value {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default()
}

/// The place that was asked about, in words.
fn place(asked: &Value) -> String {
    if let Some(code) = asked["predio"].as_str() {
        return format!("El predio {code}");
    }
    if let (Some(lon), Some(lat)) = (asked["punto"][0].as_f64(), asked["punto"][1].as_f64()) {
        return format!("El punto de longitud {lon:.6} y latitud {lat:.6}");
    }
    "Un polígono dibujado".to_owned()
}
