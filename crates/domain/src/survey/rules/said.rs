//! How the rules say sizes and choose whom to name.

use geo_types::{LineString, MultiPolygon};

use crate::{geometry::edges_of, survey::fabric::Member};

/// Metres with two decimals; below a centimetre with four, so that a fault never reads as nothing.
pub(in crate::survey) fn metres(length: f64) -> String {
    if length != 0.0 && length.abs() < 0.01 {
        format!("{length:.4}")
    } else {
        format!("{length:.2}")
    }
}

/// Square metres with two decimals; below a tenth with four.
pub(in crate::survey) fn square_metres(area: f64) -> String {
    if area != 0.0 && area.abs() < 0.1 {
        format!("{area:.4}")
    } else {
        format!("{area:.2}")
    }
}

/// Length of all rings, in metres.
pub(in crate::survey) fn perimeter_m(shape: &MultiPolygon<f64>) -> f64 {
    let rings = shape
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    rings.map(ring_length_m).sum()
}

/// Length of a ring, in metres.
pub(in crate::survey) fn ring_length_m(ring: &LineString<f64>) -> f64 {
    edges_of(ring)
        .map(|side| (side.to - side.from).x.hypot((side.to - side.from).y))
        .sum()
}

/// Of two parcels the one whose row the finding is of: that of the file, and of two the first.
pub(in crate::survey) fn first_of_file<'m, 'a>(
    a: &'m Member<'a>,
    b: &'m Member<'a>,
) -> (&'m Member<'a>, &'m Member<'a>) {
    let key = |member: &Member<'a>| (!member.in_file, member.lot.row, member.lot.code);
    if key(a) <= key(b) { (a, b) } else { (b, a) }
}

/// A point on the ground of a shape, to show.
pub(in crate::survey) fn inside(shape: &MultiPolygon<f64>) -> Option<geo_types::Coord<f64>> {
    use geo::InteriorPoint as _;
    shape.interior_point().map(geo_types::Coord::from)
}
