//! How a piece of ground is shared by zones and overlays.

use domain::{
    collection::Collection,
    geometry::{Ledger, PreparedArea, Scratch, bounds, ledger_with},
};
use geo_types::MultiPolygon;

use crate::{Found, MunicipalityLand};

/// What lies around a piece of ground: zones and overlays whose boxes meet its box.
pub struct Ground<'a> {
    /// Zones, by code.
    pub zones: Vec<Found<'a>>,
    /// Overlays, by code.
    pub overlays: Vec<Found<'a>>,
}

/// A zone or an overlay, and how much of the ground lies in it.
pub struct Share<'a> {
    /// The zone or overlay.
    pub found: Found<'a>,
    /// Square metres in UTM projection.
    pub area_m2: f64,
}

/// The whole account.
pub struct Shares<'a> {
    /// Zones with some of the ground.
    pub zones: Vec<Share<'a>>,
    /// Overlays with some of the ground.
    pub overlays: Vec<Share<'a>>,
    /// The balance of the zones: it adds up to the ground.
    pub balance: Ledger,
}

impl<'a> Ground<'a> {
    /// What a municipality holds around a shape.
    pub fn around(land: &'a MunicipalityLand, shape: &MultiPolygon<f64>) -> Self {
        let bounds = bounds(shape);
        let near = |collection| match (land.layer(collection), bounds) {
            (Some(layer), Some(bounds)) => layer.ready_near(bounds),
            _ => Vec::new(),
        };
        Self {
            zones: near(&Collection::Zones),
            overlays: near(&Collection::Overlays),
        }
    }
}

/// Measures a shape against what lies around it. What it only touches has no share and is left out; a sliver has one.
pub fn measure<'a>(
    shape: &MultiPolygon<f64>,
    ground: &Ground<'a>,
    scratch: &mut Scratch,
) -> Shares<'a> {
    let mut of = |areas: &[Found<'a>]| {
        let prepared: Vec<&PreparedArea> = areas.iter().map(|area| &area.ready.ground).collect();
        let balance = ledger_with(scratch, shape, &prepared);
        let shares = areas
            .iter()
            .zip(&balance.shares_m2)
            .filter(|(_, area_m2)| **area_m2 > 0.0)
            .map(|(found, area_m2)| Share {
                found: *found,
                area_m2: *area_m2,
            })
            .collect();
        (shares, balance)
    };
    let (overlays, _) = of(&ground.overlays);
    let (zones, balance) = of(&ground.zones);
    Shares {
        zones,
        overlays,
        balance,
    }
}
