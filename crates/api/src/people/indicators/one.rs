//! One indicator: what it is, its series, where each value comes from, its papers.

use std::{borrow::Borrow, sync::Arc};

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::people::Action;
use office::{
    Kind, Office, Problem,
    indicators::{FigureChecks, IndicatorShape, TypedFigure},
    papers::Paper,
};

use crate::{
    ogc::encoded,
    people::{
        chart::{Chart, Look, Run},
        filled::Filled,
        shell::{Shell, page, page_with},
        spanish,
    },
    problem::{Answer, Parameters, Segments, status},
};

#[derive(Template)]
#[template(path = "indicador.html")]
struct Seen {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    one: IndicatorShape,
    axis: String,
    chart: Option<String>,
    places: Vec<(String, String)>,
    keeps: bool,
    typed: Filled,
    papers: Vec<Paper>,
    bring: Option<(&'static str, String)>,
}

/// Values that one page shows: ten years of quarters at seven places.
const ROWS_MAX: usize = 280;

/// Periods of its chart: of months, two years.
const PERIODS_MAX: usize = 24;

impl Seen {
    fn is_computed(&self) -> bool {
        self.one.indicator.query.is_some()
    }

    fn shown(&self) -> &[office::indicators::FigureShape] {
        &self.one.cifras[..self.one.cifras.len().min(ROWS_MAX)]
    }

    fn left_out(&self) -> usize {
        self.one.cifras.len().saturating_sub(ROWS_MAX)
    }

    fn is_chosen(&self, id: impl Borrow<uuid::Uuid>) -> bool {
        self.typed.typed("documento") == id.borrow().to_string()
    }
}

pub async fn indicator(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho"])?;
    let told = match parameters.get("hecho") {
        Some("guardado") => Some("El indicador está guardado."),
        Some("valor") => Some("El valor está guardado."),
        Some("calculo") => Some("El periodo se calculó."),
        Some("documento") => Some("El documento está guardado."),
        _ => None,
    };
    show(&office, shell, &code, told, None, Filled::default()).await
}

async fn show(
    office: &Office,
    shell: Shell,
    code: &str,
    told: Option<&'static str>,
    problem: Option<Problem>,
    typed: Filled,
) -> Answer<Response> {
    let one = office.indicator(code).await?;
    let papers = office.papers("indicador", &one.codigo).await?;
    let snapshot = office.feed.snapshot();
    let places = snapshot.municipalities.values().map(|land| {
        let municipality = &land.municipality;
        (municipality.ubigeo.to_string(), municipality.name.clone())
    });
    let axes = office::data::axes();
    let axis = axes.iter().find(|axis| axis.code == one.indicator.axis);
    let keeps = shell.may(Action::KeepRegister);
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(
        shown,
        &Seen {
            problem,
            told,
            axis: axis.map_or_else(|| one.indicator.axis.clone(), |axis| axis.name.clone()),
            chart: chart(&one),
            places: places.collect(),
            keeps,
            typed,
            papers,
            bring: keeps.then(|| ("indicador", one.codigo.clone())),
            one,
            shell,
        },
    ))
}

/// The last values for the province, in periods of the indicator's own length, with the target; none where there is no value.
fn chart(one: &IndicatorShape) -> Option<String> {
    let (name, unit) = (&one.indicator.name, &one.indicator.unit);
    let figures = one.cifras.iter();
    let (mut labels, mut values): (Vec<String>, Vec<_>) = figures
        .filter(|figure| figure.ubigeo.is_none() && figure.period.span() == one.indicator.span)
        .take(PERIODS_MAX)
        .map(|figure| (figure.periodo.clone(), Some(figure.valor)))
        .unzip();
    labels.reverse();
    values.reverse();
    let runs = [Run {
        name: "Provincia".to_owned(),
        values,
    }];
    let chart = Chart {
        title: name,
        unit,
        labels: &labels,
        runs: &runs,
        target: one.meta.map(|meta| meta.value),
        look: Look::Bars,
    };
    chart.svg()
}

/// Computes a period, or writes a value.
pub async fn step(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    let (done, told) = match typed.typed("paso") {
        "calcular" => {
            let done = office
                .compute_indicator(&actor, &code, typed.typed("periodo"))
                .await;
            (done.map(|_| ()), "calculo")
        }
        _ => match read(&typed) {
            Ok(value) => {
                let done = office.type_figure(&actor, &code, &value).await;
                (done.map(|_| ()), "valor")
            }
            Err(problem) => (Err(problem), "valor"),
        },
    };
    match done {
        Ok(()) => {
            let next = format!("/indicadores/{}?hecho={told}", encoded(&code));
            Ok(Redirect::to(&next).into_response())
        }
        Err(problem) if matches!(problem.kind, Kind::NoAccount | Kind::NotFound) => {
            Err(problem.into())
        }
        Err(problem) => show(&office, shell, &code, None, Some(problem), typed).await,
    }
}

fn read(typed: &Filled) -> Result<TypedFigure, Problem> {
    let paper = typed.said("documento").map(str::parse).transpose();
    Ok(TypedFigure {
        periodo: typed.typed("periodo").to_owned(),
        valor: number("valor", typed.typed("valor"))?,
        ubigeo: typed.owned("ubigeo"),
        nota: typed.owned("nota"),
        documento: paper.map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                "El documento no se entiende.",
                "Elíjalo de la lista.",
            )
        })?,
    })
}

/// A number as people type it: thousands may stand apart by commas.
pub(super) fn number(name: &str, text: &str) -> Result<f64, Problem> {
    let plain: String = text
        .trim()
        .chars()
        .filter(|letter| !matches!(letter, ',' | ' ' | '\u{a0}'))
        .collect();
    plain
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
        .ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("El número en «{name}» no se entiende."),
                "Escríbalo con punto decimal, como 1234.5.",
            )
        })
}

#[derive(Template)]
#[template(path = "indicador_verificacion.html")]
struct Again {
    shell: Shell,
    name: String,
    unit: String,
    checks: FigureChecks,
}

pub async fn check(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["periodo"])?;
    let period: String = parameters.needed("periodo", "un periodo, como 2026-T3")?;
    let checks = office.check_figures(&code, &period).await?;
    let one = office.indicator(&code).await?;
    Ok(page(&Again {
        shell,
        name: one.indicator.name,
        unit: one.indicator.unit,
        checks,
    }))
}
