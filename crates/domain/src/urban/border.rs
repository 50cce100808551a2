//! Which sides of a lot are on streets, and which are its rear and its sides: what setbacks are measured from.
//!
//! Source: retiros and frente of the Reglamento Nacional de Edificaciones (G.040): the front is on the way of access.
//! The front is the street that the lot has most of; every side on a street has its setback.

mod sides;

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use crate::geometry::{foot, signed_ring_area_m2, to_side_m};

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
pub enum Facing {
    /// A street: its place among those that are near, where its axis is known.
    Street(Option<usize>),
    /// Other ground of the block.
    Block,
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
pub struct Stretch {
    /// Where it begins; borders go with the clock.
    pub from: Coord<f64>,
    /// Where it ends.
    pub to: Coord<f64>,
    /// What lies beyond.
    pub facing: Facing,
    /// On which side of the parcel.
    pub side: Side,
}

impl Stretch {
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

/// A side this near to the block's border lies on it, in metres: what two surveys of one border may differ by.
const ON_BORDER_M: f64 = 0.3;
/// The axis of a street is no farther from a border that it runs along, in metres: half of the widest avenues.
const AXIS_MAX_M: f64 = 40.0;
/// Cosine of how far to the side of straight ahead an axis may be: 60 degrees.
const AHEAD_MIN: f64 = 0.5;

/// The outer border of one part of a lot, with the clock. What lies beyond its block is street.
pub fn border(
    lot: &Polygon<f64>,
    block: &MultiPolygon<f64>,
    streets: &[Street<'_>],
) -> Vec<Stretch> {
    let corners = clockwise(lot.exterior());
    let mut stretches: Vec<Stretch> = corners
        .iter()
        .zip(corners.iter().cycle().skip(1))
        .map(|(from, to)| Stretch {
            from: *from,
            to: *to,
            facing: Facing::Block,
            side: Side::Front,
        })
        .collect();
    for stretch in &mut stretches {
        stretch.facing = facing(stretch, block, streets);
    }
    sides::tell(&mut stretches, streets);
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

fn facing(stretch: &Stretch, block: &MultiPolygon<f64>, streets: &[Street<'_>]) -> Facing {
    let middle = (stretch.from + stretch.to) / 2.0;
    if on_border(middle, block) {
        Facing::Street(nearest_axis(middle, stretch.outward(), streets))
    } else {
        Facing::Block
    }
}

fn on_border(at: Coord<f64>, block: &MultiPolygon<f64>) -> bool {
    let rings = block
        .0
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    rings
        .flat_map(LineString::lines)
        .any(|side| to_side_m(at, side.start, side.end) <= ON_BORDER_M)
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
