//! What the colours of a style mean.

use domain::{collection::Collection, plan::palette::Palette};
use query::Snapshot;
use serde_json::{Value, json};

use super::{collections, paint};

/// The entries of layers, in their order.
pub fn of(layers: &[Collection], snapshot: &Snapshot, palette: &Palette) -> Vec<Value> {
    layers
        .iter()
        .flat_map(|layer| match layer {
            Collection::Zones => zones(palette),
            Collection::Overlays => overlays(snapshot),
            other => vec![entry(
                other,
                collections::words(other).0,
                paint::color(other),
                "linea",
            )],
        })
        .collect()
}

fn zones(palette: &Palette) -> Vec<Value> {
    let families = palette.families().iter().map(|family| {
        (
            format!("{} ({})", family.name, family.begins),
            &*family.color,
        )
    });
    families
        .chain([("Otras zonas".to_owned(), palette.other())])
        .map(|(label, color)| entry(&Collection::Zones, &label, color, "relleno"))
        .collect()
}

fn overlays(snapshot: &Snapshot) -> Vec<Value> {
    snapshot
        .themes
        .iter()
        .map(|theme| entry(&Collection::Overlays, &theme.name, &theme.color, "relleno"))
        .collect()
}

fn entry(layer: &Collection, label: &str, color: &str, shape: &str) -> Value {
    json!({"capa": layer.name(), "etiqueta": label, "color": color, "forma": shape})
}
