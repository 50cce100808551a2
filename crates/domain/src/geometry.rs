//! Shapes, areas and how they are computed. Metres and square metres in EPSG:32718.
//!
//! - [`shape`]: a valid shape, and what is wrong with one that is not
//! - [`area`]: the area of a shape
//! - [`distance`]: from a point to a piece of line, and between two shapes
//! - [`ledger`](mod@ledger): how much of a parcel lies in each of several areas, adding up
//! - [`prepared`]: an area made ready to be asked many times
//! - [`polygonise`](mod@polygonise): the polygons that loose lines enclose, and where they are open
//! - `stripes`, `predicates`: which edges come near; on which side a point is

pub mod area;
pub mod distance;
pub mod ledger;
pub mod polygonise;
pub mod prepared;
pub mod shape;

mod predicates;
mod stripes;

#[cfg(test)]
pub(crate) mod drawing;

use geo_types::{Geometry, MultiLineString, MultiPolygon};

pub(crate) use area::signed_ring_area_m2;
pub use area::{area_m2, polygon_area_m2};
pub(crate) use distance::to_side_m;
pub use distance::{apart_m, foot};
pub use ledger::{Ledger, Scratch, ledger, ledger_with};
pub use polygonise::{OpenEnd, Polygonised, Tangled, polygonise};
pub use prepared::PreparedArea;
pub use shape::{Fault, FaultKind, ParcelShape};
pub(crate) use stripes::{Edge, edges_of};

/// The box around any shape; none where it has no coordinates.
pub fn bounds<G>(shape: &G) -> Option<geo_types::Rect<f64>>
where
    G: geo::BoundingRect<f64>,
    G::Output: Into<Option<geo_types::Rect<f64>>>,
{
    shape.bounding_rect().into()
}

/// The box around two boxes.
pub fn joined(a: geo_types::Rect<f64>, b: geo_types::Rect<f64>) -> geo_types::Rect<f64> {
    geo_types::Rect::new(
        (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
        (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
    )
}

/// The ground of a shape; none for points and lines.
pub fn areas(shape: &Geometry<f64>) -> Option<MultiPolygon<f64>> {
    match shape {
        Geometry::MultiPolygon(areas) => Some(areas.clone()),
        Geometry::Polygon(area) => Some(MultiPolygon(vec![area.clone()])),
        _ => None,
    }
}

/// The lines of a shape; none for points and areas.
pub fn lines(shape: &Geometry<f64>) -> Option<MultiLineString<f64>> {
    match shape {
        Geometry::MultiLineString(lines) => Some(lines.clone()),
        Geometry::LineString(line) => Some(MultiLineString(vec![line.clone()])),
        _ => None,
    }
}
