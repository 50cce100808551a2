//! A place and what lies around it, as a plan.

use domain::{collection::Collection, feature::Feature, geometry::bounds};
use geo_types::{Coord, Geometry, Rect};
use query::{Snapshot, attribute};

use super::drawing::{Drawing, legend_of_look, legend_of_zone};

/// Ground around a place: the width of a street and of the lots across it, in metres; or that share of a large place.
const AROUND_M: f64 = 25.0;
const AROUND_SHARE: f64 = 0.25;
/// More lots than these are a grey stain on a page, and a heavy one.
const LOTS_MAX: usize = 400;

/// And of blocks, on a drawing of a town.
const BLOCKS_MAX: usize = 600;

/// A plan with its legend.
pub struct Plan {
    /// The drawing.
    pub svg: String,
    /// Lines of a list.
    pub legend: String,
}

/// The plan of a place that somebody asks about, in EPSG:32718, over the land of today.
pub fn plan(
    snapshot: &Snapshot,
    place: &Geometry<f64>,
    name: &str,
    with_zones: bool,
) -> Option<Plan> {
    let ground = bounds(place)?;
    let around = (ground.width().max(ground.height()) * AROUND_SHARE).max(AROUND_M);
    let reach = Coord::from((around, around));
    let seen = Rect::new(ground.min() - reach, ground.max() + reach);
    let mut drawing = Drawing::of(seen, 0.0);
    let window = drawing.window();
    let mut legend = String::new();
    if with_zones {
        let mut classes: Vec<String> = Vec::new();
        for zone in within(snapshot, &Collection::Zones, window) {
            let class = attribute(zone, "codigo").unwrap_or_else(|| "sin clase".to_owned());
            drawing.zone(&zone.geometry, &class, Some(&class));
            if !classes.contains(&class) {
                classes.push(class);
            }
        }
        classes.sort();
        for class in &classes {
            legend.push_str(&legend_of_zone(class, class));
        }
    }
    for (layer, look, words) in [
        (Collection::Roads, "via", "Vía"),
        (Collection::Manzanas, "manzana", "Manzana"),
        (Collection::Parcels, "lote", "Lote"),
    ] {
        let found = within(snapshot, &layer, window);
        if found.is_empty() || found.len() > LOTS_MAX {
            continue;
        }
        for feature in found {
            drawing.shape(&feature.geometry, look, None);
        }
        legend.push_str(&legend_of_look(look, words));
    }
    drawing.shape(place, "predio", Some(name));
    legend.push_str(&legend_of_look("predio", name));
    let words = format!("Plano de {name} y lo que está alrededor; el norte está arriba.");
    Some(Plan {
        svg: drawing.svg(&words),
        legend,
    })
}

/// Draws the blocks that are on a drawing.
pub fn blocks(snapshot: &Snapshot, drawing: &mut Drawing) {
    let blocks = within(snapshot, &Collection::Manzanas, drawing.window());
    for block in blocks.into_iter().take(BLOCKS_MAX) {
        drawing.shape(&block.geometry, "manzana", None);
    }
}

fn within<'a>(snapshot: &'a Snapshot, layer: &Collection, window: Rect<f64>) -> Vec<&'a Feature> {
    let layers = snapshot
        .municipalities
        .values()
        .filter_map(|land| land.layer(layer));
    layers
        .flat_map(|layer| {
            let near = layer.near(window);
            near.filter_map(|at| layer.features().get(at))
        })
        .collect()
}
