//! `/inversiones/{cui}`: all that is known of a project.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{collection::Collection, observation::About, people::Action};
use office::{
    Kind, Office, Problem,
    investments::{Evidence, ProgressLine, ProjectShape, ProjectVersion},
    observations::{ObservationFilter, ObservationShape},
    papers::PROJECT,
    works::ClashShape,
};

use super::{
    super::{
        chart::{Chart, Look, Run},
        papers::Papers,
        shell::{Shell, page},
        spanish,
        surroundings::{self, Plan},
    },
    words,
};
use crate::problem::{Answer, Parameters, Segments};

#[derive(Template)]
#[template(path = "inversion.html")]
struct Sheet {
    shell: Shell,
    told: Option<&'static str>,
    one: ProjectShape,
    plan: Option<Plan>,
    chart: Option<String>,
    lines: Vec<ProgressLine>,
    evidence: Vec<Evidence>,
    /// Why there is no evidence, where there is none.
    problem: Option<Problem>,
    day: String,
    known_at: String,
    clashes: Vec<ClashShape>,
    observations: Vec<ObservationShape>,
    versions: Vec<ProjectVersion>,
    papers: Papers,
    may_keep: bool,
}

pub(super) async fn show(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(cui): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["fecha", "conocido_a", "hecho"])?;
    let day: Option<NaiveDate> = parameters.read("fecha", "un día, como 2026-11-23")?;
    let known_at: Option<DateTime<Utc>> =
        parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    let one = office.project(&cui).await?;
    // What cannot be computed is said in its place: the rest of the sheet stays.
    let (evidence, problem) = match office.project_evidence(&cui, day, known_at).await {
        Ok(found) => (found.evidencias, None),
        Err(problem) if problem.kind == Kind::NotFound => (
            Vec::new(),
            Some(Problem::new(
                Kind::NotFound,
                "En esa fecha el proyecto no constaba.",
                "Pregunte por una fecha desde la que consta: están en su historia.",
            )),
        ),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    let asked = ObservationFilter {
        about: Some(About::Investment),
        object: Some(cui.clone()),
        ..ObservationFilter::default()
    };
    let observations = office.observations(&shell.visitor().actor, &asked).await?;
    let lines = office.progress(&cui, None).await?.avances;
    let may_keep = shell.may(Action::KeepRegister);
    let snapshot = office.feed.snapshot();
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    Ok(page(&Sheet {
        told: parameters.told(&[
            ("alta", "El proyecto está registrado."),
            ("cambio", "El cambio está registrado."),
            ("avance", "El avance está registrado."),
        ]),
        plan: surroundings::plan(
            &snapshot,
            &one.geometry,
            &format!("el proyecto {cui}"),
            false,
        ),
        chart: chart(&lines, one.costo_soles),
        lines,
        evidence,
        problem,
        day: text("fecha"),
        known_at: text("conocido_a"),
        clashes: office.clashes_of(&Collection::Investments, &cui)?,
        observations: observations.observaciones,
        versions: office.project_versions(&cui).await?,
        papers: Papers::of(&office, (PROJECT, &cui), may_keep).await?,
        may_keep,
        one,
        shell,
    }))
}

/// What is built and what is spent by the end of each period, of a hundred; none where nothing was reported.
fn chart(lines: &[ProgressLine], cost: f64) -> Option<String> {
    let labels: Vec<String> = lines.iter().map(|line| line.periodo.clone()).collect();
    let spent = lines.iter().map(|line| {
        let share = line.financiero_soles? / cost * 100.0;
        share.is_finite().then_some(share)
    });
    let runs = [
        ("Físico", lines.iter().map(|line| line.fisico_pct).collect()),
        ("Financiero", spent.collect()),
    ];
    let runs = runs.map(|(name, values)| Run {
        name: name.to_owned(),
        values,
    });
    let chart = Chart {
        title: "Avance acumulado",
        unit: "%",
        labels: &labels,
        runs: &runs,
        target: Some(100.0),
        look: Look::Line,
    };
    chart.svg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_is_drawn_where_there_is_a_cost() {
        let line = |text: &str, share: f64| ProgressLine {
            periodo: text.to_owned(),
            fisico_pct: Some(share),
            financiero_soles: Some(share * 2.0),
            motivo: None,
            registrado: DateTime::UNIX_EPOCH,
            period: text.parse().expect("a period"),
        };
        assert_eq!(chart(&[], 100.0), None);
        let lines = [line("2026-01", 0.0), line("2026-02", 90.0)];
        for (cost, dots) in [(0.0, 2), (100.0, 4)] {
            let svg = chart(&lines, cost).expect("a chart");
            assert_eq!(svg.matches("<circle").count(), dots, "{svg}");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
