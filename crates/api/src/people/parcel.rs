//! `/predios/{codigo}`: the card of a parcel, today or on another day.

mod asked;
mod facts;
mod lineage;
mod plan;
mod times;
mod versions;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use domain::people::Action;
use office::{Kind, Office, Problem, card::Card, view::History};
use serde_json::Value;

use self::{asked::Asked, facts::Facts, versions::VersionLine};
use super::{
    shell::{Shell, page, page_with},
    spanish,
    text::Text,
};
use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Parameters, Refusal, Segments, status},
};

pub(super) use plan::text as named;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/predios/{codigo}", get(card))
}

#[derive(Template)]
#[template(path = "predio.html")]
struct CardPage {
    shell: Shell,
    code: String,
    link: String,
    /// What is asked for besides the code, as the end of an address: empty for today.
    when: String,
    asked: Asked,
    is_now: bool,
    day: String,
    known_at: String,
    facts: Option<Facts>,
    /// What came after a parcel that is not in force then.
    after: Vec<lineage::Act>,
    before: Vec<lineage::Act>,
    graph: String,
    times: String,
    versions: Vec<VersionLine>,
    more_versions: usize,
    inspections: Option<Vec<Visit>>,
    may_edit: bool,
    /// Whether the database told what follows.
    has_history: bool,
}

#[derive(Template)]
#[template(path = "predio_no.html")]
struct NoCard {
    shell: Shell,
    code: String,
    problem: Option<Problem>,
}

/// An inspection of the parcel.
struct Visit {
    id: String,
    subject: Text,
    state: String,
}

/// Versions that a card lists; the rest is in the history for programs.
const VERSIONS_MAX: usize = 60;

async fn card(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    parameters.only(&["fecha", "conocido_a"])?;
    let asked = Asked::read(&parameters)?;
    let card = match office.card(&code, asked.day, asked.known_at).await {
        Ok(card) => card,
        Err(problem) if matches!(problem.kind, Kind::NotFound | Kind::BadRequest) => {
            return Ok(unknown(shell, &code, problem));
        }
        Err(problem) => return Err(problem.into()),
    };
    let inspections = if shell.may(Action::Inspect) {
        Some(visits(&office, &shell, card.code.as_str()).await?)
    } else {
        None
    };
    Ok(page(&shown(shell, asked, &card, inspections)?))
}

fn unknown(shell: Shell, code: &str, problem: Problem) -> Response {
    // A day that cannot be is told as such; the code may be right.
    let status: StatusCode = status(&problem);
    page_with(
        status,
        &NoCard {
            shell,
            code: code.chars().take(80).collect(),
            problem: Some(problem),
        },
    )
}

fn shown(
    shell: Shell,
    asked: Asked,
    card: &Card,
    inspections: Option<Vec<Visit>>,
) -> Result<CardPage, Problem> {
    let code = card.code.as_str().to_owned();
    let when = asked.query();
    let nothing = History {
        code: code.clone(),
        versions: Vec::new(),
        ancestors: Vec::new(),
        descendants: Vec::new(),
    };
    let history = card.history.as_ref().unwrap_or(&nothing);
    let lines = versions::lines(history, shell.may(Action::ReadSurveys));
    let more_versions = lines.len().saturating_sub(VERSIONS_MAX);
    let facts = card
        .standing
        .as_ref()
        .map(|standing| Facts::of(&code, standing, &when))
        .transpose()?;
    Ok(CardPage {
        link: encoded(&code),
        is_now: card.is_now,
        day: spanish::day(card.as_of.day),
        known_at: spanish::moment(card.as_of.known_at),
        after: lineage::acts(&history.descendants, |kin| &kin.child),
        before: lineage::acts(&history.ancestors, |kin| &kin.parent),
        graph: lineage::graph(&code, history),
        times: times::drawing(history, card.as_of),
        versions: lines.into_iter().skip(more_versions).collect(),
        more_versions,
        inspections,
        may_edit: shell.may(Action::UploadSurvey),
        has_history: card.history.is_some(),
        facts,
        asked,
        when,
        code,
        shell,
    })
}

/// The inspections of a parcel that somebody may see.
async fn visits(office: &Office, shell: &Shell, code: &str) -> Result<Vec<Visit>, Problem> {
    let all = office.inspections(&shell.visitor().actor).await?;
    let all = serde_json::to_value(&all).unwrap_or_default();
    let features = all["features"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(features
        .filter(|feature| feature["properties"]["predio"] == code)
        .map(|feature| Visit {
            id: text(&feature["id"]),
            subject: Text::of(&text(&feature["properties"]["asunto"])),
            state: text(&feature["properties"]["estado"]).replace('_', " "),
        })
        .collect())
}
