//! The norms behind the answers, and the golden parcels that prove them.

use std::sync::Arc;

use askama::Template;
use axum::{Form, extract::State, response::Response};
use chrono::NaiveDate;
use domain::{
    id::Ubigeo,
    people::Action,
    plan::norm::{Norm, ZoneClass},
};
use office::{
    Office, Problem,
    norms::{self, CaseOutcome, NormSheet},
};
use serde::Deserialize;

use super::{
    super::{
        shell::{Shell, page, page_with},
        spanish,
    },
    words,
};
use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Answer, Parameters, Segments, status},
    session::Caller,
};

#[derive(Template)]
#[template(path = "control_normas.html")]
struct NormsPage {
    shell: Shell,
    rows: Vec<NormRow>,
}

/// A norm in the list.
struct NormRow {
    municipality: String,
    name: String,
    ordinance: String,
    since: String,
    until: String,
    in_force: bool,
    digest: String,
    page: String,
    file: String,
}

#[derive(Template)]
#[template(path = "control_norma.html")]
struct NormPage {
    shell: Shell,
    problem: Option<Problem>,
    row: NormRow,
    code: String,
    version: String,
    demonstration: bool,
    document: Option<(String, String)>,
    classes: Vec<ClassLine>,
    articles: Vec<ArticleLine>,
    activities: usize,
    /// Whether golden parcels are tried from here, and where they are sent.
    tries: bool,
    tries_at: String,
    has_cases: bool,
    typed: String,
    outcomes: Option<Vec<CaseLine>>,
    differ: usize,
}

/// A class of zones.
struct ClassLine {
    code: String,
    name: String,
    article: String,
    uses: Vec<(&'static str, String)>,
    limits: Vec<(String, String)>,
    reach: String,
}

/// An article.
struct ArticleLine {
    id: String,
    title: String,
    text: String,
    reach: String,
}

/// A golden parcel.
struct CaseLine {
    name: String,
    parcel: String,
    expected: String,
    came_out: String,
    reason: String,
    is_right: bool,
}

#[derive(Deserialize)]
pub(super) struct Cases {
    #[serde(default)]
    casos: String,
}

pub(super) async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&[])?;
    let sheets = norms::sheets(&office.store).await?;
    let rows = sheets.iter().map(|sheet| NormRow::of(&office, sheet));
    Ok(page(&NormsPage {
        rows: rows.collect(),
        shell,
    }))
}

pub(super) async fn one(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments((ubigeo, instrument)): Segments<(Ubigeo, String)>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["fecha"])?;
    let day = parameters.read("fecha", "un día, como 2026-11-23")?;
    let sheet = norms::sheet(&office.store, ubigeo, &instrument, day).await?;
    Ok(page(&NormPage::of(&office, shell, &sheet)))
}

/// Golden parcels are tried on what is in force today.
pub(super) async fn tried(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments((ubigeo, instrument)): Segments<(Ubigeo, String)>,
    Form(cases): Form<Cases>,
) -> Answer<Response> {
    let office = doors.office();
    let sheet = norms::sheet(&office.store, ubigeo, &instrument, None).await?;
    let own = Some(cases.casos.as_str()).filter(|text| !text.trim().is_empty());
    let of_norm = (ubigeo, instrument.as_str());
    let mut shown = NormPage::of(office, shell, &sheet);
    shown.typed.clone_from(&cases.casos);
    match norms::tried_in_force(&office.store, &actor, of_norm, own).await {
        Ok(outcomes) => {
            let lines: Vec<CaseLine> = outcomes.into_iter().map(CaseLine::of).collect();
            shown.differ = lines.iter().filter(|line| !line.is_right).count();
            shown.outcomes = Some(lines);
            Ok(page(&shown))
        }
        Err(problem) => {
            let status = status(&problem);
            shown.problem = Some(problem);
            Ok(page_with(status, &shown))
        }
    }
}

impl NormRow {
    fn of(office: &Office, sheet: &NormSheet) -> Self {
        let NormSheet { line, norm, .. } = sheet;
        let snapshot = office.feed.snapshot();
        let town = snapshot.municipalities.get(&norm.ubigeo);
        let today = office::moment::day_at(chrono::Utc::now());
        let in_force =
            line.vigente_desde <= today && line.vigente_hasta.is_none_or(|end| today < end);
        let path = format!("{}/{}", line.ubigeo, encoded(&line.instrumento));
        // The first day of a version names it.
        let query = if in_force {
            String::new()
        } else {
            format!("?fecha={}", line.vigente_desde)
        };
        let until = |end: NaiveDate| spanish::day(end.pred_opt().unwrap_or(end));
        Self {
            municipality: town.map_or_else(
                || line.ubigeo.clone(),
                |land| land.municipality.name.clone(),
            ),
            name: norm.instrument.name.clone(),
            ordinance: norm.instrument.ordinance.clone(),
            since: spanish::day(line.vigente_desde),
            until: line.vigente_hasta.map_or_else(String::new, until),
            in_force,
            digest: line.sha256.clone(),
            page: format!("/control-urbano/normas/{path}{query}"),
            file: format!("/api/normas/{path}{query}"),
        }
    }
}

impl NormPage {
    fn of(office: &Office, shell: Shell, sheet: &NormSheet) -> Self {
        let NormSheet { line, norm, cases } = sheet;
        let row = NormRow::of(office, sheet);
        let reach = |by: &str, value: &str| {
            let pairs = [
                ("ubigeo", line.ubigeo.as_str()),
                ("por", by),
                ("valor", value),
                ("instrumento", line.instrumento.as_str()),
            ];
            let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
            format!("/control-urbano/alcance?{query}")
        };
        let articles = norm.articles.iter().map(|article| ArticleLine {
            id: article.id.clone(),
            title: article.title.clone(),
            text: article.text.clone().unwrap_or_default(),
            reach: reach("articulo", &article.id),
        });
        let classes = norm.classes.iter();
        let document = norm.instrument.document.as_ref();
        Self {
            problem: None,
            code: norm.instrument.code.clone(),
            version: spanish::count(u64::try_from(line.version_datos).unwrap_or_default()),
            demonstration: norm.instrument.demonstration,
            document: document.map(|document| (document.name.clone(), document.sha256.clone())),
            classes: classes
                .map(|class| ClassLine::of(norm, class, reach("clase", &class.code)))
                .collect(),
            articles: articles.collect(),
            activities: norm.activities.len(),
            tries_at: format!(
                "/control-urbano/normas/{}/{}/casos",
                line.ubigeo,
                encoded(&line.instrumento)
            ),
            tries: row.in_force && shell.may(Action::DecidePlan),
            has_cases: cases.is_some(),
            typed: String::new(),
            outcomes: None,
            differ: 0,
            row,
            shell,
        }
    }
}

impl ClassLine {
    fn of(norm: &Norm, class: &ZoneClass, reach: String) -> Self {
        let article = |id: &str| {
            let basis = norm.basis(id).and_then(|basis| basis.articulo);
            basis.map_or_else(|| id.to_owned(), |article| article.to_string())
        };
        let uses = [
            ("Permitidos", &class.uses.permitted),
            ("Compatibles", &class.uses.compatible),
            ("Prohibidos", &class.uses.forbidden),
        ];
        let limits = class.parameters.iter().map(|row| {
            let values = row.values.iter().map(|one| {
                let what = match (one.value, &one.formula, &one.words) {
                    (Some(value), ..) => format!("{value} {}", row.parameter.unit()),
                    (None, Some(formula), _) => format!("{formula} {}", row.parameter.unit()),
                    (None, None, said) => format!("«{}»", said.as_deref().unwrap_or_default()),
                };
                let when = one
                    .when
                    .as_ref()
                    .map_or_else(String::new, |when| format!(" si {when}"));
                let source = article(one.article.as_ref().unwrap_or(&row.article));
                format!("{what}{when} ({source})")
            });
            let name = words::parameter(row.parameter.name()).to_owned();
            (name, values.collect::<Vec<_>>().join("; si no, "))
        });
        Self {
            code: class.code.clone(),
            name: class.name.clone(),
            article: article(&class.article),
            uses: uses
                .into_iter()
                .filter(|(_, uses)| !uses.is_empty())
                .map(|(kind, uses)| (kind, uses.join(", ")))
                .collect(),
            limits: limits.collect(),
            reach,
        }
    }
}

impl CaseLine {
    fn of(case: CaseOutcome) -> Self {
        Self {
            is_right: case.came_out == case.expected,
            name: case.name,
            parcel: case.parcel,
            expected: case.expected,
            came_out: case.came_out,
            reason: case.reason,
        }
    }
}
