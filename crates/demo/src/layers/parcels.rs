//! Parcels.

use geo_types::{Geometry, Polygon};

use crate::{
    DemoFeature,
    block::{Lot, Side},
    grid::{Cell, Street, whole},
    layers::{attributes, manzanas},
    noise::{Draw, Noise},
    purpose::Purpose,
    street,
    town::{BlockNumber, Town},
};

pub fn features(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    let first = Numbering::of(town);
    town.blocks
        .iter()
        .flat_map(move |(&cell, &number)| block(town, cell, number, first))
}

fn block(town: &Town, cell: Cell, number: BlockNumber, numbering: Numbering) -> Vec<DemoFeature> {
    let block = town.block(cell, number);
    let code = manzanas::code(town, number);
    let purpose = Purpose::of(&town.grid, cell);
    let chance = town.grid.noise().inside(Draw::Lot, cell.0, cell.1);
    let centrality = 1.0 - town.distance(cell) / town.radius;
    let lots = block.lots.iter().zip(block.shapes()).zip(1..);
    lots.map(|((lot, shape), lot_number): (_, i32)| {
        let land_use = purpose
            .land_use()
            .unwrap_or_else(|| land_use(chance, lot_number, lot.side, cell, centrality));
        let declared = declared_m2(chance, lot_number, area_m2(&shape));
        DemoFeature {
            code: format!("{code}{lot_number:03}"),
            attributes: attributes([
                ("direccion", numbering.address(town, cell, lot).into()),
                ("partida", partida(&code, lot_number).into()),
                ("uso", land_use.into()),
                ("area_declarada_m2", declared.into()),
            ]),
            geometry: Geometry::Polygon(shape),
        }
    })
    .collect()
}

/// A number of the land register, made up: eight digits, of the municipality, the block and the lot.
fn partida(block: &str, lot: i32) -> String {
    let digit = |at: usize| block.get(at..=at).unwrap_or("0");
    format!(
        "11{}{}{:02}",
        digit(5),
        block.get(8..11).unwrap_or("000"),
        lot.rem_euclid(100)
    )
}

/// The street a lot faces.
fn front((i, j): Cell, side: Side) -> Street {
    match side {
        Side::South => Street::Along(j),
        Side::East => Street::Across(i + 1),
        Side::North => Street::Along(j + 1),
        Side::West => Street::Across(i),
    }
}

/// House numbers run from the western or southern rim of the town, a hundred a block, even on one side.
#[derive(Clone, Copy)]
struct Numbering {
    west: i32,
    south: i32,
}

impl Numbering {
    fn of(town: &Town) -> Self {
        let west = town
            .blocks
            .keys()
            .map(|cell| cell.0)
            .min()
            .unwrap_or_default();
        let south = town
            .blocks
            .keys()
            .map(|cell| cell.1)
            .min()
            .unwrap_or_default();
        Self { west, south }
    }

    fn address(self, town: &Town, cell: Cell, lot: &Lot) -> String {
        let (hundreds, odd) = match lot.side {
            Side::South => (cell.0 - self.west, 0),
            Side::North => (cell.0 - self.west, 1),
            Side::West => (cell.1 - self.south, 0),
            Side::East => (cell.1 - self.south, 1),
        };
        // Blocks are under 125 m long: 0.39 numbers a metre stay within the hundred, and 6 m apart differ.
        let along = whole((lot.along_m * 0.39).floor()) * 2;
        format!(
            "{} {}",
            street::name(town.place, front(cell, lot.side)),
            (hundreds + 1) * 100 + along + odd
        )
    }
}

fn land_use(chance: Noise, lot: i32, side: Side, cell: Cell, centrality: f64) -> &'static str {
    let avenue = if front(cell, side).is_avenue() {
        0.3
    } else {
        0.0
    };
    let centre = 0.4 * centrality.max(0.0) * centrality.max(0.0);
    let busy = avenue + centre;
    match chance.unit(Draw::Lot, lot, 0) {
        draw if draw < 0.07 => "sin construir",
        draw if draw < 0.07 + busy * 0.5 => "comercio",
        draw if draw < 0.11 + busy => "vivienda y comercio",
        draw if draw < 0.13 + busy => "taller",
        _ => "vivienda",
    }
}

/// What a title or a declaration says: near what is measured, and in one case of 25 off by more than any tolerance.
fn declared_m2(chance: Noise, lot: i32, measured: f64) -> f64 {
    let off = if chance.one_in(25, Draw::Lot, lot, 1) {
        let far = chance.between(Draw::Lot, lot, 2, 0.03, 0.12);
        if chance.one_in(2, Draw::Lot, lot, 3) {
            far
        } else {
            -far
        }
    } else {
        chance.between(Draw::Lot, lot, 4, -0.004, 0.004)
    };
    (measured * (1.0 + off) * 100.0).round() / 100.0
}

/// Area of a polygon without holes, measured from its first corner so that no digit is lost to large coordinates.
pub fn area_m2(shape: &Polygon<f64>) -> f64 {
    let ring = &shape.exterior().0;
    let origin = ring[0];
    let doubled: f64 = ring
        .windows(2)
        .map(|side| (side[0] - origin, side[1] - origin))
        .map(|(a, b)| a.x * b.y - b.x * a.y)
        .sum();
    doubled / 2.0
}
