//! What lies around a place, on a drawing: from the snapshot, and never more than a page can carry.

use domain::collection::Collection;
use geo_types::Geometry;
use query::Snapshot;

use super::drawing::Drawing;
use crate::ogc::encoded;

/// Most shapes of a layer on one drawing.
const SHAPES_MAX: usize = 600;

/// Draws the parcels and the streets around, the parcels as links to their cards.
pub fn parcels(snapshot: &Snapshot, drawing: &mut Drawing) {
    each(
        snapshot,
        drawing,
        &Collection::Roads,
        |drawing, shape, code| {
            drawing.shape(shape, "via", Some(code));
        },
    );
    each(
        snapshot,
        drawing,
        &Collection::Parcels,
        |drawing, shape, code| {
            drawing.link(shape, "lote", code, &format!("/predios/{}", encoded(code)));
        },
    );
}

/// Draws the blocks around.
pub fn blocks(snapshot: &Snapshot, drawing: &mut Drawing) {
    each(
        snapshot,
        drawing,
        &Collection::Manzanas,
        |drawing, shape, _| {
            drawing.shape(shape, "manzana", None);
        },
    );
}

fn each(
    snapshot: &Snapshot,
    drawing: &mut Drawing,
    collection: &Collection,
    draw: impl Fn(&mut Drawing, &Geometry<f64>, &str),
) {
    let window = drawing.window();
    for land in snapshot.municipalities.values() {
        let Some(layer) = land.layer(collection) else {
            continue;
        };
        for at in layer.near(window).take(SHAPES_MAX) {
            if let Some(feature) = layer.features().get(at) {
                draw(drawing, &feature.geometry, &feature.code);
            }
        }
    }
}
