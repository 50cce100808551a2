//! Two parcels side by side: where a side of one runs along a side of the other, and which vertices do not match.

use geo_types::Coord;

use crate::geometry::Edge;

/// The bare part of a parcel's border: no other parcel runs along it.
#[derive(Clone, Copy, Debug)]
pub(in crate::survey) struct Exposed {
    /// Number of the parcel.
    pub(in crate::survey) member: u32,
    /// With the parcel's ground to its left.
    pub(in crate::survey) side: Edge,
}

/// A place along a side and across it, in metres: positive to its left.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    from: Coord<f64>,
    along: Coord<f64>,
    pub(super) length: f64,
}

impl Frame {
    pub(super) fn of(side: &Edge) -> Self {
        let run = side.to - side.from;
        let length = run.x.hypot(run.y);
        Self {
            from: side.from,
            along: run / length,
            length,
        }
    }

    /// How far along the side a point is, and how far to its left.
    pub(super) fn place(&self, point: Coord<f64>) -> (f64, f64) {
        let from = point - self.from;
        (
            from.x * self.along.x + from.y * self.along.y,
            self.along.x * from.y - self.along.y * from.x,
        )
    }

    pub(super) fn point(&self, along: f64) -> Coord<f64> {
        self.from + self.along * along
    }
}

/// From where to where along a side another runs beside it, no farther than `snap`.
pub(super) fn shadow(frame: &Frame, other: &Edge, snap: f64) -> Option<(f64, f64)> {
    let ((t0, off0), (t1, off1)) = (frame.place(other.from), frame.place(other.to));
    let (k0, k1) = within(off0, off1, -snap, snap)?;
    let (from, to) = (t0 + k0 * (t1 - t0), t0 + k1 * (t1 - t0));
    // A side that stands upright on this one runs along nothing.
    let climbed = (k1 - k0) * (off1 - off0).abs();
    let (from, to) = (from.min(to), from.max(to));
    if to - from < climbed {
        return None;
    }
    let (from, to) = (from.max(0.0), to.min(frame.length));
    (from < to).then_some((from, to))
}

/// The shares of the way from `a` to `b` between which it lies in `low..=high`.
pub(super) fn within(a: f64, b: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    let climb = b - a;
    if climb == 0.0 {
        return (a >= low && a <= high).then_some((0.0, 1.0));
    }
    let (first, last) = ((low - a) / climb, (high - a) / climb);
    let (first, last) = (first.min(last).max(0.0), first.max(last).min(1.0));
    (first < last).then_some((first, last))
}

/// Whether a point lies on a side with no end of it near.
pub(super) fn lies_between(frame: &Frame, side: &Edge, point: Coord<f64>, snap: f64) -> bool {
    let (along, off) = frame.place(point);
    let far = |end: Coord<f64>| (end - point).x.hypot((end - point).y) > snap;
    off.abs() <= snap && along > 0.0 && along < frame.length && far(side.from) && far(side.to)
}

/// The bare parts of a parcel's sides, given what others run along: number of the side, from, to. Parts up to twice
/// `snap` are corners that round off.
pub(super) fn bare(
    member: u32,
    sides: &[Edge],
    covered: &mut [(usize, f64, f64)],
    snap: f64,
    exposed: &mut Vec<Exposed>,
) {
    covered.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut rest = &*covered;
    for (number, side) in sides.iter().enumerate() {
        let count = rest.iter().take_while(|(of, ..)| *of == number).count();
        let (own, later) = rest.split_at(count);
        rest = later;
        let frame = Frame::of(side);
        let mut push = |from: f64, to: f64| {
            if to - from <= 2.0 * snap && to - from < frame.length {
                return;
            }
            let from = if from > 0.0 {
                frame.point(from)
            } else {
                side.from
            };
            let to = if to < frame.length {
                frame.point(to)
            } else {
                side.to
            };
            exposed.push(Exposed {
                member,
                side: Edge { from, to },
            });
        };
        let mut reached = 0.0_f64;
        for &(_, from, to) in own {
            if from > reached {
                push(reached, from);
            }
            reached = reached.max(to);
        }
        if reached < frame.length {
            push(reached, frame.length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(from: (f64, f64), to: (f64, f64)) -> Edge {
        Edge {
            from: from.into(),
            to: to.into(),
        }
    }

    #[test]
    fn a_neighbour_casts_its_shadow_as_far_as_it_runs_along() {
        let frame = Frame::of(&side((0.0, 0.0), (10.0, 0.0)));
        let check = |from, to, expected| {
            assert_eq!(shadow(&frame, &side(from, to), 0.01), expected);
        };
        check((12.0, 0.0), (4.0, 0.0), Some((4.0, 10.0)));
        check((4.0, 0.02), (8.0, 0.02), None);
        check((5.0, 0.0), (5.0, 9.0), None);
        check((11.0, 0.0), (14.0, 0.0), None);
        let parting = shadow(&frame, &side((0.0, 0.0), (10.0, 0.1)), 0.01);
        let (from, to) = parting.expect("runs along at first");
        assert!(from.abs() < 1e-12 && (to - 1.0).abs() < 1e-9, "{from} {to}");
    }

    #[test]
    fn what_nobody_runs_along_is_bare() {
        let sides = [
            side((0.0, 0.0), (10.0, 0.0)),
            side((10.0, 0.0), (10.0, 5.0)),
        ];
        let mut exposed = Vec::new();
        let mut covered = [(0, 6.0, 8.0), (0, 0.0, 4.0), (1, 0.0, 5.0)];
        bare(3, &sides, &mut covered, 0.01, &mut exposed);
        let xs: Vec<_> = exposed
            .iter()
            .map(|bare| (bare.side.from.x, bare.side.to.x))
            .collect();
        assert_eq!(xs, [(4.0, 6.0), (8.0, 10.0)]);
    }
}
