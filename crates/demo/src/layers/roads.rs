//! Street axes.

use std::collections::{BTreeMap, BTreeSet};

use geo_types::{Geometry, LineString};

use crate::{
    DemoFeature,
    grid::{Cell, Street},
    layers::attributes,
    street,
    town::Town,
};

pub fn features(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    axes(town.blocks.keys().copied(), |_| true)
        .into_iter()
        .zip(1..)
        .map(|((street, nodes), number)| {
            let axis: LineString<f64> =
                nodes.into_iter().map(|node| town.grid.node(node)).collect();
            DemoFeature {
                code: format!("{}-V{number:04}", town.ubigeo),
                geometry: Geometry::LineString(axis),
                attributes: attributes([
                    ("nombre", street::name(town.place, street).into()),
                    (
                        "tipo",
                        if street.is_avenue() {
                            "avenida"
                        } else {
                            "jirón"
                        }
                        .into(),
                    ),
                    ("seccion_m", town.grid.width_m(street).into()),
                ]),
            }
        })
}

/// Each street along some blocks with the crossings it runs through; one that stops and begins again comes twice.
pub(super) fn axes(
    blocks: impl Iterator<Item = Cell>,
    wanted: impl Fn(Street) -> bool,
) -> Vec<(Street, Vec<Cell>)> {
    let mut steps: BTreeMap<Street, BTreeSet<i32>> = BTreeMap::new();
    for (i, j) in blocks {
        for (street, step) in [
            (Street::Along(j), i),
            (Street::Along(j + 1), i),
            (Street::Across(i), j),
            (Street::Across(i + 1), j),
        ] {
            if wanted(street) {
                steps.entry(street).or_default().insert(step);
            }
        }
    }
    let mut axes: Vec<(Street, Vec<Cell>)> = Vec::new();
    for (street, steps) in steps {
        let mut end = None;
        for step in steps {
            let node = |at: i32| match street {
                Street::Along(j) => (at, j),
                Street::Across(i) => (i, at),
            };
            if end != Some(step) {
                axes.push((street, vec![node(step)]));
            }
            if let Some((_, nodes)) = axes.last_mut() {
                nodes.push(node(step + 1));
            }
            end = Some(step + 1);
        }
    }
    axes
}
