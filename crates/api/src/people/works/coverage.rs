//! `/obras/cobertura`: which blocks and parcels networks reach.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use domain::{
    geometry::{bounds, joined},
    id::Ubigeo,
};
use office::{
    Office,
    government::Seat,
    works::{BlockReached, Coverage, CoverageLine},
};

use super::super::{
    drawing::{Drawing, legend_of_look},
    investments::words,
    shell::{Shell, page},
    spanish,
};
use crate::problem::{Answer, Parameters};

/// Blocks of a drawing, and of a list: more would be a heavy page.
const BLOCKS_MAX: usize = 600;
const LISTED_MAX: usize = 60;

#[derive(Template)]
#[template(path = "obras_cobertura.html")]
struct Sheet {
    shell: Shell,
    places: Vec<Seat>,
    place: String,
    found: Coverage,
    /// Blocks that some service does not reach, and which ones.
    without: Vec<(String, String)>,
    without_in_all: usize,
    plan: Option<String>,
    legend: String,
}

pub(super) async fn show(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["ubigeo"])?;
    let ubigeo: Option<Ubigeo> =
        parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?;
    let found = office.coverage(ubigeo).await?;
    let services: Vec<&str> = services(&found.cobertura);
    let lacking = |block: &BlockReached| -> Vec<&str> {
        let reached = |service: &&&str| block.servicios.contains(*service);
        let missing = services.iter().filter(|service| !reached(service));
        missing.map(|service| words::service(service)).collect()
    };
    let without: Vec<(String, String)> = found
        .manzanas
        .iter()
        .map(|block| (block.codigo.clone(), lacking(block).join(", ")))
        .filter(|(_, missing)| !missing.is_empty())
        .collect();
    let legend = legend_of_look("manzana", "Con todos los servicios")
        + &legend_of_look("falta", "Le falta alguno");
    Ok(page(&Sheet {
        shell,
        places: office.seats(),
        place: ubigeo.map(|ubigeo| ubigeo.to_string()).unwrap_or_default(),
        plan: plan(&found.manzanas, services.len()),
        without_in_all: without.len(),
        without: without.into_iter().take(LISTED_MAX).collect(),
        legend,
        found,
    }))
}

fn services(lines: &[CoverageLine]) -> Vec<&'static str> {
    let mut services: Vec<&'static str> = Vec::new();
    for line in lines {
        if !services.contains(&line.servicio) {
            services.push(line.servicio);
        }
    }
    services
}

fn plan(blocks: &[BlockReached], services: usize) -> Option<String> {
    let shown = || blocks.iter().take(BLOCKS_MAX);
    let boxes = shown().filter_map(|block| bounds(&block.geometry));
    let mut drawing = Drawing::of(boxes.reduce(joined)?, 0.05);
    for block in shown() {
        let is_whole = block.servicios.len() == services;
        let look = if is_whole { "manzana" } else { "falta" };
        drawing.shape(&block.geometry, look, None);
    }
    Some(drawing.svg("Plano de las manzanas: en rojo, las que no tienen todos los servicios"))
}
