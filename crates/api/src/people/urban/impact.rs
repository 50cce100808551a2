//! What a plan in draft would change: totals, parcels by kind of change, a plan; and its decision.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use domain::people::Action;
use office::{Kind, Office, Problem, checks::Form, drafts::DraftShape};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        drawing::legend_of_look,
        shell::{Shell, page_with},
        spanish,
    },
    decision, drafts, plan,
    question::Question,
    reach::{Pages, range, unread},
    told::{Row, Summary, Told},
    words::{self, Chip},
};
use crate::problem::{Answer, Parameters, Segments, status};

#[derive(Template)]
#[template(path = "control_borrador.html")]
struct DraftPage {
    shell: Shell,
    problem: Option<Problem>,
    draft: DraftShape,
    municipality: String,
    chip: Chip,
    address: String,
    decides: bool,
    typed: decision::Typed,
    question: Question,
    impact: Option<Shown>,
}

/// The impact, as it is shown.
struct Shown {
    totals: Vec<(&'static str, String)>,
    rezoned: Vec<(String, String, String, String)>,
    parameters: Vec<(String, String)>,
    outcomes: Vec<(Chip, Chip, String)>,
    certificates: Vec<String>,
    kinds: Vec<KindLink>,
    lines: Vec<Line>,
    pages: Pages,
    judged: bool,
    svg: String,
    on_plan: String,
    legend: Vec<String>,
    csv: String,
    geojson: String,
}

/// Parcels of one kind of change.
struct KindLink {
    href: String,
    name: &'static str,
    count: String,
    current: bool,
}

/// A parcel that would change.
struct Line {
    code: String,
    area: String,
    changes: String,
    words: Vec<String>,
    outcome: Option<(Chip, Chip)>,
    certificates: String,
}

/// Kinds of change, and what people call them.
const KINDS: [(&str, &str); 5] = [
    ("", "Todos"),
    ("zonas", "De zona"),
    ("parametros", "De parámetros"),
    ("resultado", "De resultado"),
    ("certificados", "Con certificado vigente"),
];

pub(super) async fn page_of_draft(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(id): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    let id = parse(&id)?;
    let ours = ["cambio", "pagina"];
    let rest = parameters
        .0
        .iter()
        .filter(|(name, _)| !ours.contains(&name.as_str()));
    let question = Question::read(&rest.cloned().collect::<Vec<_>>())?;
    let kind = parameters.get("cambio").unwrap_or_default();
    let at = parameters
        .read("pagina", "un número de página")?
        .unwrap_or(1);
    let draft = office.draft(id).await?;
    let (shown, problem) = match shown(&office, &draft, &question, kind, at).await {
        Ok(shown) => (shown, None),
        Err(problem) => (None, Some(problem)),
    };
    let status = problem.as_ref().map_or(StatusCode::OK, status);
    let typed = decision::Typed::default();
    let page = DraftPage::of(&office, shell, draft, question, typed);
    Ok(page_with(
        status,
        &DraftPage {
            impact: shown,
            problem,
            ..page
        },
    ))
}

/// The page again, after a decision that was refused.
pub(super) async fn again(
    office: &Office,
    shell: Shell,
    id: Uuid,
    typed: decision::Typed,
    problem: Problem,
) -> Answer<Response> {
    let draft = office.draft(id).await?;
    let question = Question::default();
    let shown = shown(office, &draft, &question, "", 1)
        .await
        .unwrap_or_default();
    let status = status(&problem);
    let page = DraftPage::of(office, shell, draft, question, typed);
    Ok(page_with(
        status,
        &DraftPage {
            impact: shown,
            problem: Some(problem),
            ..page
        },
    ))
}

pub(super) fn parse(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| {
        Problem::new(
            Kind::NotFound,
            "No hay un borrador con ese identificador.",
            "Los borradores están en Control urbano › Planes en borrador.",
        )
    })
}

impl DraftPage {
    fn of(
        office: &Office,
        shell: Shell,
        draft: DraftShape,
        question: Question,
        typed: decision::Typed,
    ) -> Self {
        Self {
            municipality: drafts::municipality(office, &draft),
            chip: drafts::state(&draft.estado),
            address: format!("/control-urbano/borradores/{}", draft.id),
            decides: draft.estado == "abierto" && shell.may(Action::DecidePlan),
            problem: None,
            impact: None,
            shell,
            draft,
            typed,
            question,
        }
    }
}

/// What an open draft would change; nothing of one that was decided.
async fn shown(
    office: &Office,
    draft: &DraftShape,
    question: &Question,
    kind: &str,
    at: usize,
) -> Result<Option<Shown>, Problem> {
    if draft.estado != "abierto" {
        return Ok(None);
    }
    let proposal = Some(question.proposal()?).filter(|proposal| !proposal.is_empty());
    let mut asked = Vec::new();
    if let Some(proposal) = &proposal {
        asked.push(("propuesta", Value::Object(proposal.clone()).to_string()));
    }
    let judged = proposal.is_some();
    let told = office.impact(draft.id, proposal, Form::Json).await?;
    let told: Told = serde_json::from_slice(&told).map_err(|error| unread(&error))?;
    let address = |kind: &str, page: usize| {
        let mut pairs: Vec<(&str, String)> = question.fields().to_vec();
        if !kind.is_empty() {
            pairs.push(("cambio", kind.to_owned()));
        }
        if page > 1 {
            pairs.push(("pagina", page.to_string()));
        }
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        format!("/control-urbano/borradores/{}?{query}#predios", draft.id)
    };
    let of_kind: Vec<&Row> = told.predios.iter().filter(|row| row.is(kind)).collect();
    let range = range(at, of_kind.len());
    let looks = of_kind.iter().map(|row| (row.codigo.as_str(), row.look()));
    let (svg, on_plan) =
        plan::of_parcels(&office.feed.snapshot(), looks, "Los predios que cambiarían");
    let file = |form: &str| {
        let mut pairs = asked.clone();
        pairs.push(("f", form.to_owned()));
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        format!("{}/impacto?{query}", draft.enlace)
    };
    let kinds = KINDS.iter().map(|(known, name)| KindLink {
        href: address(known, 1),
        name,
        count: spanish::count(told.predios.iter().filter(|row| row.is(known)).count()),
        current: *known == kind,
    });
    Ok(Some(Shown {
        kinds: kinds.collect(),
        lines: of_kind[range.clone()]
            .iter()
            .map(|row| Line::of(row))
            .collect(),
        pages: Pages::of(&range, of_kind.len(), at, |page| address(kind, page)),
        judged,
        svg,
        on_plan,
        legend: legend(judged),
        csv: file("csv"),
        geojson: file("geojson"),
        ..Shown::totals(told.resumen)
    }))
}

fn legend(judged: bool) -> Vec<String> {
    let mut lines = vec![
        legend_of_look("cambia-zona", "Pasa a otra zona"),
        legend_of_look("cambia-norma", "Misma zona, otros límites o usos"),
    ];
    if judged {
        lines.push(legend_of_look(
            "cambia-resultado",
            "La propuesta sale de otra manera",
        ));
    }
    lines
}

impl Shown {
    fn totals(summary: Summary) -> Self {
        let rezoned = summary.zonas.into_iter().map(|line| {
            let parcels = spanish::count(line.predios);
            (
                line.antes,
                line.despues,
                parcels,
                spanish::square_metres(line.cambia_m2),
            )
        });
        let parameters = summary.parametros.into_iter();
        let outcomes = summary.resultados.into_iter().map(|line| {
            let parcels = spanish::count(line.predios);
            (
                words::outcome(&line.antes),
                words::outcome(&line.despues),
                parcels,
            )
        });
        Self {
            totals: vec![
                ("Predios del municipio", spanish::count(summary.predios)),
                ("Predios que cambian", spanish::count(summary.cambian)),
                (
                    "Área de los que cambian",
                    spanish::square_metres(summary.area_m2),
                ),
                (
                    "Suelo que pasa a otra zona",
                    spanish::square_metres(summary.cambia_m2),
                ),
            ],
            rezoned: rezoned.collect(),
            parameters: parameters
                .map(|(name, count)| (words::parameter(&name).to_owned(), spanish::count(count)))
                .collect(),
            outcomes: outcomes.collect(),
            certificates: summary.certificados,
            kinds: Vec::new(),
            lines: Vec::new(),
            pages: Pages::of(&(0..0), 0, 1, |_| String::new()),
            judged: false,
            svg: String::new(),
            on_plan: String::new(),
            legend: Vec::new(),
            csv: String::new(),
            geojson: String::new(),
        }
    }
}

impl Line {
    fn of(row: &Row) -> Self {
        let outcome = row
            .resultado_antes
            .as_deref()
            .zip(row.resultado_despues.as_deref());
        Self {
            code: row.codigo.clone(),
            area: spanish::square_metres(row.area_m2),
            changes: spanish::square_metres(row.cambia_m2),
            words: row
                .cambios
                .iter()
                .filter(|words| !words.starts_with("resultado: "))
                .map(|words| plain(words))
                .collect(),
            outcome: outcome.map(|(was, will)| (words::outcome(was), words::outcome(will))),
            certificates: row.certificados.join(", "),
        }
    }
}

/// `altura_maxima_pisos: 4 pisos → 2 pisos` with the names that people know.
fn plain(words: &str) -> String {
    let Some((name, change)) = words.split_once(": ") else {
        return words.to_owned();
    };
    let name = match name {
        "zonas" => "Zonas".to_owned(),
        name if words::parameter(name) != name => words::parameter(name).to_owned(),
        name => words::finding(name, &[]),
    };
    let sides = change.split(" → ").map(|side| match side {
        "cumple" | "no_cumple" | "no_concluyente" | "no_aplica" => words::state(side).1,
        "—" => "nada",
        side => side,
    });
    format!("{name}: {}", sides.collect::<Vec<_>>().join(" → "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_with_the_names_that_people_know() {
        for (told, plainly) in [
            (
                "altura_maxima_pisos: 4 pisos → 2 pisos",
                "Altura máxima, en pisos: 4 pisos → 2 pisos",
            ),
            ("zonas: RDM → RDB, CZ", "Zonas: RDM → RDB, CZ"),
            ("uso: no_cumple → cumple", "Uso: No cumple → Cumple"),
            ("uso: — → cumple", "Uso: nada → Cumple"),
            ("otra cosa", "otra cosa"),
        ] {
            assert_eq!(plain(told), plainly);
        }
    }
}
