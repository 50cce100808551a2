//! How much of a parcel faces the street.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::cut::rings;
use crate::geometry::to_side_m;

/// A side this near to the block's border lies on it, in metres.
const ON_BORDER_M: f64 = 0.3;

/// Metres of a parcel's outer border along the border of its block. Source: frente, Reglamento Nacional de
/// Edificaciones G.040: the side on the way of access.
pub fn front_m(parcel: &Polygon<f64>, block: &MultiPolygon<f64>) -> f64 {
    let border: Vec<&LineString<f64>> = rings(block).collect();
    let on_border = |at: Coord<f64>| {
        let mut sides = border.iter().flat_map(|ring| ring.lines());
        sides.any(|side| to_side_m(at, side.start, side.end) <= ON_BORDER_M)
    };
    parcel
        .exterior()
        .lines()
        .filter(|side| {
            let middle = (side.start + side.end) / 2.0;
            [side.start, middle, side.end].into_iter().all(on_border)
        })
        .map(|side| (side.end - side.start).x.hypot((side.end - side.start).y))
        .sum()
}
