//! Two bare borders that face each other across thin empty ground.

use geo_types::{Coord, LineString, Polygon};

use super::borders::{Frame, within};
use crate::{geometry::Edge, survey::tolerances::Gap};

/// The ground between two borders.
#[derive(Clone, Debug)]
pub(in crate::survey) struct Facing {
    pub(in crate::survey) ground: Polygon<f64>,
    pub(in crate::survey) middle: Coord<f64>,
    pub(in crate::survey) length_m: f64,
    pub(in crate::survey) area_m2: f64,
}

/// The ground between two borders, each with its parcel to its left, where they are no farther apart than a gap is.
pub(in crate::survey) fn facing(side: &Edge, other: &Edge, tolerances: &Gap) -> Option<Facing> {
    let frame = Frame::of(side);
    let ((t0, off0), (t1, off1)) = (frame.place(other.from), frame.place(other.to));
    let run = t0 - t1;
    // Borders that face each other go opposite ways.
    if run <= 0.0 || (off1 - off0).abs() > tolerances.opening.get() * run {
        return None;
    }
    let (near0, near1) = within(off0, off1, -tolerances.width.get(), 0.0)?;
    // The other runs back: its later part lies earlier along this side.
    let (beside0, beside1) = within(t0, t1, 0.0, frame.length)?;
    let (first, last) = (near0.max(beside0), near1.min(beside1));
    if first >= last {
        return None;
    }
    let at = |share: f64| (t0 + share * (t1 - t0), -(off0 + share * (off1 - off0)));
    let ((along0, width0), (along1, width1)) = (at(first), at(last));
    if width0.max(width1) <= tolerances.snap.get() {
        return None;
    }
    let theirs = |share: f64| other.from + (other.to - other.from) * share;
    let corners = [
        frame.point(along1),
        frame.point(along0),
        theirs(first),
        theirs(last),
    ];
    let length_m = along0 - along1;
    let middle = corners
        .iter()
        .fold(Coord::zero(), |sum, &at| sum + at / 4.0);
    Some(Facing {
        ground: Polygon::new(LineString(corners.to_vec()), Vec::new()),
        middle,
        length_m,
        area_m2: length_m * f64::midpoint(width0, width1),
    })
}
