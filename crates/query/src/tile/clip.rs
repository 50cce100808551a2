//! What of a shape lies in a square.

use super::{BUFFER, EXTENT};

/// A point in units of a tile, from its north-western corner.
pub(super) type Point = [i64; 2];

/// Least and greatest coordinate that is drawn.
pub(super) const LEAST: i64 = -BUFFER;
pub(super) const GREATEST: i64 = EXTENT + BUFFER;

/// How a run of points lies to the square.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lies {
    /// All of it inside.
    Inside,
    /// All of it beyond one side.
    Beyond,
    /// Perhaps across.
    Across,
}

/// How a run of points lies to the square, by the box around it.
pub(super) fn lies(points: &[Point]) -> Lies {
    let mut around = [[i64::MAX, i64::MIN]; 2];
    for point in points {
        for (side, value) in around.iter_mut().zip(point) {
            *side = [side[0].min(*value), side[1].max(*value)];
        }
    }
    if around
        .iter()
        .any(|[min, max]| *max < LEAST || *min > GREATEST)
    {
        Lies::Beyond
    } else if around
        .iter()
        .all(|[min, max]| *min >= LEAST && *max <= GREATEST)
    {
        Lies::Inside
    } else {
        Lies::Across
    }
}

/// The four sides: axis, limit, and whether the inside has greater coordinates.
const SIDES: [(usize, i64, bool); 4] = [
    (0, LEAST, true),
    (0, GREATEST, false),
    (1, LEAST, true),
    (1, GREATEST, false),
];

/// A ring (without its first point again) cut to the square, side by side (Sutherland and Hodgman). Where it falls into
/// several parts they hang together by lines along the side, beyond the tile's own edge; its area is the right one.
pub(super) fn ring(points: &mut Vec<Point>, scratch: &mut Vec<Point>) {
    for (axis, limit, greater) in SIDES {
        scratch.clear();
        let inside = |point: &Point| (point[axis] >= limit) == greater || point[axis] == limit;
        let Some(mut before) = points.last().copied() else {
            return;
        };
        for point in points.iter().copied() {
            if inside(&point) != inside(&before) {
                scratch.push(crossing(before, point, axis, limit));
            }
            if inside(&point) {
                scratch.push(point);
            }
            before = point;
        }
        std::mem::swap(points, scratch);
    }
}

/// Where a segment crosses a side. The ends are taken in one order, so that two neighbours are cut at the same point.
fn crossing(a: Point, b: Point, axis: usize, limit: i64) -> Point {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let other = 1 - axis;
    let part = (limit - a[axis]) as f64 / (b[axis] - a[axis]) as f64;
    let across = (b[other] - a[other]) as f64;
    let mut point = [limit; 2];
    point[other] = a[other] + rounded(across * part);
    point
}

/// The parts of a line inside the square.
pub(super) fn line(points: &[Point], mut each: impl FnMut(&[Point])) {
    let mut part: Vec<Point> = Vec::new();
    for pair in points.windows(2) {
        let &[from, to] = pair else { continue };
        let Some((start, end)) = segment(from, to) else {
            continue;
        };
        if part.last() != Some(&start) {
            if part.len() > 1 {
                each(&part);
            }
            part.clear();
            part.push(start);
        }
        part.push(end);
    }
    if part.len() > 1 {
        each(&part);
    }
}

/// What of a segment lies inside (Liang and Barsky).
fn segment(from: Point, to: Point) -> Option<(Point, Point)> {
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        let step = (to[axis] - from[axis]) as f64;
        if to[axis] == from[axis] {
            if from[axis] < LEAST || from[axis] > GREATEST {
                return None;
            }
            continue;
        }
        let at = |limit: i64| (limit - from[axis]) as f64 / step;
        let (first, last) = if step > 0.0 {
            (at(LEAST), at(GREATEST))
        } else {
            (at(GREATEST), at(LEAST))
        };
        enters = enters.max(first);
        leaves = leaves.min(last);
    }
    if enters > leaves {
        return None;
    }
    let at = |part: f64| {
        [0, 1].map(|axis| {
            let step = (to[axis] - from[axis]) as f64;
            (from[axis] + rounded(step * part)).clamp(LEAST, GREATEST)
        })
    };
    let start = if enters > 0.0 { at(enters) } else { from };
    let end = if leaves < 1.0 { at(leaves) } else { to };
    Some((start, end))
}

fn rounded(value: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths in units of a tile are far below 2^52"
    )]
    let whole = value.round() as i64;
    whole
}
