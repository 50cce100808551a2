//! Blocks.

use geo_types::Geometry;

use crate::{
    DemoFeature,
    layers::attributes,
    town::{BlockNumber, Town},
};

pub fn features(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    town.blocks.iter().map(|(&cell, &number)| {
        let block = town.block(cell, number);
        DemoFeature {
            code: code(town, number),
            geometry: Geometry::Polygon(block.shape()),
            attributes: attributes([("lotes", block.lots.len().into())]),
        }
    })
}

/// Eleven digits.
pub fn code(town: &Town, block: BlockNumber) -> String {
    format!("{}{:02}{:03}", town.ubigeo, block.sector, block.number)
}
