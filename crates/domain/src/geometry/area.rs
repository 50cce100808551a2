//! Areas by the shoelace rule, in coordinates local to each ring.
//!
//! Northings are about nine million metres: their products lose the square millimetres, the differences from
//! a corner of the ring do not.

use geo_types::{LineString, MultiPolygon, Polygon};

/// Area of all parts, each its shell less its holes, whatever way the rings turn. Right for valid shapes only.
pub fn area_m2(shape: &MultiPolygon<f64>) -> f64 {
    shape.0.iter().map(polygon_area_m2).sum()
}

/// Area of one part: its shell less its holes.
pub fn polygon_area_m2(polygon: &Polygon<f64>) -> f64 {
    let holes: f64 = polygon
        .interiors()
        .iter()
        .map(|hole| signed_ring_area_m2(hole).abs())
        .sum();
    signed_ring_area_m2(polygon.exterior()).abs() - holes
}

/// Area of a closed ring, positive where it turns counter-clockwise.
pub fn signed_ring_area_m2(ring: &LineString<f64>) -> f64 {
    let Some(&origin) = ring.0.first() else {
        return 0.0;
    };
    let doubled: f64 = ring
        .0
        .windows(2)
        .map(|pair| {
            let (a, b) = (pair[0] - origin, pair[1] - origin);
            a.x * b.y - b.x * a.y
        })
        .sum();
    doubled / 2.0
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, polygon};

    use super::area_m2;

    #[test]
    fn a_square_far_from_the_origin_keeps_its_square_millimetres() {
        let (x, y) = (279_000.25, 9_331_000.5);
        let lot = polygon!(
            exterior: [(x: x, y: y), (x: x + 0.125, y: y), (x: x + 0.125, y: y + 0.125), (x: x, y: y + 0.125)],
            interiors: [],
        );
        assert!((area_m2(&MultiPolygon(vec![lot])) - 0.015_625).abs() < 1e-15);
    }

    #[test]
    fn holes_are_taken_off_whatever_way_they_turn() {
        let lot = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 0.0, y: 10.0), (x: 10.0, y: 10.0), (x: 10.0, y: 0.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 3.0, y: 1.0), (x: 3.0, y: 3.0), (x: 1.0, y: 3.0)],
                        [(x: 5.0, y: 5.0), (x: 5.0, y: 6.0), (x: 6.0, y: 6.0), (x: 6.0, y: 5.0)]],
        );
        assert!((area_m2(&MultiPolygon(vec![lot])) - 95.0).abs() < 1e-12);
    }
}
