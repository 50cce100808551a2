//! One indicator: what it is, its series, where each value comes from, its papers.

use std::{borrow::Borrow, sync::Arc};

use askama::Template;
use axum::{extract::State, response::Response};
use domain::people::Action;
use office::{
    Kind, Office, Problem,
    government::Seat,
    indicators::{FigureChecks, IndicatorShape, TypedFigure},
};

use crate::{
    people::{
        chart::{Chart, Look, Run},
        done,
        filled::{Filled, number},
        papers::{Papers, address},
        shell::{Shell, page, page_after},
        spanish,
    },
    problem::{Answer, Parameters, Segments},
};

#[derive(Template)]
#[template(path = "indicador.html")]
struct Seen {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    one: IndicatorShape,
    chart: Option<String>,
    places: Vec<Seat>,
    keeps: bool,
    typed: Filled,
    papers: Papers,
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
    let told = parameters.told(&[
        ("guardado", "El indicador está guardado."),
        ("valor", "El valor está guardado."),
        ("calculo", "El periodo se calculó."),
    ]);
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
    let keeps = shell.may(Action::KeepRegister);
    let seen = Seen {
        problem,
        told,
        chart: chart(&one),
        places: office.seats(),
        papers: Papers::of(office, ("indicador", &one.codigo), keeps).await?,
        keeps,
        typed,
        one,
        shell,
    };
    Ok(page_after(seen.problem.as_ref(), &seen))
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
    let (written, told) = match typed.typed("paso") {
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
    match written {
        Ok(()) => Ok(done(&address("indicador", &code), told)),
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
