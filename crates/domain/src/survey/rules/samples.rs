//! Shapes and numbers for the tests of rules.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use crate::survey::{Catalogue, Tolerances, fabric::Lot};

/// Moyobamba, so that rounding is that of real coordinates.
pub(crate) const X0: f64 = 279_000.0;
/// Its northing.
pub(crate) const Y0: f64 = 9_331_000.0;

/// The tolerances in force.
pub(crate) fn tolerances() -> Tolerances {
    let file = include_str!("../../../../../data/reglas/levantamiento.json");
    Catalogue::parse(file)
        .expect("a catalogue")
        .tolerances()
        .clone()
}

/// A polygon of corners in metres from the origin of drawings.
pub(crate) fn shape(corners: &[(f64, f64)]) -> MultiPolygon<f64> {
    let ring = corners.iter().map(|&(x, y)| Coord {
        x: X0 + x,
        y: Y0 + y,
    });
    MultiPolygon(vec![Polygon::new(LineString(ring.collect()), vec![])])
}

/// An upright rectangle.
pub(crate) fn rectangle(x0: f64, y0: f64, x1: f64, y1: f64) -> MultiPolygon<f64> {
    shape(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
}

/// A lot in row 1.
pub(crate) fn lot(shape: &MultiPolygon<f64>) -> Lot<'_> {
    Lot {
        row: 1,
        code: "L1",
        shape,
        declared_area_m2: None,
    }
}
