//! `/proyectos-catastrales`: areas, brigades, targets, funds, and progress by block.

mod form;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
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
    government::Seat,
};

use super::{
    drawing::{Drawing, legend_of_look, legend_of_shade},
    filled::Filled,
    next_of,
    papers::Papers,
    shell::{Shell, page, page_after},
    spanish,
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Segments},
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

/// What they are called among what has papers.
const KIND: &str = "proyecto_catastral";

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
    told: Option<&'static str>,
    one: ProjectShape,
    plan: Option<String>,
    legend: String,
    blocks: Vec<BlockProgress>,
    more_blocks: usize,
    funds: Funds,
    places: Vec<Seat>,
    papers: Papers,
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
        next: next_of(
            "/proyectos-catastrales",
            &parameters,
            found.siguiente.as_deref(),
        ),
        lines: found.proyectos,
    }))
}

async fn one(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho", "fecha", "conocido_a"])?;
    let told = parameters.told(&[
        ("guardado", "El proyecto está guardado."),
        ("fondos", "Los fondos están guardados."),
    ]);
    let times = times(&parameters)?;
    show(
        &office,
        shell,
        &code,
        times,
        (None, told, Filled::default()),
    )
    .await
}

/// One project, with what was typed where that was refused.
async fn show(
    office: &Office,
    shell: Shell,
    code: &str,
    times: Times,
    (problem, told, typed): (Option<Problem>, Option<&'static str>, Filled),
) -> Answer<Response> {
    let one = office.cadastral_project(code, times).await?;
    let (plan, legend) = drawn(office, &one);
    let funds = office.cadastral_funds(code, times).await?;
    let keeps = shell.may(Action::KeepRegister);
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
    let page = Seen {
        problem,
        told,
        plan,
        legend,
        blocks,
        more_blocks,
        funds,
        places: office.seats(),
        papers: Papers::of(office, (KIND, code), keeps).await?,
        typed,
        past,
        one,
        shell,
    };
    Ok(page_after(page.problem.as_ref(), &page))
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
