//! The shape of a parcel or a zone: a polygon of one or more parts that is valid as OGC, GEOS and PostGIS mean it.
//!
//! The verdict is `ST_IsValid`'s: repeated vertices in a row are fine; a ring may not touch itself; rings of one part may
//! touch at points, as long as the ground between them stays in one piece; parts may touch at points only.
//! Differences, both on purpose: an empty shape or part is a fault here, and so is a coordinate beyond 1e9 m.

mod crossings;
mod fault;
mod nesting;
mod rings;

use geo_types::{Coord, MultiPolygon};

pub use self::fault::{Fault, FaultKind};
use self::rings::Rings;
use super::area::area_m2;

/// Farther from the origin than this no projected coordinate lies: the Earth is 4e7 m around. Below it, squares of
/// differences and areas are far from overflow.
pub const COORDINATE_MAX_M: f64 = 1e9;

/// A valid shape.
#[derive(Clone, Debug, PartialEq)]
pub struct ParcelShape(MultiPolygon<f64>);

impl ParcelShape {
    /// Takes a shape that is valid; else says what is wrong first, and where.
    pub fn parse(shape: MultiPolygon<f64>) -> Result<Self, Fault> {
        Self::check(&shape)?;
        Ok(Self(shape))
    }

    /// Says what is wrong first with a shape, and where.
    pub fn check(shape: &MultiPolygon<f64>) -> Result<(), Fault> {
        check_coordinates(shape)?;
        let rings = Rings::of(shape)?;
        let touches = crossings::check(&rings)?;
        nesting::check(&rings)?;
        nesting::check_connected(&rings, touches)
    }

    /// The shape, to read.
    pub fn as_multi_polygon(&self) -> &MultiPolygon<f64> {
        &self.0
    }

    /// The shape, to keep.
    pub fn into_inner(self) -> MultiPolygon<f64> {
        self.0
    }

    /// Its area.
    pub fn area_m2(&self) -> f64 {
        area_m2(&self.0)
    }
}

fn check_coordinates(shape: &MultiPolygon<f64>) -> Result<(), Fault> {
    let rings = shape
        .0
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    let mut any = false;
    for &at in rings.flat_map(|ring| &ring.0) {
        any = true;
        let is_place = at.x.abs() < COORDINATE_MAX_M && at.y.abs() < COORDINATE_MAX_M;
        if !is_place {
            return Err(FaultKind::NotFinite.at(at));
        }
    }
    if any {
        Ok(())
    } else {
        Err(FaultKind::Empty.at(Coord::zero()))
    }
}

#[cfg(test)]
mod tests;
