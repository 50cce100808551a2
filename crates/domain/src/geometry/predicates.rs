//! The one question all shapes are decided by, answered exactly.

use geo::kernels::{Kernel as _, Orientation, RobustKernel};
use geo_types::Coord;

/// Where a point lies, seen along a directed line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Left,
    On,
    Right,
}

/// The side of the line from `from` to `to` that `point` is on: without rounding, so that two questions about
/// the same three points never contradict each other.
pub(super) fn side(from: Coord<f64>, to: Coord<f64>, point: Coord<f64>) -> Side {
    match RobustKernel::orient2d(from, to, point) {
        Orientation::CounterClockwise => Side::Left,
        Orientation::Clockwise => Side::Right,
        Orientation::Collinear => Side::On,
    }
}

/// Whether the edge passes the height of `point` strictly to the right of it. An end at that height counts as
/// below it, so that a ring's vertex is passed once or twice as it should be.
pub(super) fn passes_right_of(from: Coord<f64>, to: Coord<f64>, point: Coord<f64>) -> bool {
    if (from.y > point.y) == (to.y > point.y) || (from.x <= point.x && to.x <= point.x) {
        return false;
    }
    if from.x > point.x && to.x > point.x {
        return true;
    }
    side(from, to, point)
        == if to.y > from.y {
            Side::Left
        } else {
            Side::Right
        }
}

/// Whether the ray from `node` to `point` starts strictly inside the angle swept counter-clockwise from
/// `node`→`from` to `node`→`to`.
pub(super) fn in_angle(
    node: Coord<f64>,
    from: Coord<f64>,
    to: Coord<f64>,
    point: Coord<f64>,
) -> bool {
    let after_from = side(node, from, point);
    let after_to = side(node, to, point);
    match side(node, from, to) {
        Side::Left => after_from == Side::Left && after_to == Side::Right,
        Side::On => after_from == Side::Left,
        // More than a half turn: inside unless in the angle that is left, or on its border.
        Side::Right => after_from == Side::Left || after_to == Side::Right,
    }
}
