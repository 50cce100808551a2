//! A row lies in the municipality that sends it.
//!
//! Outlines at hand are generalised by hundreds of metres, so a row over the line is only an observation; a file
//! that lies mostly elsewhere was sent to the wrong place or read in the wrong system, and is refused whole.

use geo::BoundingRect;
use geo_types::{Coord, Geometry, Rect};

use crate::{
    geometry::PreparedArea,
    survey::{Finding, RuleCode},
};

/// Above this share of rows outside, the file is of another place.
pub const ELSEWHERE_SHARE: f64 = 0.5;

/// Whether a shape lies in an outline, by the middle of its box; says where that is, when it does not.
pub fn place(geometry: &Geometry<f64>, outline: &PreparedArea, row: u64) -> Option<Finding> {
    let middle = middle(geometry)?;
    (!outline.point_in(middle)).then(|| Finding::new(RuleCode::OutsideMunicipality, row).at(middle))
}

/// Middle of a shape's box.
pub fn middle(geometry: &Geometry<f64>) -> Option<Coord<f64>> {
    geometry.bounding_rect().map(Rect::center)
}
