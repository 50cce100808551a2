//! `/levantamientos/{id}`: how far a survey is, what was found in it, and what can be done with it.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{id::Ubigeo, people::Actor, survey::Severity};
use office::{
    Kind, Office, Problem,
    surveys::{FindingLine, Judgement, Report, Sheet},
    view::DecisionShape,
};
use uuid::Uuid;

use super::{
    decision::{DecisionForm, DecisionTyped},
    plan::{self, Plan},
    words,
};
use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page_with},
        spanish,
    },
    problem::{Refusal, Segments, status},
    programs::surveys::parse,
    session::Caller,
};

#[derive(Template)]
#[template(path = "levantamiento.html")]
struct One {
    shell: Shell,
    problem: Option<Problem>,
    head: Head,
    facts: Vec<(&'static str, String)>,
    under_way: bool,
    /// Why the file was refused whole.
    refused: Option<(String, String)>,
    doubt: Option<Doubt>,
    may_send: bool,
    report: Option<Told>,
    plan: Option<Plan>,
    decided: Option<Decided>,
    decision: Option<DecisionForm>,
    /// Who uploaded it, and could decide on another's.
    is_own: bool,
}

/// A reference system that somebody has to confirm.
struct Doubt {
    judged: Judgement,
    /// What is in the field, for who may confirm it.
    typed: Option<String>,
}

/// What a report says.
struct Told {
    rules: Vec<RuleLine>,
    /// Kinds of changes, how many, and where they are.
    changes: Vec<(&'static str, String, String)>,
    unchanged: String,
}

/// What stands above each page of a survey.
pub struct Head {
    /// Its identity.
    pub id: String,
    /// Its file.
    pub file: String,
    /// The look and the word of its state.
    pub state: (&'static str, &'static str),
}

impl Head {
    /// Of a survey.
    pub fn of(shape: &office::view::SurveyShape) -> Self {
        Self {
            id: shape.id.to_string(),
            file: shape.file.clone(),
            state: words::state(&shape.state),
        }
    }
}

/// A rule, and how often it found something.
pub struct RuleLine {
    /// Its code.
    pub rule: String,
    /// The look and the word of its severity.
    pub severity: (&'static str, &'static str),
    /// How often.
    pub count: String,
    /// How many of them are within what is tolerated.
    pub lesser: Option<String>,
    /// The first sentence.
    pub example: String,
    /// What to do.
    pub remedy: String,
    /// The norm.
    pub source: String,
    /// Its findings.
    pub href: String,
}

impl RuleLine {
    /// Of a line of a report.
    pub fn of(line: &FindingLine, survey: &str) -> Self {
        let severity = match line.severity {
            Severity::Error => "error",
            Severity::Observation => "observacion",
            Severity::Notice => "aviso",
        };
        Self {
            severity: words::severity(severity),
            count: spanish::count(line.count),
            lesser: (line.lesser > 0 && line.lesser < line.count)
                .then(|| spanish::count(line.lesser)),
            example: line
                .examples
                .first()
                .map_or_else(String::new, |first| clipped(&first.message)),
            remedy: line.remedy.clone(),
            source: line.source.clone(),
            href: words::address(
                &format!("/levantamientos/{survey}/hallazgos"),
                &[("regla", &line.rule)],
            ),
            rule: line.rule.clone(),
        }
    }
}

/// The last decision.
struct Decided {
    word: String,
    by: String,
    at: String,
    reason: String,
    exceptions: Vec<(String, String)>,
}

impl Decided {
    fn of(decision: &DecisionShape) -> Self {
        let exceptions = decision.exceptions.as_array().into_iter().flatten();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            word: words::decision(&decision.decision).to_owned(),
            by: decision.by.clone(),
            at: words::moment(&decision.at),
            reason: decision.reason.clone(),
            exceptions: exceptions
                .map(|one| (text(&one["regla"]), text(&one["motivo"])))
                .collect(),
        }
    }
}

/// As much of a text as a line of a table takes; all of it is on its own page.
pub fn clipped(text: &str) -> String {
    const LETTERS_MAX: usize = 300;
    match text.char_indices().nth(LETTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The page.
pub async fn survey(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Result<Response, Refusal> {
    shown(
        doors.office(),
        shell,
        &actor,
        parse(&id)?,
        Refused::default(),
    )
    .await
}

/// A form that was not taken: why, and what was typed.
#[derive(Default)]
pub struct Refused {
    /// Why.
    pub problem: Option<Problem>,
    /// What was typed of a decision.
    pub decision: DecisionTyped,
    /// The reference system that was typed.
    pub crs: String,
}

/// The page, and on it what was refused.
pub async fn shown(
    office: &Office,
    shell: Shell,
    actor: &Actor,
    id: Uuid,
    refused: Refused,
) -> Result<Response, Refusal> {
    let sheet = office.survey_sheet(actor, id).await?;
    let overview = office.survey_overview(actor, id).await?;
    let places = office.places_to_read(actor)?;
    let status = refused.problem.as_ref().map_or(StatusCode::OK, status);
    let shape = &sheet.shape;
    let head = Head::of(shape);
    let is_open = matches!(shape.state.as_str(), "observado" | "conforme");
    let may_decide = is_open && sheet.may_decide && !sheet.is_own;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let one = One {
        problem: refused.problem,
        facts: facts(&sheet, name_of(&places, &shape.ubigeo)),
        under_way: words::is_under_way(&shape.state),
        refused: shape
            .problem
            .as_ref()
            .filter(|_| !words::is_under_way(&shape.state))
            .map(|problem| (text(&problem["title"]), text(&problem["detail"]))),
        may_send: sheet.is_own && shape.edition == Some("abierta"),
        report: sheet.report.as_ref().map(|report| Told {
            rules: rules(Some(report), &head.id),
            changes: changes(report, &head.id),
            unchanged: spanish::count(report.changes.unchanged),
        }),
        plan: overview.map(|overview| plan::overview(&head.id, &overview)),
        decided: shape.decision.as_ref().map(Decided::of),
        decision: may_decide.then(|| DecisionForm::of(&sheet, refused.decision)),
        is_own: is_open && sheet.may_decide && sheet.is_own,
        doubt: sheet.reference.filter(|_| is_open).map(|judged| Doubt {
            typed: sheet.is_own.then(|| match refused.crs {
                typed if typed.is_empty() => judged.proposed.clone().unwrap_or_default(),
                typed => typed,
            }),
            judged,
        }),
        head,
        shell,
    };
    Ok(page_with(status, &one))
}

/// The lines of a report.
pub fn rules(report: Option<&Report>, survey: &str) -> Vec<RuleLine> {
    let lines = report.into_iter().flat_map(|report| &report.findings);
    lines.map(|line| RuleLine::of(line, survey)).collect()
}

fn changes(report: &Report, survey: &str) -> Vec<(&'static str, String, String)> {
    let counts = &report.changes;
    [
        ("alta", counts.added),
        ("baja", counts.retired),
        ("modificacion", counts.modified),
        ("subdivision", counts.split),
        ("acumulacion", counts.merged),
        ("reajuste", counts.readjusted),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(kind, count)| {
        let href = words::address(
            &format!("/levantamientos/{survey}/cambios"),
            &[("tipo", kind)],
        );
        (words::change(kind), spanish::count(count), href)
    })
    .collect()
}

/// The name of a municipality.
pub fn name_of<'a>(places: &'a BTreeMap<Ubigeo, String>, ubigeo: &str) -> Option<&'a String> {
    places.get(&ubigeo.parse().ok()?)
}

/// What is said of a survey besides its findings.
pub fn facts(sheet: &Sheet, place: Option<&String>) -> Vec<(&'static str, String)> {
    let shape = &sheet.shape;
    let mut facts = vec![
        ("Capa", words::layer(&shape.collection).to_owned()),
        ("Municipio", place.unwrap_or(&shape.ubigeo).clone()),
        ("Lo subió", shape.uploaded_by.clone()),
        ("Recibido", words::moment(&shape.received_at)),
    ];
    if let Some(report) = &sheet.report {
        facts.push((
            "Filas",
            format!(
                "{} leídas, {} aceptadas",
                spanish::count(report.read),
                spanish::count(report.accepted)
            ),
        ));
        facts.push((
            "Sistema de referencia",
            format!("{} ({})", report.crs_origen, report.operacion_crs),
        ));
        if let Some(judged) = &report.reference {
            facts.push(("Cómo cae", judged.message.clone()));
        }
        if let Some(encoding) = &report.encoding {
            facts.push(("Letras", format!("{}: {}", encoding.used, encoding.how)));
        }
        if !report.left_out.is_empty() {
            facts.push((
                "Columnas que no se guardan",
                format!("{} (datos personales)", report.left_out.join(", ")),
            ));
        }
    }
    if let Some(change) = shape.change {
        facts.push((
            "Publicado",
            format!("versión de datos {}", spanish::count(change.unsigned_abs())),
        ));
    }
    facts
}

/// What a form of one field brings.
#[derive(serde::Deserialize)]
pub struct Reference {
    crs_origen: String,
    /// One that is not among those that were tried.
    #[serde(default)]
    otro: String,
}

/// Who uploaded it says in which reference system it is.
pub async fn confirm_reference(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    form: Result<Form<Reference>, FormRejection>,
) -> Result<Response, Refusal> {
    let (office, id) = (doors.office(), parse(&id)?);
    let crs = form.map_or_else(
        |_| String::new(),
        |Form(typed)| {
            let chosen = if typed.otro.trim().is_empty() {
                typed.crs_origen
            } else {
                typed.otro
            };
            chosen.trim().to_owned()
        },
    );
    let done = match crs.as_str() {
        "" => Err(Problem::new(
            Kind::BadRequest,
            "Falta el sistema de referencia.",
            "Elija uno de los que se probaron, o escriba otro, como EPSG:24878.",
        )),
        crs => office.confirm_reference(&actor, id, crs).await,
    };
    match done {
        Ok(_) => Ok(back(id)),
        Err(problem) => {
            let refused = Refused {
                problem: Some(told(problem)?),
                crs,
                ..Refused::default()
            };
            shown(office, shell, &actor, id, refused).await
        }
    }
}

/// Its author writes no more in it.
pub async fn send(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Result<Response, Refusal> {
    let (office, id) = (doors.office(), parse(&id)?);
    match office.send(&actor, id).await {
        Ok(_) => Ok(back(id)),
        Err(problem) => {
            let refused = Refused {
                problem: Some(told(problem)?),
                ..Refused::default()
            };
            shown(office, shell, &actor, id, refused).await
        }
    }
}

/// The survey's page.
pub fn back(id: Uuid) -> Response {
    Redirect::to(&format!("/levantamientos/{id}")).into_response()
}

/// A problem that is told on the survey's page; who has to sign in first, or asks for nothing, does not come there.
pub fn told(problem: Problem) -> Result<Problem, Refusal> {
    match problem.kind {
        Kind::NoAccount | Kind::NotFound => Err(problem.into()),
        _ => Ok(problem),
    }
}
