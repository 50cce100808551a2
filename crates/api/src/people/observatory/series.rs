//! Series of partners: the list, one of them, and the form that offers or changes one.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use domain::{
    institute::{SeriesState, SeriesStep},
    people::Action,
};
use office::{
    Office, Problem,
    series::{SeriesFigures, SeriesSent, SeriesShape},
};

use crate::{
    people::{
        chart::{Chart, Look, RUNS_MAX, Run, legend},
        done,
        filled::Filled,
        next_of,
        papers::{Papers, address},
        shell::{Shell, page, page_after},
        spanish,
    },
    problem::{Answer, Parameters, Segments},
    programs::series::filter,
};

/// Values that a page shows: ten years of months. All of them are in the file.
const VALUES_SHOWN: usize = 120;

#[derive(Template)]
#[template(path = "series.html")]
struct List {
    shell: Shell,
    axis: String,
    state: String,
    lines: Vec<SeriesShape>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "serie.html")]
struct Seen {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    one: SeriesShape,
    figures: SeriesFigures,
    shown: usize,
    chart: Option<String>,
    legend: String,
    papers: Papers,
    typed: Filled,
}

#[derive(Template)]
#[template(path = "serie_formulario.html")]
struct Form {
    shell: Shell,
    problem: Option<Problem>,
    /// Its code; none for a new one.
    code: Option<String>,
    typed: Filled,
}

impl List {
    fn states() -> [&'static str; 4] {
        SeriesState::ALL.map(SeriesState::name)
    }
}

impl Form {
    fn shown(
        shell: Shell,
        code: Option<String>,
        typed: Filled,
        problem: Option<Problem>,
    ) -> Response {
        let form = Self {
            shell,
            problem,
            code,
            typed,
        };
        page_after(form.problem.as_ref(), &form)
    }
}

pub(super) async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["eje", "estado", "despues"])?;
    let filter = filter(&parameters)?;
    let found = office.series_list(&shell.visitor().actor, &filter).await?;
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    let here = "/observatorio/series";
    Ok(page(&List {
        shell,
        axis: text("eje"),
        state: text("estado"),
        next: next_of(here, &parameters, found.siguiente.as_deref()),
        lines: found.series,
    }))
}

pub(super) async fn one(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    let told = parameters.told(&[
        (
            "ofrecida",
            "La serie está ofrecida; el Instituto la revisa.",
        ),
        (
            "cifras",
            "Las cifras están guardadas; el Instituto las revisa.",
        ),
        ("revision", "La revisión está guardada."),
    ]);
    show(&office, shell, &code, (None, told, Filled::default())).await
}

/// One series, with what was typed where that was refused.
pub(super) async fn show(
    office: &Office,
    shell: Shell,
    code: &str,
    (problem, told, typed): (Option<Problem>, Option<&'static str>, Filled),
) -> Answer<Response> {
    let actor = &shell.visitor().actor;
    let one = office.series(actor, code).await?;
    let mut figures = office.series_figures(actor, code, None).await?;
    let (chart, legend) = drawn(&figures);
    let may_bring = one.is_own || shell.may(Action::KeepRegister);
    let all = figures.cifras.len();
    figures.cifras.reverse();
    figures.cifras.truncate(VALUES_SHOWN);
    let seen = Seen {
        shell,
        problem,
        told,
        shown: all,
        figures,
        chart,
        legend,
        papers: Papers::of(office, ("serie", code), may_bring).await?,
        typed,
        one,
    };
    Ok(page_after(seen.problem.as_ref(), &seen))
}

/// The chart: the province where it has values, and as many municipalities as are told apart.
fn drawn(figures: &SeriesFigures) -> (Option<String>, String) {
    let mut labels: Vec<String> = Vec::new();
    for value in &figures.cifras {
        if labels.last() != Some(&value.periodo) {
            labels.push(value.periodo.clone());
        }
    }
    let from = labels.len().saturating_sub(VALUES_SHOWN);
    let labels = labels.split_off(from);
    let mut places: Vec<&str> = Vec::new();
    for value in &figures.cifras {
        if !places.contains(&value.municipio.as_str()) {
            places.push(&value.municipio);
        }
    }
    let runs: Vec<Run> = places
        .into_iter()
        .take(RUNS_MAX)
        .map(|place| {
            let mut values = vec![None; labels.len()];
            for value in figures.cifras.iter().filter(|one| one.municipio == place) {
                if let Some(at) = labels.iter().position(|label| *label == value.periodo) {
                    values[at] = Some(value.valor);
                }
            }
            Run {
                name: place.to_owned(),
                values,
            }
        })
        .collect();
    let chart = Chart {
        title: &figures.nombre,
        unit: &figures.unidad,
        labels: &labels,
        runs: &runs,
        target: None,
        look: if labels.len() > 2 {
            Look::Line
        } else {
            Look::Bars
        },
    };
    (chart.svg(), legend(&runs))
}

pub(super) async fn blank(shell: Shell) -> Response {
    Form::shown(shell, None, Filled::default(), None)
}

pub(super) async fn offer(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    keep(&office, shell, None, typed).await
}

pub(super) async fn edit(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    let one = office.series(&shell.visitor().actor, &code).await?;
    let series = one.serie;
    let fields = [
        ("version", one.version.to_string()),
        ("nombre", series.nombre),
        ("organizacion", series.organizacion),
        ("eje", series.eje),
        ("unidad", series.unidad),
        ("metodo", series.metodo),
        ("fuente", series.fuente),
        ("licencia", series.licencia),
    ];
    let typed = Filled::of(fields);
    Ok(Form::shown(shell, Some(one.codigo), typed, None))
}

pub(super) async fn change(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    keep(&office, shell, Some(code), typed).await
}

async fn keep(
    office: &Office,
    shell: Shell,
    code: Option<String>,
    typed: Filled,
) -> Answer<Response> {
    let text = |name: &str| typed.typed(name).to_owned();
    let sent = SeriesSent {
        codigo: typed.owned("codigo"),
        version: match code {
            // Without the version that was read nothing is changed.
            Some(_) => typed.typed("version").parse().unwrap_or(i32::MAX),
            None => 0,
        },
        nombre: text("nombre"),
        organizacion: text("organizacion"),
        eje: text("eje"),
        unidad: text("unidad"),
        metodo: text("metodo"),
        fuente: text("fuente"),
        licencia: text("licencia"),
    };
    let actor = &shell.visitor().actor;
    match office.keep_series(actor, code.as_deref(), &sent).await {
        Ok(kept) => Ok(done(&address("serie", &kept.codigo), "ofrecida")),
        Err(problem) if problem.kind == office::Kind::NoAccount => Err(problem.into()),
        Err(problem) => Ok(Form::shown(shell, code, typed, Some(problem))),
    }
}
