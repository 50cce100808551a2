//! `/proyectos-catastrales`: areas, brigades, targets, funds, and progress by block.

mod form;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::{
    collection::Collection,
    geometry::{bounds, joined},
    people::Action,
};
use office::{
    Office, Problem,
    cadastral_projects::{BlockProgress, Funds, ProjectShape, Times, area_of},
    papers::Paper,
};

use super::{
    drawing::{Drawing, legend_of_look, legend_of_shade},
    filled::Filled,
    shell::{Shell, page, page_with},
    spanish,
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Segments, status},
    programs::cadastral_projects::times,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/proyectos-catastrales", get(list))
        .route(
            "/proyectos-catastrales/nuevo",
            get(form::blank).post(form::create),
        )
        .route("/proyectos-catastrales/{codigo}", get(one))
        .route(
            "/proyectos-catastrales/{codigo}/editar",
            get(form::edit).post(form::change),
        )
        .route("/proyectos-catastrales/{codigo}/fondos", post(form::funds))
}

/// Blocks that a page draws and lists; all of them are in the file.
const BLOCKS_SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "proyectos_catastrales.html")]
struct List {
    shell: Shell,
    lines: Vec<ProjectShape>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "proyecto_catastral.html")]
struct Seen {
    shell: Shell,
    problem: Option<Problem>,
    done: Option<&'static str>,
    one: ProjectShape,
    plan: Option<String>,
    legend: String,
    blocks: Vec<BlockProgress>,
    more_blocks: usize,
    funds: Funds,
    places: Vec<(String, String)>,
    papers: Vec<Paper>,
    bring: Option<(&'static str, String)>,
    typed: Filled,
    /// Whether the past is shown.
    past: Option<String>,
}

async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["despues"])?;
    let found = office
        .cadastral_projects(parameters.get("despues"), None, Times::default())
        .await?;
    Ok(page(&List {
        shell,
        lines: found.proyectos,
        next: found.siguiente,
    }))
}

async fn one(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho", "fecha", "conocido_a"])?;
    let done = match parameters.get("hecho") {
        Some("guardado") => Some("El proyecto está guardado."),
        Some("fondos") => Some("Los fondos están guardados."),
        Some("documento") => Some("El documento está guardado."),
        _ => None,
    };
    let times = times(&parameters)?;
    show(
        &office,
        shell,
        &code,
        times,
        (None, done, Filled::default()),
    )
    .await
}

/// One project, with what was typed where that was refused.
async fn show(
    office: &Office,
    shell: Shell,
    code: &str,
    times: Times,
    (problem, done, typed): (Option<Problem>, Option<&'static str>, Filled),
) -> Answer<Response> {
    let one = office.cadastral_project(code, times).await?;
    let (plan, legend) = drawn(office, &one);
    let funds = office.cadastral_funds(code, times).await?;
    let papers = office.papers("proyecto_catastral", code).await?;
    let bring = shell
        .may(Action::KeepRegister)
        .then(|| ("proyecto_catastral", one.codigo.clone()));
    let mut blocks = one.avance.detalle.clone();
    let more_blocks = blocks.len().saturating_sub(BLOCKS_SHOWN);
    blocks.truncate(BLOCKS_SHOWN);
    let past = (times.day.is_some() || times.known_at.is_some()).then(|| {
        format!(
            "al {}, con lo que se sabía el {}",
            spanish::day(one.avance.fecha),
            spanish::moment(one.avance.conocido_a)
        )
    });
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    let page = Seen {
        problem,
        done,
        plan,
        legend,
        blocks,
        more_blocks,
        funds,
        places: places(office),
        papers,
        bring,
        typed,
        past,
        one,
        shell,
    };
    Ok(page_with(shown, &page))
}

/// The municipalities: codes and names.
fn places(office: &Office) -> Vec<(String, String)> {
    let snapshot = office.feed.snapshot();
    let places = snapshot.municipalities.values().map(|land| {
        let municipality = &land.municipality;
        (municipality.ubigeo.to_string(), municipality.name.clone())
    });
    places.collect()
}

/// The blocks by their progress, each by colour and texture.
fn drawn(office: &Office, one: &ProjectShape) -> (Option<String>, String) {
    const LOOKS: [(&str, usize, &str); 3] = [
        ("sin_empezar", 0, "Sin empezar"),
        ("en_curso", 2, "En curso"),
        ("actualizada", 4, "Actualizada"),
    ];
    let snapshot = office.feed.snapshot();
    let found: Vec<_> = one
        .avance
        .detalle
        .iter()
        .take(BLOCKS_SHOWN)
        .filter_map(|block| {
            let entry = snapshot.feature(&Collection::Manzanas, &block.codigo)?;
            Some((block, entry))
        })
        .collect();
    let area = one
        .proyecto
        .area
        .as_ref()
        .and_then(|area| area_of(area).ok())
        .map(geo_types::Geometry::MultiPolygon);
    let ground = found
        .iter()
        .filter_map(|(_, entry)| bounds(&entry.geometry))
        .chain(area.as_ref().and_then(bounds))
        .reduce(joined);
    let mut legend = String::new();
    for (_, class, words) in LOOKS {
        legend.push_str(&legend_of_shade(class, words));
    }
    if area.is_some() {
        legend.push_str(&legend_of_look("antes", "El área del proyecto"));
    }
    let plan = ground.map(|ground| {
        let mut drawing = Drawing::of(ground, 0.08);
        for (block, entry) in &found {
            let look = LOOKS.iter().find(|look| look.0 == block.estado);
            let (class, words) = look.map_or((0, ""), |look| (look.1, look.2));
            let name = format!(
                "{}: {}, {} de {} lotes",
                block.codigo, words, block.publicados, block.predios
            );
            drawing.shade(&entry.geometry, class, &name);
        }
        if let Some(area) = &area {
            drawing.shape(area, "antes", None);
        }
        drawing.svg(&format!(
            "Plano de las manzanas de {} por su avance; el norte está arriba.",
            one.codigo
        ))
    });
    (plan, legend)
}
