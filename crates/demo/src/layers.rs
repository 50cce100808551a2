//! One file a layer: what a town shows of itself.

pub mod investments;
pub mod manzanas;
pub mod overlays;
pub mod parcels;
pub mod plans;
pub mod roads;
pub mod sectors;
pub mod services;
pub mod zones;

use serde_json::{Map, Value};

/// What the ordinances of the demonstration are called. Said with every zone and overlay, so that no one takes a
/// limit from here.
pub const ORDINANCE: &str = "Ordenanza de demostración 001-2026, sin valor legal";

/// Attributes of a feature, and that it is made up.
fn attributes<const N: usize>(named: [(&str, Value); N]) -> Map<String, Value> {
    let made_up = ("demostracion", Value::Bool(true));
    named
        .into_iter()
        .chain([made_up])
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
