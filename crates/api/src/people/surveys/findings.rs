//! `/levantamientos/{id}/hallazgos`: what was found, by rule and weight, and each finding on its ground.

use askama::Template;
use axum::{extract::State, response::Response};
use domain::geometry::bounds;
use geo_types::Rect;
use office::{
    place,
    surveys::{FoundOnGround, Seen},
};

use super::{
    one::{Head, clipped},
    plan::{self, Plan},
    words,
};
use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page},
        spanish,
    },
    problem::{Parameters, Refusal, Segments},
    programs::surveys::parse,
    session::Caller,
};

/// Findings of a page.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "levantamiento_hallazgos.html")]
struct List {
    shell: Shell,
    head: Head,
    rules: Vec<words::Choice>,
    severities: Vec<words::Choice>,
    lines: Vec<Line>,
    pager: words::Pager,
}

/// A finding in a list.
pub struct Line {
    /// Its number.
    pub number: i32,
    /// Its page.
    pub href: String,
    /// Its rule.
    pub rule: String,
    /// The look and the word of its severity.
    pub severity: (&'static str, &'static str),
    /// What is wrong.
    pub message: String,
    /// The parcel.
    pub code: String,
    /// Row of the file.
    pub row: String,
}

impl Line {
    /// Of a finding.
    pub fn of(found: &FoundOnGround, survey: &str) -> Self {
        Self {
            number: found.number,
            href: format!("/levantamientos/{survey}/hallazgos/{}", found.number),
            rule: found.rule.clone(),
            severity: words::severity(&found.severity),
            message: clipped(&found.message),
            code: found.code.clone().unwrap_or_default(),
            row: found
                .row
                .map_or_else(String::new, |row| spanish::count(row.unsigned_abs())),
        }
    }
}

/// The list.
pub async fn list(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    parameters.only(&["regla", "severidad", "pagina"])?;
    let (office, id) = (doors.office(), parse(&id)?);
    let number: u32 = parameters
        .read("pagina", "un número desde 1")?
        .unwrap_or(1)
        .max(1);
    let (rule, severity) = (parameters.get("regla"), parameters.get("severidad"));
    let seen = Seen {
        rule: rule.map(str::to_owned),
        severity: severity.map(str::to_owned),
        placed: false,
    };
    let after = (number - 1).saturating_mul(PAGE);
    let found = office
        .findings_seen(&actor, id, &seen, (PAGE, after))
        .await?;
    let sheet = office.survey_sheet(&actor, id).await?;
    let known = sheet.report.iter().flat_map(|report| &report.findings);
    let (rule, severity) = (rule.unwrap_or_default(), severity.unwrap_or_default());
    let survey = id.to_string();
    let path = format!("/levantamientos/{survey}/hallazgos");
    let href = |page: u32| {
        let page = page.to_string();
        words::address(
            &path,
            &[("regla", rule), ("severidad", severity), ("pagina", &page)],
        )
    };
    Ok(page(&List {
        head: Head::of(&found.shape),
        rules: words::choices(known.map(|line| (&line.rule, &line.rule)), rule),
        severities: words::choices(
            words::SEVERITIES.map(|one| (one, words::severity(one).1)),
            severity,
        ),
        pager: words::Pager::of(number, found.findings.len(), found.count, PAGE, href),
        lines: found
            .findings
            .iter()
            .map(|found| Line::of(found, &survey))
            .collect(),
        shell,
    }))
}

#[derive(Template)]
#[template(path = "levantamiento_hallazgo.html")]
struct Finding {
    shell: Shell,
    head: Head,
    number: i32,
    rule: String,
    severity: (&'static str, &'static str),
    message: String,
    remedy: String,
    source: String,
    facts: Vec<(&'static str, String)>,
    sides: Vec<Plan>,
    has_repair: bool,
    on_the_map: Option<String>,
    of_rule: String,
}

/// One finding.
pub async fn finding(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments((id, number)): Segments<(String, i32)>,
) -> Result<Response, Refusal> {
    let (office, id) = (doors.office(), parse(&id)?);
    let seen = office.finding_seen(&actor, id, number).await?;
    let sides = plan::finding(&seen).map_or_else(Vec::new, Vec::from);
    let found = seen.finding;
    let mut facts = Vec::new();
    if let Some(code) = &found.code {
        facts.push(("Elemento", code.clone()));
    }
    if !found.others.is_empty() {
        facts.push(("Con", clipped(&found.others.join(", "))));
    }
    if let Some(row) = found.row {
        facts.push(("Fila del archivo", spanish::count(row.unsigned_abs())));
    }
    let at = found.shape.as_ref().and_then(bounds).map(Rect::center);
    let mut on_the_map = None;
    if let Some(at) = at {
        facts.push((
            "Lugar",
            format!(
                "este {} m, norte {} m (EPSG:32718)",
                spanish::number(at.x, 2),
                spanish::number(at.y, 2)
            ),
        ));
        let mut degrees = [at];
        if place::lon_lat(&mut degrees).is_ok() {
            on_the_map = Some(format!(
                "/mapa#z=19&lat={:.6}&lon={:.6}",
                degrees[0].y, degrees[0].x
            ));
        }
    }
    let list = format!("/levantamientos/{id}/hallazgos");
    Ok(page(&Finding {
        head: Head::of(&seen.shape),
        number: found.number,
        severity: words::severity(&found.severity),
        of_rule: words::address(&list, &[("regla", &found.rule)]),
        rule: found.rule,
        message: found.message,
        remedy: seen.rule.remedy,
        source: seen.rule.source,
        has_repair: found.repair.is_some(),
        facts,
        sides,
        on_the_map,
        shell,
    }))
}
