//! What the colours of a style mean.

use domain::{collection::Collection, plan::palette::Palette};
use query::Snapshot;
use serde_json::{Value, json};

use super::{collections, paint};
use crate::people::texture;

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
        let label = format!("{} ({})", family.name, family.begins);
        let mut zone = entry(&Collection::Zones, &label, &family.color, "relleno");
        // For who does not tell colours apart: what is drawn on a field of eight by eight, again and again.
        if let Some(lines) = texture(&family.texture) {
            zone["trama"] = family.texture.as_str().into();
            zone["dibujo"] = lines.into();
        }
        zone
    });
    let other = entry(
        &Collection::Zones,
        "Otras zonas",
        palette.other(),
        "relleno",
    );
    families.chain([other]).collect()
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
