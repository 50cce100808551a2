//! Cadastral sectors.

use crate::{DemoFeature, layers::attributes, outline, town::Town};

pub fn features(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    town.sectors().into_iter().filter_map(|(number, cells)| {
        Some(DemoFeature {
            code: format!("{}{number:02}", town.ubigeo),
            geometry: outline::geometry(&cells, |node| town.grid.node(node))?,
            attributes: attributes([("nombre", format!("Sector {number}").into())]),
        })
    })
}
