//! Projects of investment, in all phases: points, lines along streets, and blocks.

use geo_types::{Geometry, Point};

use crate::{
    DemoFeature,
    grid::Cell,
    layers::{attributes, plans, services},
    noise::Draw,
    town::Town,
};

/// What a footprint is.
#[derive(Clone, Copy)]
enum Footprint {
    /// The middle of a block.
    Point,
    /// A block of a street.
    Line,
    /// A block.
    Area,
}

/// A project before it has a place.
struct Idea {
    title: &'static str,
    phase: &'static str,
    axis: &'static str,
    node: &'static str,
    office: &'static str,
    term: [&'static str; 2],
    footprint: Footprint,
    reach_m: u32,
    is_open: bool,
}

/// A project of a town, for what is told of its year.
pub(crate) struct Built {
    /// Its CUI.
    pub code: String,
    /// Its phase.
    pub phase: &'static str,
    /// What it costs, in soles.
    pub cost: f64,
    /// Its number in the town, from 1.
    pub number: usize,
}

#[rustfmt::skip]
static IDEAS: [Idea; 8] = [
    Idea { title: "Mejoramiento de la plaza y sus calles", phase: "idea", axis: "urbano", node: "OE1.E1.P1",
        office: "Gerencia de Desarrollo Urbano", term: ["2027-06-01", "2028-03-31"], footprint: Footprint::Point, reach_m: 150, is_open: false },
    Idea { title: "Mercado de abastos", phase: "idea", axis: "economico", node: "OE2.E1.P1",
        office: "Gerencia de Desarrollo Económico", term: ["2027-09-01", "2029-06-30"], footprint: Footprint::Area, reach_m: 300, is_open: true },
    Idea { title: "Pistas y veredas", phase: "ejecucion", axis: "servicios", node: "OE1.E2.P1",
        office: "Gerencia de Infraestructura", term: ["2025-12-01", "2027-01-31"], footprint: Footprint::Line, reach_m: 60, is_open: false },
    Idea { title: "Drenaje pluvial", phase: "ejecucion", axis: "fisico_ambiental", node: "OE3.E1.P1",
        office: "Gerencia de Infraestructura", term: ["2025-10-01", "2027-03-31"], footprint: Footprint::Line, reach_m: 80, is_open: false },
    Idea { title: "Ampliación de una institución educativa", phase: "formulacion", axis: "social", node: "OE2.E2.P1",
        office: "Gerencia de Desarrollo Social", term: ["2027-03-01", "2028-02-28"], footprint: Footprint::Area, reach_m: 250, is_open: true },
    Idea { title: "Puesto de salud", phase: "funcionamiento", axis: "social", node: "OE2.E2.P2",
        office: "Gerencia de Desarrollo Social", term: ["2024-02-01", "2025-11-30"], footprint: Footprint::Area, reach_m: 400, is_open: false },
    Idea { title: "Reservorio de agua", phase: "ejecucion", axis: "servicios", node: "OE1.E2.P2",
        office: "Gerencia de Infraestructura", term: ["2025-11-15", "2026-12-31"], footprint: Footprint::Point, reach_m: 200, is_open: false },
    Idea { title: "Centro de atención al ciudadano", phase: "formulacion", axis: "institucional", node: "OE3.E2.P1",
        office: "Gerencia Municipal", term: ["2027-01-15", "2027-12-15"], footprint: Footprint::Point, reach_m: 100, is_open: true },
];

/// CUI of a project by its number: 2, the number of the district, four digits.
pub(super) fn code(town: &Town, number: usize) -> String {
    format!("2{}{number:04}", &town.ubigeo.as_str()[4..])
}

pub fn features(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    let sites = services::sites(town);
    IDEAS
        .iter()
        .zip(1_usize..)
        .filter_map(move |(idea, number)| {
            // A small town has its projects on top of each other; one without blocks has none.
            let site = match number {
                services::PROJECT => services::SITE_OF_PROJECT,
                _ => number + 8,
            };
            let cell = *sites.get(site.checked_rem(sites.len())?)?;
            let cost = cost(town, number);
            // Seven parts of ten, to the whole sol.
            let first = (cost * 0.7).round();
            Some(DemoFeature {
                code: code(town, number),
                geometry: footprint(town, idea.footprint, cell),
                attributes: attributes([
                    (
                        "nombre",
                        format!("{} de {} (demostración)", idea.title, town.name()).into(),
                    ),
                    ("fase", idea.phase.into()),
                    ("eje", idea.axis.into()),
                    ("plan", plans::code(town).into()),
                    ("nodo", idea.node.into()),
                    ("costo_soles", cost.into()),
                    (
                        "fuentes",
                        format!(
                            "canon y sobrecanon: {first:.2}; recursos ordinarios: {:.2}",
                            cost - first
                        )
                        .into(),
                    ),
                    ("responsable", idea.office.into()),
                    ("inicio", idea.term[0].into()),
                    ("fin", idea.term[1].into()),
                    ("area_influencia_m", idea.reach_m.into()),
                    ("abierto_a_inversionistas", idea.is_open.into()),
                ]),
            })
        })
}

/// The projects of a town, for its year; none where it has no blocks.
pub(crate) fn built(town: &Town) -> Vec<Built> {
    let there = if town.outwards.is_empty() {
        0
    } else {
        IDEAS.len()
    };
    IDEAS
        .iter()
        .zip(1_usize..)
        .take(there)
        .map(|(idea, number)| Built {
            code: code(town, number),
            phase: idea.phase,
            cost: cost(town, number),
            number,
        })
        .collect()
}

/// Whole thousands of soles.
fn cost(town: &Town, number: usize) -> f64 {
    let number = i32::try_from(number).unwrap_or_default();
    let noise = town.grid.noise();
    noise
        .between(Draw::Freehand, 91, number, 180.0, 4_200.0)
        .round()
        * 1_000.0
}

fn footprint(town: &Town, kind: Footprint, cell: Cell) -> Geometry<f64> {
    let (i, j) = cell;
    match kind {
        Footprint::Point => Geometry::Point(Point(town.grid.place(town.grid.own_centre(cell)))),
        Footprint::Line => {
            let nodes = [(i, j), (i + 1, j)].map(|node| town.grid.node(node));
            Geometry::LineString(nodes.to_vec().into())
        }
        Footprint::Area => {
            let number = town.blocks.get(&cell).copied();
            number.map_or_else(
                || Geometry::Point(Point(town.grid.node(cell))),
                |number| Geometry::Polygon(town.block(cell, number).shape()),
            )
        }
    }
}
