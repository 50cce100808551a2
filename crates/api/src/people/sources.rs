//! `/fuentes`: layers of others, with their owner, licence and age. Anybody reads; planners keep them.

mod form;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use domain::{collection::Collection, people::Action};
use geo_types::{Geometry, Rect};
use office::{
    Kind, Office, Problem,
    sources::{HarvestShape, SourceShape},
};

use super::{
    done,
    drawing::{Drawing, legend_of_look},
    papers::{Papers, address},
    shell::{Shell, page, page_after},
    spanish,
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Segments},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/fuentes", get(list))
        .route("/fuentes/nueva", get(form::blank).post(form::add))
        .route("/fuentes/{codigo}", get(one))
        .route(
            "/fuentes/{codigo}/editar",
            get(form::edited).post(form::change),
        )
        .route("/fuentes/{codigo}/cosecha", post(harvest))
}

/// Corners of all shapes of a drawing: more would make a heavy page, and a grey stain.
const CORNERS_MAX: usize = 3_000;
/// Features that are looked at for a drawing.
const DRAWN_MAX: i64 = 600;
/// Harvests that the page of a source tells of.
const RUNS: usize = 20;

#[derive(Template)]
#[template(path = "fuentes.html")]
struct List {
    shell: Shell,
    lines: Vec<SourceShape>,
    keeps: bool,
}

#[derive(Template)]
#[template(path = "fuente.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    one: SourceShape,
    plan: Option<String>,
    legend: String,
    drawn: i64,
    runs: Vec<HarvestShape>,
    keeps: bool,
    papers: Papers,
}

async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&[])?;
    Ok(page(&List {
        lines: office.outside_sources().await?,
        keeps: shell.may(Action::KeepRegister),
        shell,
    }))
}

async fn one(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho"])?;
    let told = parameters.told(&[
        ("alta", "La fuente está guardada."),
        ("cambio", "El cambio está guardado."),
        ("cosecha", "La cosecha terminó bien."),
        (
            "falla",
            "La cosecha falló: abajo dice por qué. Se sigue mostrando la última copia buena.",
        ),
        (
            "sigue",
            "La cosecha sigue por su cuenta: vuelva a cargar la página en unos minutos.",
        ),
    ]);
    show(&office, shell, &code, told, None).await
}

async fn harvest(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    match office.harvest_now(&shell.visitor().actor, &code).await {
        Ok(harvest) => {
            let what = match harvest {
                None => "sigue",
                Some(harvest) if harvest.falla.is_some() => "falla",
                Some(_) => "cosecha",
            };
            Ok(done(&address("fuente", &code), what))
        }
        Err(problem) if problem.kind == Kind::Conflict => {
            show(&office, shell, &code, None, Some(problem)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn show(
    office: &Office,
    shell: Shell,
    code: &str,
    told: Option<&'static str>,
    problem: Option<Problem>,
) -> Answer<Response> {
    let one = office.outside_source(code).await?;
    let mut runs = office.harvests(code, None).await?.cosechas;
    runs.truncate(RUNS);
    let (plan, drawn) = plan(office, &one).await?;
    let keeps = shell.may(Action::KeepRegister);
    let legend = [
        legend_of_look("manzana", "Municipio"),
        legend_of_look("despues", "Entidad de la fuente"),
    ]
    .concat();
    let sheet = Sheet {
        problem,
        told,
        papers: Papers::of(office, ("fuente", code), keeps).await?,
        plan,
        legend,
        drawn,
        runs,
        keeps,
        shell,
        one,
    };
    Ok(page_after(sheet.problem.as_ref(), &sheet))
}

/// The features of a source over the municipalities, and how many of them are drawn.
async fn plan(office: &Office, one: &SourceShape) -> Result<(Option<String>, i64), Problem> {
    let snapshot = office.feed.snapshot();
    let Some(ground) = snapshot.bounds(&Collection::Municipalities) else {
        return Ok((None, 0));
    };
    let mut drawing = Drawing::of(ground, 0.05);
    for land in snapshot.municipalities.values() {
        let outline = Geometry::MultiPolygon(land.municipality.outline.clone());
        drawing.shape(&outline, "manzana", Some(&land.municipality.name));
    }
    let window: Rect<f64> = drawing.window();
    let features = office
        .outside_features(one, Some(window), 0, DRAWN_MAX)
        .await?;
    let (mut corners, mut drawn) = (0, 0_i64);
    for feature in &features {
        corners += feature.corners();
        if corners > CORNERS_MAX {
            break;
        }
        drawing.shape(&feature.official, "despues", Some(&feature.fid));
        drawn += 1;
    }
    let words = format!(
        "Plano de {drawn} entidades de {} sobre los municipios; el norte está arriba.",
        one.fuente.name
    );
    Ok(((drawn > 0).then(|| drawing.svg(&words)), drawn))
}
