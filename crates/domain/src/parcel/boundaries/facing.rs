//! What is on the other side of a place on a parcel's border.

use geo_types::{Coord, Line, LineString};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::{Around, Facing, NEAR_M, STREET_REACH_M};
use crate::{operation::rings, parcel::technical_data::length_m};

/// Sides that run along each other turn by less than this: the sine of 30°.
const ALONG_SINE_MAX: f64 = 0.5;
/// Places on a side nearer than this are one, in metres: what a plan tells apart.
const APART_M: f64 = 0.005;

/// A side of a neighbour, and whose it is.
type Side = GeomWithData<Rectangle<[f64; 2]>, (usize, Line<f64>)>;

/// The sides of all neighbours, and the axes of all streets.
pub(super) struct Surroundings<'a> {
    sides: RTree<Side>,
    codes: Vec<&'a str>,
    axes: Vec<(&'a str, Line<f64>)>,
}

impl<'a> Surroundings<'a> {
    pub(super) fn of(around: &Around<'a>) -> Self {
        let sides = around
            .parcels
            .iter()
            .enumerate()
            .flat_map(|(number, (_, shape))| {
                rings(shape).flat_map(LineString::lines).map(move |side| {
                    Side::new(Rectangle::from_aabb(boxed(side, 0.0)), (number, side))
                })
            });
        Self {
            sides: RTree::bulk_load(sides.collect()),
            codes: around.parcels.iter().map(|(code, _)| *code).collect(),
            axes: around
                .streets
                .iter()
                .flat_map(|(name, axis)| {
                    axis.iter()
                        .flat_map(LineString::lines)
                        .map(|line| (*name, line))
                })
                .collect(),
        }
    }

    /// A side cut where a neighbour has a corner on it: from where to where, as shares of its length.
    pub(super) fn shares(&self, from: Coord<f64>, to: Coord<f64>) -> Vec<(f64, f64)> {
        let length = length_m(to - from);
        let mut cuts: Vec<f64> = self
            .near(Line::new(from, to), NEAR_M)
            .flat_map(|(_, side)| [side.start, side.end])
            .filter_map(|corner| {
                let (share, off_m) = along(from, to, corner);
                let is_on =
                    off_m <= NEAR_M && share * length > APART_M && (1.0 - share) * length > APART_M;
                is_on.then_some(share)
            })
            .collect();
        cuts.sort_by(f64::total_cmp);
        cuts.dedup_by(|b, a| (*b - *a) * length <= APART_M);
        let starts = std::iter::once(0.0).chain(cuts.iter().copied());
        starts.zip(cuts.iter().copied().chain([1.0])).collect()
    }

    /// What is outside of a place on the border, where that runs along `side` and looks `outward`.
    pub(super) fn facing(&self, at: Coord<f64>, side: Coord<f64>, outward: Coord<f64>) -> Facing {
        self.neighbour(at, side)
            .or_else(|| self.street(at, outward))
            .unwrap_or(Facing::Unknown)
    }

    /// The parcel whose border runs along here; of several the nearest, then the first by code.
    fn neighbour(&self, at: Coord<f64>, side: Coord<f64>) -> Option<Facing> {
        self.near(Line::new(at, at), NEAR_M)
            .filter(|(_, line)| {
                let way = line.end - line.start;
                let sine = (way.x * side.y - way.y * side.x).abs() / length_m(way);
                sine <= ALONG_SINE_MAX
            })
            .filter_map(|(number, line)| {
                let (share, off_m) = along(line.start, line.end, at);
                ((0.0..=1.0).contains(&share) && off_m <= NEAR_M)
                    .then_some((off_m, self.codes[number]))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)))
            .map(|(_, code)| Facing::Parcel(code.to_owned()))
    }

    /// The first street that one meets straight ahead, with no other parcel before it: what lies beyond somebody else's
    /// ground is not what this side faces.
    fn street(&self, at: Coord<f64>, outward: Coord<f64>) -> Option<Facing> {
        let ahead = Line::new(at, at + outward * STREET_REACH_M);
        let met = self
            .axes
            .iter()
            .filter_map(|(name, axis)| Some((crossed_at(ahead, *axis)?, *name)))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)))?;
        let is_before = self
            .near(ahead, 0.0)
            .filter_map(|(_, side)| crossed_at(ahead, side))
            .any(|share| share < met.0 && share * STREET_REACH_M > NEAR_M);
        (!is_before).then(|| Facing::Street(met.1.to_owned()))
    }

    fn near(&self, line: Line<f64>, slack_m: f64) -> impl Iterator<Item = (usize, Line<f64>)> + '_ {
        self.sides
            .locate_in_envelope_intersecting(boxed(line, slack_m))
            .map(|side| side.data)
            .filter(|(_, side)| side.start != side.end)
    }
}

fn boxed(line: Line<f64>, slack_m: f64) -> AABB<[f64; 2]> {
    let (a, b) = (line.start, line.end);
    AABB::from_corners(
        [a.x.min(b.x) - slack_m, a.y.min(b.y) - slack_m],
        [a.x.max(b.x) + slack_m, a.y.max(b.y) + slack_m],
    )
}

/// Where along a line a place lies, as a share of its length, and how many metres off it.
fn along(from: Coord<f64>, to: Coord<f64>, at: Coord<f64>) -> (f64, f64) {
    let (way, off) = (to - from, at - from);
    let squared = way.x * way.x + way.y * way.y;
    let share = (off.x * way.x + off.y * way.y) / squared;
    let off_m = (off.x * way.y - off.y * way.x).abs() / squared.sqrt();
    (share, off_m)
}

/// Where along `ahead` another line crosses it, as a share of its length.
fn crossed_at(ahead: Line<f64>, other: Line<f64>) -> Option<f64> {
    let (a, b) = (ahead.end - ahead.start, other.end - other.start);
    let cross = a.x * b.y - a.y * b.x;
    if cross == 0.0 {
        return None;
    }
    let to = other.start - ahead.start;
    let share = (to.x * b.y - to.y * b.x) / cross;
    let share_of_other = (to.x * a.y - to.y * a.x) / cross;
    ((0.0..=1.0).contains(&share) && (0.0..=1.0).contains(&share_of_other)).then_some(share)
}
