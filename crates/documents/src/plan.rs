//! The plano perimétrico: the parcel exactly to scale, with what lies around it, a grid and its table.

mod frame;
pub(crate) mod grid;
pub(crate) mod labels;
pub(crate) mod paper;
mod sheet;

use domain::parcel::Facing;
use geo_types::{MultiLineString, MultiPolygon};
use serde::Serialize;

pub use self::{
    frame::Frame,
    sheet::{Drawing, PlanTooLarge},
};
use self::{
    grid::{Bar, Grid},
    labels::Label,
    paper::{Paper, PaperLine},
    sheet::Sheet,
};
use crate::{
    border::{self, Told},
    parcel::{Head, Parcel},
    press::{Document, Misprint, Template},
    table::Table,
};

/// What is drawn around the parcel, in EPSG:32718: all that has a point in the window of the [`Drawing`].
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Surroundings {
    /// Other parcels, each with its code.
    pub parcels: Vec<(String, MultiPolygon<f64>)>,
    /// Blocks.
    pub blocks: Vec<MultiPolygon<f64>>,
    /// Street axes, each with its name.
    pub streets: Vec<(String, MultiLineString<f64>)>,
}

#[derive(Serialize)]
struct Data {
    predio: Head,
    hoja: Sheet,
    escala: u32,
    metros_por_cm: String,
    grilla: Grid,
    barra: Bar,
    vecinos: Vec<PaperLine>,
    manzanas: Vec<PaperLine>,
    vias: Vec<PaperLine>,
    contorno: Vec<PaperLine>,
    vertices: Vec<[f64; 2]>,
    nombres: Vec<Label>,
    sin_nombre: usize,
    lados: Vec<Label>,
    rotulos: Vec<Label>,
    calles: Vec<Label>,
    centro: Option<Label>,
    cuadro: Table,
    cuadro_aparte: bool,
    linderos: Vec<Told>,
    linderos_aparte: bool,
}

/// The plan of a parcel, as `drawing` lays it out.
pub fn plan(
    parcel: &Parcel<'_>,
    drawing: &Drawing,
    around: &Surroundings,
) -> Result<Document, Misprint> {
    let frame = &drawing.frame;
    let paper = Paper::of(frame);
    let neighbours = parcel.boundaries.neighbours();
    let faced = |name: &str| {
        parcel
            .boundaries
            .stretches
            .iter()
            .any(|stretch| matches!(&stretch.facing, Facing::Street(street) if street == name))
    };
    let names = labels::vertices(parcel.data, &paper);
    let told = border::told(parcel.boundaries);
    let vertices: Vec<[f64; 2]> = parcel
        .data
        .rings
        .iter()
        .flat_map(|ring| &ring.vertices)
        .map(|vertex| paper.place(vertex.at))
        .collect();
    let mut streets = labels::faced_streets(parcel.data, parcel.boundaries, &paper);
    let others = around.streets.iter().filter(|(name, _)| !faced(name));
    streets.extend(others.filter_map(|(name, axis)| labels::street(name, axis, &paper)));
    Document::new(
        Template::Plan,
        &Data {
            predio: Head::of(parcel),
            hoja: drawing.sheet,
            escala: frame.denominator,
            metros_por_cm: metres_per_cm(frame.denominator),
            grilla: Grid::of(frame, &paper),
            barra: Bar::of(frame.denominator),
            vecinos: around
                .parcels
                .iter()
                .flat_map(|(_, shape)| paper.outlines(shape))
                .collect(),
            manzanas: around
                .blocks
                .iter()
                .flat_map(|shape| paper.outlines(shape))
                .collect(),
            vias: around
                .streets
                .iter()
                .flat_map(|(_, axis)| axis.iter().flat_map(|line| paper.line(line)))
                .collect(),
            contorno: parcel
                .data
                .rings
                .iter()
                .map(|ring| paper.ring(ring))
                .collect(),
            sin_nombre: vertices.len() - names.len(),
            vertices,
            nombres: names,
            lados: labels::lengths(parcel.data, &paper),
            rotulos: around
                .parcels
                .iter()
                .filter_map(|(code, shape)| {
                    labels::parcel(code, shape, neighbours.contains(code.as_str()), &paper)
                })
                .collect(),
            calles: streets,
            centro: labels::middle(&parcel.code, parcel.shape, &paper),
            cuadro: Table::of(parcel.data),
            cuadro_aparte: Table::lines(parcel.data) > drawing.sheet.rows_max,
            linderos_aparte: told.len() > drawing.sheet.borders_max,
            linderos: told,
        },
    )
}

/// How many metres of ground one centimetre of paper is.
pub(crate) fn metres_per_cm(denominator: u32) -> String {
    let metres = f64::from(denominator) / 100.0;
    format!("{metres}")
}
