//! Runs of points without those that say nothing.

use super::clip::Point;

/// Twice the area of a ring, positive where it turns as a shell does in a tile: clockwise on the screen.
pub(super) fn double_area(ring: &[Point]) -> i64 {
    let Some(first) = ring.first() else { return 0 };
    // From the first point on, so that the products stay small.
    let from_first = |point: &Point| [point[0] - first[0], point[1] - first[1]];
    ring.windows(2)
        .map(|pair| match pair {
            [a, b] => cross(from_first(a), from_first(b)),
            _ => 0,
        })
        .sum()
}

fn cross(a: Point, b: Point) -> i64 {
    a[0] * b[1] - a[1] * b[0]
}

/// Takes out of a ring (without its first point again) points that are there twice, that lie on the line between their
/// neighbours, and spikes. Exact: what stays has the same area, and lies where it did. Nothing stays of a ring without
/// an area.
pub(super) fn ring(points: &mut Vec<Point>) {
    let mut kept = 0;
    for index in 0..points.len() {
        let point = points[index];
        while kept > 0 && says_nothing(&points[..kept], point) {
            kept -= 1;
        }
        points[kept] = point;
        kept += 1;
    }
    points.truncate(kept);
    // What meets at the end: the last points against the first, and the first against the last.
    loop {
        let count = points.len();
        if count < 3 {
            break;
        }
        let (first, second) = (points[0], points[1]);
        let (before_last, last) = (points[count - 2], points[count - 1]);
        if last == first || in_line(before_last, last, first) {
            points.pop();
        } else if in_line(last, first, second) {
            points.remove(0);
        } else {
            break;
        }
    }
    if points.len() < 3 || double_area(points) == 0 {
        points.clear();
    }
}

/// Whether the last of the kept points says nothing once `next` follows it.
fn says_nothing(kept: &[Point], next: Point) -> bool {
    match kept {
        [.., before, last] => *last == next || in_line(*before, *last, next),
        [last] => *last == next,
        [] => false,
    }
}

fn in_line(a: Point, b: Point, c: Point) -> bool {
    cross([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]) == 0
}

/// Takes out of a line points that are there twice, and those that lie between their neighbours.
pub(super) fn line(points: &mut Vec<Point>) {
    let mut kept = 0;
    for index in 0..points.len() {
        let point = points[index];
        while kept > 0 && is_passed(&points[..kept], point) {
            kept -= 1;
        }
        points[kept] = point;
        kept += 1;
    }
    points.truncate(kept);
}

/// Whether the line goes straight on to `next`. One that turns back keeps the point where it does.
fn is_passed(kept: &[Point], next: Point) -> bool {
    match kept {
        [.., before, last] => {
            let (to, on) = (
                [last[0] - before[0], last[1] - before[1]],
                [next[0] - last[0], next[1] - last[1]],
            );
            *last == next || (cross(to, on) == 0 && to[0] * on[0] + to[1] * on[1] > 0)
        }
        [last] => *last == next,
        [] => false,
    }
}

/// Whether two edges of a ring cross each other. Asked of small rings only: it looks at all pairs.
pub(super) fn crosses_itself(ring: &[Point]) -> bool {
    let count = ring.len();
    let edge = |index: usize| (ring[index], ring[(index + 1) % count]);
    (0..count).any(|one| {
        (one + 2..count)
            .filter(|other| one + count - other > 1)
            .any(|other| cross_each_other(edge(one), edge(other)))
    })
}

fn cross_each_other((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let side = |from: Point, to: Point, at: Point| {
        cross(
            [to[0] - from[0], to[1] - from[1]],
            [at[0] - from[0], at[1] - from[1]],
        )
        .signum()
    };
    side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}
