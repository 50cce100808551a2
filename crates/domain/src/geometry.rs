//! Shapes, areas and how they are computed. Metres and square metres in EPSG:32718.
//!
//! - [`area`]: the area of a shape
//! - [`ledger`]: how much of a parcel lies in each of several areas, adding up
//! - [`prepared`]: an area made ready to be asked many times
//! - `stripes`, `predicates`: which edges come near; on which side a point is

pub mod area;
pub mod ledger;
pub mod prepared;

mod predicates;
mod stripes;

#[cfg(test)]
mod drawing;
