//! On whom a parcel borders: each run of its sides with the parcel or the street that it faces, by the four sides.
//!
//! Source: memoria descriptiva, linderos y medidas perimétricas by frente, derecha, izquierda (entering from the street)
//! and fondo. Where no front is known, by north, east, south and west.

mod facing;

use std::collections::BTreeSet;

use geo_types::{Coord, MultiLineString, MultiPolygon};

use self::facing::Surroundings;
use super::technical_data::{Ring, RingKind, TechnicalData, length_m};

/// A neighbour's border this near to a side runs along it, in metres: as for the front of a lot.
pub const NEAR_M: f64 = 0.3;
/// A street's axis is looked for so far from a side, in metres: half of the widest way between two blocks.
pub const STREET_REACH_M: f64 = 50.0;

/// What lies around a parcel. The parcel itself is not in it.
pub struct Around<'a> {
    /// Parcels near it, each with its code.
    pub parcels: Vec<(&'a str, &'a MultiPolygon<f64>)>,
    /// Street axes near it, each with its name.
    pub streets: Vec<(&'a str, &'a MultiLineString<f64>)>,
    /// Where the parcel's address says it is, if it has one: it names the front of a corner lot.
    pub address: Option<&'a str>,
}

/// What is on the other side of a border.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Facing {
    /// A parcel, by its code.
    Parcel(String),
    /// A street, by its name.
    Street(String),
    /// Neither is known there.
    Unknown,
}

/// One of the sides by which a parcel is described.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Toward {
    /// The side on the street.
    Front,
    /// To the right of who enters from the street.
    Right,
    /// To the left of who enters from the street.
    Left,
    /// Opposite to the front.
    Back,
    /// Towards the north.
    North,
    /// Towards the east.
    East,
    /// Towards the south.
    South,
    /// Towards the west.
    West,
    /// Around a hole.
    Inside,
}

/// By which sides a parcel is described.
#[derive(Clone, PartialEq, Debug)]
pub enum Orientation {
    /// By its front, on the street of this name.
    Front(String),
    /// By north, east, south and west: it has no front, or several of which none is known to be the one.
    Compass,
}

/// Part of a side that faces one neighbour.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// The side it is part of: `A-B`.
    pub side: String,
    /// Whether it is not all of that side.
    pub is_part: bool,
    /// Length in metres.
    pub length_m: f64,
}

/// Pieces in a row that face one neighbour on one of the four sides.
#[derive(Clone, PartialEq, Debug)]
pub struct Stretch {
    /// Which part of the parcel, from 1.
    pub part: usize,
    /// Which side of it.
    pub toward: Toward,
    /// What it faces.
    pub facing: Facing,
    /// Its pieces, clockwise.
    pub pieces: Vec<Piece>,
}

impl Stretch {
    /// Its length in metres.
    pub fn length_m(&self) -> f64 {
        self.pieces.iter().map(|piece| piece.length_m).sum()
    }
}

/// The whole border.
#[derive(Clone, PartialEq, Debug)]
pub struct Boundaries {
    /// By which sides it is described.
    pub orientation: Orientation,
    /// Its stretches: by part, by side, then clockwise.
    pub stretches: Vec<Stretch>,
}

impl Boundaries {
    /// Codes of the parcels that it borders on, in their order.
    pub fn neighbours(&self) -> BTreeSet<&str> {
        self.stretches
            .iter()
            .filter_map(|stretch| match &stretch.facing {
                Facing::Parcel(code) => Some(code.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// On whom a parcel borders, all along its rings.
pub fn boundaries(data: &TechnicalData, around: &Around<'_>) -> Boundaries {
    let surroundings = Surroundings::of(around);
    let walked: Vec<(&Ring, Vec<Walked>)> = data
        .rings
        .iter()
        .map(|ring| (ring, walked(ring, &surroundings)))
        .collect();
    let front = front(&walked, around.address);
    let mut stretches: Vec<Stretch> = walked
        .iter()
        .flat_map(|(ring, pieces)| runs(ring, pieces, front.as_ref()))
        .collect();
    stretches.sort_by_key(|stretch| (stretch.part, stretch.toward));
    Boundaries {
        orientation: front.map_or(Orientation::Compass, |front| {
            Orientation::Front(front.street)
        }),
        stretches,
    }
}

/// A piece with where it looks.
struct Walked {
    piece: Piece,
    facing: Facing,
    /// Away from the parcel's ground, of length 1.
    outward: Coord<f64>,
}

fn walked(ring: &Ring, surroundings: &Surroundings<'_>) -> Vec<Walked> {
    let count = ring.vertices.len();
    let mut pieces = Vec::with_capacity(count);
    for (i, vertex) in ring.vertices.iter().enumerate() {
        let (from, to) = (vertex.at, ring.vertices[(i + 1) % count].at);
        let along = (to - from) / vertex.distance_m;
        // Rings are walked clockwise: around the parcel the outside is to the left, around a hole to the right.
        let outward = match ring.kind {
            RingKind::Outer => Coord {
                x: -along.y,
                y: along.x,
            },
            RingKind::Hole => Coord {
                x: along.y,
                y: -along.x,
            },
        };
        let mut faced: Vec<(f64, Facing)> = Vec::new();
        for share in surroundings.shares(from, to) {
            let middle = from + (to - from) * f64::midpoint(share.0, share.1);
            let facing = surroundings.facing(middle, along, outward);
            match faced.last_mut() {
                Some((until, last)) if *last == facing => *until = share.1,
                _ => faced.push((share.1, facing)),
            }
        }
        let is_part = faced.len() > 1;
        let mut begun = 0.0;
        for (until, facing) in faced {
            pieces.push(Walked {
                piece: Piece {
                    side: vertex.side.clone(),
                    is_part,
                    length_m: (until - begun) * vertex.distance_m,
                },
                facing,
                outward,
            });
            begun = until;
        }
    }
    pieces
}

/// The street that a parcel has its front on, and the way one looks at it from there.
struct Front {
    street: String,
    outward: Coord<f64>,
}

/// The front is on the only street there is, or on that of several which the address names.
fn front(rings: &[(&Ring, Vec<Walked>)], address: Option<&str>) -> Option<Front> {
    let pieces = || rings.iter().flat_map(|(_, pieces)| pieces);
    let streets: BTreeSet<&str> = pieces()
        .filter_map(|walked| match &walked.facing {
            Facing::Street(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let named: Vec<&str> = match streets.len() {
        0 | 1 => streets.into_iter().collect(),
        _ => streets
            .into_iter()
            .filter(|name| address.is_some_and(|address| names(address, name)))
            .collect(),
    };
    let [street] = named[..] else {
        return None;
    };
    let sum = pieces()
        .filter(|walked| matches!(&walked.facing, Facing::Street(name) if name == street))
        .fold(Coord::zero(), |sum, walked| {
            sum + walked.outward * walked.piece.length_m
        });
    let length = length_m(sum);
    // A lot with the same street before and behind it looks nowhere.
    let way = pieces()
        .filter(|walked| matches!(&walked.facing, Facing::Street(name) if name == street))
        .map(|walked| walked.piece.length_m)
        .sum::<f64>();
    (length > 0.5 * way).then(|| Front {
        street: street.to_owned(),
        outward: sum / length,
    })
}

/// Whether an address is on a street: its name, and then a number or nothing. `Jr. Sol Naciente 120` is not on `Jr. Sol`.
fn names(address: &str, street: &str) -> bool {
    let (address, street) = (address.trim().to_lowercase(), street.trim().to_lowercase());
    address
        .strip_prefix(&street)
        .is_some_and(|rest| !rest.trim_start().starts_with(char::is_alphabetic))
}

/// Pieces in a row that face the same, begun where the border changes, so that no run is cut in two.
fn runs(ring: &Ring, pieces: &[Walked], front: Option<&Front>) -> Vec<Stretch> {
    let toward = |walked: &Walked| match (ring.kind, front) {
        (RingKind::Hole, _) => Toward::Inside,
        (RingKind::Outer, Some(front)) => from_front(walked, front),
        (RingKind::Outer, None) => on_compass(walked.outward),
    };
    let is_new = |i: usize| {
        let before = &pieces[(i + pieces.len() - 1) % pieces.len()];
        before.facing != pieces[i].facing || toward(before) != toward(&pieces[i])
    };
    let first = (0..pieces.len()).find(|i| is_new(*i)).unwrap_or(0);
    let mut runs: Vec<Stretch> = Vec::new();
    for i in (first..pieces.len()).chain(0..first) {
        let walked = &pieces[i];
        match runs.last_mut() {
            Some(run) if !is_new(i) => run.pieces.push(walked.piece.clone()),
            _ => runs.push(Stretch {
                part: ring.part,
                toward: toward(walked),
                facing: walked.facing.clone(),
                pieces: vec![walked.piece.clone()],
            }),
        }
    }
    runs
}

fn from_front(walked: &Walked, front: &Front) -> Toward {
    if matches!(&walked.facing, Facing::Street(name) if *name == front.street) {
        return Toward::Front;
    }
    let (out, way) = (front.outward, walked.outward);
    // Who enters walks against `out`; the right hand is then at (-out.y, out.x).
    let ahead = -(out.x * way.x + out.y * way.y);
    let right = -out.y * way.x + out.x * way.y;
    if right.abs() >= ahead.abs() {
        if right > 0.0 {
            Toward::Right
        } else {
            Toward::Left
        }
    } else if ahead > 0.0 {
        Toward::Back
    } else {
        Toward::Front
    }
}

fn on_compass(way: Coord<f64>) -> Toward {
    if way.y.abs() >= way.x.abs() {
        if way.y > 0.0 {
            Toward::North
        } else {
            Toward::South
        }
    } else if way.x > 0.0 {
        Toward::East
    } else {
        Toward::West
    }
}

#[cfg(test)]
mod tests;
