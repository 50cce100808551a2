//! Zones: polygons that tile the perimeter of the plan.

use std::collections::{BTreeMap, BTreeSet};

use geo_types::{Coord, Geometry};

use crate::{
    DemoFeature,
    grid::{Cell, Grid, whole},
    layers::{ORDINANCE, attributes, plans},
    noise::Draw,
    outline,
    place::Instrument,
    purpose::Purpose,
    town::{Town, coarse},
};

pub fn features(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    let zones = by_class(town).into_iter().flat_map(|((class, _), cells)| {
        outline::parts(&cells, |node| border_node(&town.grid, node))
            .into_iter()
            .map(move |part| (class, part))
    });
    zones.zip(1..).map(|((class, part), number)| {
        let (name, article) = described(class);
        DemoFeature {
            code: format!("{}-Z{number:03}", town.ubigeo),
            geometry: Geometry::Polygon(part),
            attributes: attributes([
                ("codigo", class.into()),
                ("nombre", name.into()),
                ("instrumento", plans::code(town).into()),
                ("norma", ORDINANCE.into()),
                ("articulo", article.into()),
            ]),
        }
    })
}

/// Cells that the plan covers: the town and some land to its north, without its last houses in the south.
pub fn covered(town: &Town) -> BTreeSet<Cell> {
    let built = town.blocks.len();
    let left_out: BTreeSet<Cell> = town
        .outwards
        .iter()
        .rev()
        .filter(|cell| cell.1 < 0)
        .take(if built < 12 { 0 } else { built.div_ceil(50) })
        .copied()
        .collect();
    let beyond = town.beyond.iter().filter(|cell| cell.1 >= 0);
    let all = town.blocks.keys().chain(&town.open).chain(beyond);
    all.filter(|cell| !left_out.contains(cell))
        .copied()
        .collect()
}

/// A corner of zones. Some borders leave the street and run straight through the blocks beside it; all zones follow
/// together, so they still tile.
pub fn border_node(grid: &Grid, (i, j): Cell) -> Coord<f64> {
    let here = grid.own_node(i, j);
    let east = (grid.own_node(i + 1, j) - here) * aside(grid, i, 0);
    let north = (grid.own_node(i, j + 1) - here) * aside(grid, 0, j);
    grid.place(here + east + north)
}

/// How far the borders along a street lie beside it, as a share of a block. Around the main square they do not.
fn aside(grid: &Grid, i: i32, j: i32) -> f64 {
    let line = i + j;
    let which = if j == 0 { 1 } else { 2 };
    if line.abs() < 3 || !grid.noise().one_in(3, Draw::ZoneBorder, line, which) {
        return 0.0;
    }
    grid.noise()
        .between(Draw::ZoneBorder, line, which + 2, 0.18, 0.42)
}

/// Cells by class and neighbourhood.
fn by_class(town: &Town) -> BTreeMap<(&'static str, Cell), BTreeSet<Cell>> {
    // Neighbourhoods of a third of the town: zones as large as those of a plan.
    let side = whole((town.blocks.len() as f64).sqrt() / 2.0).max(4);
    let mut zones: BTreeMap<_, BTreeSet<Cell>> = BTreeMap::new();
    for cell in covered(town) {
        let zone = (class(town, cell), coarse(cell, side));
        zones.entry(zone).or_default().insert(cell);
    }
    zones
}

fn class(town: &Town, cell: Cell) -> &'static str {
    if town.open.contains(&cell) {
        return "ZRE";
    }
    if !town.blocks.contains_key(&cell) {
        return "ZA";
    }
    if let Some(own) = Purpose::of(&town.grid, cell).zone() {
        return own;
    }
    let (i, j) = cell;
    let outwards = town.distance(cell) / town.radius;
    let industrial =
        town.place.instrument == Instrument::Pdu && i > 2 * j.abs() / 3 && outwards > 0.72;
    match () {
        () if (-1..=1).contains(&i) && (-2..=2).contains(&j) => "CZ",
        () if (-1..=0).contains(&j) && outwards < 0.7 => "CV",
        () if industrial => "I1",
        () if outwards < 0.62 => "RDM",
        () => "RDB",
    }
}

/// Name of a class and the article of the demonstration ordinance.
fn described(class: &str) -> (&'static str, &'static str) {
    match class {
        "RDM" => (
            "Residencial de densidad media",
            "Artículo 11 (demostración)",
        ),
        "RDB" => ("Residencial de densidad baja", "Artículo 12 (demostración)"),
        "CZ" => ("Comercio zonal", "Artículo 13 (demostración)"),
        "CV" => ("Comercio vecinal", "Artículo 14 (demostración)"),
        "E1" => ("Educación básica", "Artículo 15 (demostración)"),
        "H2" => ("Centro de salud", "Artículo 16 (demostración)"),
        "ZRP" => ("Zona de recreación pública", "Artículo 17 (demostración)"),
        "I1" => (
            "Industria elemental y complementaria",
            "Artículo 18 (demostración)",
        ),
        "ZA" => ("Zona agrícola", "Artículo 19 (demostración)"),
        "ZRE" => (
            "Zona de reglamentación especial",
            "Artículo 20 (demostración)",
        ),
        _ => ("Otros usos", "Artículo 21 (demostración)"),
    }
}
