//! From a point to a straight piece of line, and between two shapes.

use geo::kernels::{Kernel as _, Orientation, RobustKernel};
use geo_types::{Coord, Geometry, Line, LineString};

use super::{areas, lines};

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

/// Distance between two shapes in metres: zero where they have a point in common. All sides are held against each other:
/// for shapes of some hundred corners that are known to be near. Infinite where one of them is empty.
pub fn apart_m(a: &Geometry<f64>, b: &Geometry<f64>) -> f64 {
    let (sides, others) = (sides(a), sides(b));
    let holds = |outer: &Geometry<f64>, inner: &[Line<f64>]| {
        areas(outer).is_some_and(|ground| inner.iter().any(|side| surrounds(&ground, side.start)))
    };
    if holds(a, &others) || holds(b, &sides) {
        return 0.0;
    }
    let mut nearest = f64::INFINITY;
    for one in &sides {
        for other in &others {
            nearest = nearest.min(between(*one, *other));
            if nearest <= 0.0 {
                return 0.0;
            }
        }
    }
    nearest
}

/// The sides of a shape; of a point one without length.
fn sides(shape: &Geometry<f64>) -> Vec<Line<f64>> {
    match shape {
        Geometry::Point(point) => vec![Line::new(point.0, point.0)],
        Geometry::MultiPoint(points) => points.iter().map(|at| Line::new(at.0, at.0)).collect(),
        _ => {
            let rings = areas(shape).into_iter().flat_map(|ground| ground.0);
            let rings = rings.flat_map(|part| {
                let (outer, inner) = part.into_inner();
                std::iter::once(outer).chain(inner)
            });
            let axes = lines(shape).into_iter().flat_map(|axis| axis.0);
            rings
                .chain(axes)
                .flat_map(|line| line.lines().collect::<Vec<_>>())
                .collect()
        }
    }
}

fn surrounds(ground: &geo_types::MultiPolygon<f64>, at: Coord<f64>) -> bool {
    let rings = ground
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    let crossings = rings
        .flat_map(LineString::lines)
        .filter(|side| super::predicates::passes_right_of(side.start, side.end, at));
    crossings.count() % 2 == 1
}

fn between(a: Line<f64>, b: Line<f64>) -> f64 {
    if cross(a, b) {
        return 0.0;
    }
    to_side_m(a.start, b.start, b.end)
        .min(to_side_m(a.end, b.start, b.end))
        .min(to_side_m(b.start, a.start, a.end))
        .min(to_side_m(b.end, a.start, a.end))
}

/// Whether two sides cross strictly; where they only touch, an end of one lies on the other.
fn cross(a: Line<f64>, b: Line<f64>) -> bool {
    let apart = |line: Line<f64>, one: Coord<f64>, other: Coord<f64>| {
        let one = RobustKernel::orient2d(line.start, line.end, one);
        let other = RobustKernel::orient2d(line.start, line.end, other);
        one != other && one != Orientation::Collinear && other != Orientation::Collinear
    };
    apart(a, b.start, b.end) && apart(b, a.start, a.end)
}

#[cfg(test)]
mod tests {
    use geo_types::{Geometry, line_string, point, polygon};

    use super::*;

    #[test]
    fn shapes_are_as_far_apart_as_their_nearest_points() {
        let square: Geometry<f64> =
            polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 0.0, y: 10.0)]
                .into();
        let check = |other: Geometry<f64>, expected: f64| {
            assert!(
                (apart_m(&square, &other) - expected).abs() < 1e-9,
                "{other:?}"
            );
            assert!(
                (apart_m(&other, &square) - expected).abs() < 1e-9,
                "{other:?}"
            );
        };
        check(point! {x: 13.0, y: 14.0}.into(), 5.0);
        check(point! {x: 5.0, y: 5.0}.into(), 0.0);
        check(
            line_string![(x: -5.0, y: 5.0), (x: 15.0, y: 6.0)].into(),
            0.0,
        );
        check(
            line_string![(x: -5.0, y: 12.0), (x: 15.0, y: 12.0)].into(),
            2.0,
        );
        check(line_string![(x: 4.0, y: 4.0), (x: 5.0, y: 5.0)].into(), 0.0);
        check(
            polygon![(x: 12.0, y: 0.0), (x: 20.0, y: 0.0), (x: 20.0, y: 9.0)].into(),
            2.0,
        );
        check(polygon![(x: -9.0, y: -9.0), (x: 30.0, y: -9.0), (x: 30.0, y: 30.0), (x: -9.0, y: 30.0)].into(), 0.0);
    }
}
