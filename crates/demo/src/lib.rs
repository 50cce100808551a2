//! The demonstration province: six towns that look like towns, made from a seed.
//!
//! Values only: no file, no clock, no database. The same plan gives the same bytes on any machine. Nothing in it is
//! real but the names of the municipalities and about where they lie; every feature says so (`demostracion`).
//!
//! Start at [`towns`]; a [`Town`] gives the features of each layer. How a town is made: `grid` has the streets,
//! `town` chooses the cells, `block` cuts them into lots, `outline` draws what consists of cells.

mod block;
mod freehand;
mod grid;
mod layers;
mod noise;
mod outline;
mod place;
mod purpose;
mod street;
mod town;
mod water;
pub mod year;

use domain::id::Ubigeo;
use geo_types::Geometry;
use serde_json::{Map, Value};

pub use town::Town;

/// What to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The same seed gives the same province.
    pub seed: u64,
    /// Parcels in the whole province.
    pub parcels: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 2201,
            parcels: 10_000,
        }
    }
}

/// A made-up feature.
#[derive(Clone, PartialEq, Debug)]
pub struct DemoFeature {
    /// Its code, unique in its layer and municipality.
    pub code: String,
    /// Its shape in EPSG:32718.
    pub geometry: Geometry<f64>,
    /// Its attributes with their Spanish names.
    pub attributes: Map<String, Value>,
}

/// Up to this many parcels all towns grow together; beyond, only the capital does, whose district has the room.
const PARCELS_SHARED_MAX: u32 = 100_000;

/// The towns of the province, the capital first.
pub fn towns(plan: &Plan) -> Vec<Town> {
    let shared = plan.parcels.min(PARCELS_SHARED_MAX);
    let share = |weight: u32| shared * weight / 100;
    let elsewhere: u32 = place::PLACES
        .iter()
        .skip(1)
        .map(|place| share(place.weight))
        .sum();
    place::PLACES
        .iter()
        .filter_map(|place| {
            // All six are six digits: a test counts the towns.
            let ubigeo: Ubigeo = place.ubigeo.parse().ok()?;
            let is_capital = place.ubigeo == place::PLACES[0].ubigeo;
            let parcels = if is_capital {
                plan.parcels - elsewhere
            } else {
                share(place.weight)
            };
            Some(Town::new(place, ubigeo, plan.seed, parcels))
        })
        .collect()
}
