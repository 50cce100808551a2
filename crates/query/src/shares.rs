//! How a piece of ground is shared by zones and overlays.

use domain::{
    collection::Collection,
    feature::Feature,
    geometry::{Ledger, PreparedArea, Scratch, ledger_with},
};
use geo::BoundingRect;
use geo_types::MultiPolygon;

use crate::MunicipalityLand;

/// What lies around a piece of ground: zones and overlays whose boxes meet its box.
pub struct Ground<'a> {
    /// Zones, by code.
    pub zones: Vec<(&'a Feature, &'a PreparedArea)>,
    /// Overlays, by code.
    pub overlays: Vec<(&'a Feature, &'a PreparedArea)>,
}

/// A zone or an overlay, and how much of the ground lies in it.
pub struct Share<'a> {
    /// The zone or overlay.
    pub feature: &'a Feature,
    /// Its ground, ready to be asked.
    pub ground: &'a PreparedArea,
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
        let near = |collection| match (land.layer(collection), shape.bounding_rect()) {
            (Some(layer), Some(bounds)) => layer.areas_near(bounds),
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
    let mut of = |areas: &[(&'a Feature, &'a PreparedArea)]| {
        let prepared: Vec<&PreparedArea> = areas.iter().map(|(_, area)| *area).collect();
        let balance = ledger_with(scratch, shape, &prepared);
        let shares = areas
            .iter()
            .zip(&balance.shares_m2)
            .filter(|(_, area_m2)| **area_m2 > 0.0)
            .map(|((feature, ground), area_m2)| Share {
                feature,
                ground,
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
