//! Neighbours draw their common border with the same vertices.
//!
//! Source: lots share borders exactly. A vertex of one that lies on a side of the other moves one day without it, and
//! leaves a gap or an overlap.

use geo_types::{Coord, Geometry, MultiPoint, Point};

use super::said;
use crate::survey::{Finding, RuleCode, fabric::Members};

/// Two neighbours whose vertices do not match.
#[derive(Clone, Debug)]
pub(in crate::survey) struct Uneven {
    members: [usize; 2],
    /// Vertices of the second that lie on a side of the first.
    pub(in crate::survey) missing_in_first: Vec<Coord<f64>>,
    /// Vertices of the first that lie on a side of the second.
    pub(in crate::survey) missing_in_second: Vec<Coord<f64>>,
}

impl Uneven {
    pub(in crate::survey) fn new(first: usize, second: usize) -> Self {
        Self {
            members: [first, second],
            missing_in_first: Vec::new(),
            missing_in_second: Vec::new(),
        }
    }

    pub(in crate::survey) fn is_any(&self) -> bool {
        !(self.missing_in_first.is_empty() && self.missing_in_second.is_empty())
    }
}

/// One finding for each two neighbours; the repair is the vertices to add to the side that lacks them.
pub(in crate::survey) fn uneven_borders(
    members: &Members<'_>,
    uneven: Vec<Uneven>,
) -> impl Iterator<Item = Finding> {
    uneven.into_iter().map(|pair| {
        let [a, b] = pair.members.map(|number| &members.all[number]);
        let mut missing = pair.missing_in_first;
        missing.extend(pair.missing_in_second);
        missing.sort_unstable_by(|p, q| p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y)));
        missing.dedup();
        let (own, other) = said::first_of_file(a, b);
        let points = MultiPoint(missing.iter().copied().map(Point::from).collect());
        Finding::new(RuleCode::UnevenBorder, own.lot.row)
            .of(own.lot.code)
            .and(other.lot.code)
            .with("codigo", own.lot.code)
            .with("otro", other.lot.code)
            .with("cantidad", missing.len())
            .at(missing.first().copied())
            .fault(Geometry::MultiPoint(points.clone()))
            .repair(Geometry::MultiPoint(points))
    })
}
