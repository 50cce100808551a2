//! From a point to a straight piece of line.

use geo_types::Coord;

/// The place of a piece of line nearest to another place.
pub fn foot(at: Coord<f64>, start: Coord<f64>, end: Coord<f64>) -> Coord<f64> {
    let (along, to) = (end - start, at - start);
    let squared = along.x * along.x + along.y * along.y;
    if squared <= 0.0 {
        return start;
    }
    start + along * ((to.x * along.x + to.y * along.y) / squared).clamp(0.0, 1.0)
}

/// Distance from a point to a piece of line, in metres.
pub(crate) fn to_side_m(at: Coord<f64>, start: Coord<f64>, end: Coord<f64>) -> f64 {
    let off = at - foot(at, start, end);
    off.x.hypot(off.y)
}
