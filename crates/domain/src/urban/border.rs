//! Which sides of a lot are on streets, and which are its rear and its sides: what setbacks are measured from.
//!
//! Source: retiros and frente of the Reglamento Nacional de Edificaciones (G.040): the front is on the way of access.
//! The front is the street that the lot has most of; every side on a street has its setback.

mod sides;

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use crate::geometry::{PreparedArea, foot, signed_ring_area_m2, to_side_m};

/// What is around a parcel, in EPSG:32718.
#[derive(Clone, Copy, Default)]
pub struct Around<'a> {
    /// Parcels in force besides it, by code.
    pub parcels: &'a [(&'a str, &'a MultiPolygon<f64>)],
    /// Its block, where it is in force: what lies beyond is street.
    pub block: Option<&'a MultiPolygon<f64>>,
    /// Streets near it.
    pub streets: &'a [Street<'a>],
}

/// The axis of a street.
#[derive(Clone, Copy, Debug)]
pub struct Street<'a> {
    /// Its name, where it is known.
    pub name: Option<&'a str>,
    /// Between the borders of property, in metres, where it is known.
    pub width_m: Option<f64>,
    /// Lines; anything else says nothing.
    pub axis: &'a Geometry<f64>,
}

/// What lies beyond a piece of border.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Facing<'a> {
    /// A parcel, by its code.
    Parcel(&'a str),
    /// A street: the place of it in [`Around::streets`], where its axis is known.
    Street(Option<usize>),
    /// Ground that nobody has surveyed.
    Unknown,
}

/// On which side of the parcel, as one comes in from the street; by the compass where no front is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Side {
    /// On the street that the parcel has most of.
    Front,
    /// On the right as one comes in.
    Right,
    /// Opposite the front.
    Rear,
    /// On the left as one comes in.
    Left,
    /// Looking north.
    North,
    /// Looking east.
    East,
    /// Looking south.
    South,
    /// Looking west.
    West,
}

/// A straight piece of the outer border with one thing beyond it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stretch<'a> {
    /// Where it begins; borders go with the clock.
    pub from: Coord<f64>,
    /// Where it ends.
    pub to: Coord<f64>,
    /// What lies beyond.
    pub facing: Facing<'a>,
    /// On which side of the parcel.
    pub side: Side,
}

impl Stretch<'_> {
    /// Metres in projection.
    pub fn length_m(&self) -> f64 {
        (self.to - self.from).x.hypot((self.to - self.from).y)
    }

    /// Away from the parcel, of length one.
    fn outward(&self) -> Coord<f64> {
        let along = (self.to - self.from) / self.length_m();
        Coord {
            x: -along.y,
            y: along.x,
        }
    }
}

/// A corner of a neighbour this near to a side stands on it, in metres: what two surveys of one border may differ by.
const ON_SIDE_M: f64 = 0.3;
/// How far beyond a border one looks for who is there, in metres.
const BEYOND_M: f64 = 0.3;
/// A shorter piece of border is part of the one before it, in metres.
const PIECE_MIN_M: f64 = 0.05;
/// The axis of a street is no farther from a border that it runs along, in metres: half of the widest avenues.
const AXIS_MAX_M: f64 = 40.0;
/// Cosine of how far to the side of straight ahead an axis may be: 60 degrees.
const AHEAD_MIN: f64 = 0.5;

/// The outer border of one part of a lot, with the clock.
pub fn border<'a>(parcel: &Polygon<f64>, around: &Around<'a>) -> Vec<Stretch<'a>> {
    let parcels: Vec<(&str, PreparedArea)> = around
        .parcels
        .iter()
        .map(|(code, shape)| (*code, PreparedArea::new(shape)))
        .collect();
    let vertices = clockwise(parcel.exterior());
    let mut stretches: Vec<Stretch<'a>> = Vec::new();
    for (from, to) in vertices.iter().zip(vertices.iter().cycle().skip(1)) {
        let first = stretches.len();
        for (from, to) in pieces(*from, *to, around.parcels) {
            let mut stretch = Stretch {
                from,
                to,
                facing: Facing::Unknown,
                side: Side::Front,
            };
            stretch.facing = facing(&stretch, &parcels, around);
            match stretches[first..].last_mut() {
                Some(before) if before.facing == stretch.facing => before.to = stretch.to,
                _ => stretches.push(stretch),
            }
        }
    }
    sides::tell(&mut stretches, around.streets);
    stretches
}

/// Corners of a ring, each once, with the clock.
fn clockwise(ring: &LineString<f64>) -> Vec<Coord<f64>> {
    let mut corners = ring.0.clone();
    corners.pop();
    if signed_ring_area_m2(ring) > 0.0 {
        corners.reverse();
    }
    corners
}

/// A side, cut where corners of neighbours stand on it.
fn pieces(
    from: Coord<f64>,
    to: Coord<f64>,
    parcels: &[(&str, &MultiPolygon<f64>)],
) -> impl Iterator<Item = (Coord<f64>, Coord<f64>)> {
    let along = to - from;
    let length_m = along.x.hypot(along.y);
    let rings = parcels
        .iter()
        .flat_map(|(_, shape)| shape.0.iter().map(Polygon::exterior));
    let mut cuts: Vec<f64> = rings
        .flat_map(|ring| &ring.0)
        .filter(|corner| to_side_m(**corner, from, to) <= ON_SIDE_M)
        .map(|corner| {
            let off = *corner - from;
            (off.x * along.x + off.y * along.y) / length_m
        })
        .filter(|cut| *cut > PIECE_MIN_M && *cut < length_m - PIECE_MIN_M)
        .collect();
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup_by(|later, earlier| *later - *earlier < PIECE_MIN_M);
    let at = move |cut: f64| from + along * (cut / length_m);
    let mut ends: Vec<Coord<f64>> = vec![from];
    ends.extend(cuts.into_iter().map(at));
    ends.push(to);
    let starts = ends.clone();
    starts.into_iter().zip(ends.into_iter().skip(1))
}

fn facing<'a>(
    stretch: &Stretch<'_>,
    parcels: &[(&'a str, PreparedArea)],
    around: &Around<'a>,
) -> Facing<'a> {
    let middle = (stretch.from + stretch.to) / 2.0;
    let outward = stretch.outward();
    let beyond = middle + outward * BEYOND_M;
    if let Some((code, _)) = parcels.iter().find(|(_, ground)| ground.point_in(beyond)) {
        return Facing::Parcel(code);
    }
    let street = nearest_axis(middle, outward, around.streets);
    match around.block {
        Some(block) if on_border(middle, block) => Facing::Street(street),
        Some(_) => Facing::Unknown,
        None => street.map_or(Facing::Unknown, |street| Facing::Street(Some(street))),
    }
}

fn on_border(at: Coord<f64>, block: &MultiPolygon<f64>) -> bool {
    let rings = block
        .0
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    rings
        .flat_map(LineString::lines)
        .any(|side| to_side_m(at, side.start, side.end) <= ON_SIDE_M)
}

/// The street whose axis is nearest to a place, looking that way.
fn nearest_axis(at: Coord<f64>, outward: Coord<f64>, streets: &[Street<'_>]) -> Option<usize> {
    let mut nearest: Option<(f64, usize)> = None;
    for (place, street) in streets.iter().enumerate() {
        let lines: &[LineString<f64>] = match street.axis {
            Geometry::LineString(line) => std::slice::from_ref(line),
            Geometry::MultiLineString(lines) => &lines.0,
            _ => &[],
        };
        for piece in lines.iter().flat_map(LineString::lines) {
            let to_axis = foot(at, piece.start, piece.end) - at;
            let distance_m = to_axis.x.hypot(to_axis.y);
            let is_beyond = to_axis.x * outward.x + to_axis.y * outward.y >= distance_m * AHEAD_MIN;
            if is_beyond
                && distance_m <= AXIS_MAX_M
                && nearest.is_none_or(|(known, _)| distance_m < known)
            {
                nearest = Some((distance_m, place));
            }
        }
    }
    nearest.map(|(_, place)| place)
}

#[cfg(test)]
mod tests;
