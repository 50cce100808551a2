//! The cuadro de datos técnicos: vertices, sides, distances, interior angles, coordinates.
//!
//! Source: cuadro de datos técnicos of the plano perimétrico (Directiva 01-2008-SNCP/CNC and the office's use). All of it
//! is measured in the projection; nothing is brought to the ground.

use geo_types::{Coord, LineString, MultiPolygon};

use crate::geometry::area::{polygon_area_m2, signed_ring_area_m2};

/// The table of a parcel.
#[derive(Clone, PartialEq, Debug)]
pub struct TechnicalData {
    /// Its rings: each part's outer ring, then its holes; parts and holes from the north-west.
    pub rings: Vec<Ring>,
    /// Area of all parts less their holes, in square metres.
    pub area_m2: f64,
    /// Length of all rings, in metres.
    pub perimeter_m: f64,
}

/// A closed line of the parcel's border.
#[derive(Clone, PartialEq, Debug)]
pub struct Ring {
    /// Which part of the parcel it belongs to, from 1.
    pub part: usize,
    /// What it surrounds.
    pub kind: RingKind,
    /// Its vertices, clockwise as seen on the plan, from the north-westernmost one.
    pub vertices: Vec<Vertex>,
    /// Area that it surrounds, in square metres.
    pub area_m2: f64,
    /// Its length in metres.
    pub perimeter_m: f64,
}

/// What a ring surrounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RingKind {
    /// The parcel's ground.
    Outer,
    /// Ground inside of it that is not the parcel's.
    Hole,
}

/// A vertex, and the side that begins there.
#[derive(Clone, PartialEq, Debug)]
pub struct Vertex {
    /// Its name, which no other vertex of the parcel has: `A`, or `P1` where letters are too few.
    pub name: String,
    /// The side from here to the next vertex: `A-B`.
    pub side: String,
    /// Length of that side, in metres.
    pub distance_m: f64,
    /// Angle between the two sides that meet here, on the parcel's ground, in degrees: over 180 at a corner that points
    /// inwards.
    pub angle_deg: f64,
    /// Place in EPSG:32718.
    pub at: Coord<f64>,
}

/// An angle in degrees, minutes and seconds, rounded to the second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dms {
    /// Degrees.
    pub degrees: u32,
    /// Minutes, below 60.
    pub minutes: u32,
    /// Seconds, below 60.
    pub seconds: u32,
}

impl Dms {
    /// An angle of 0° or more.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an angle is from 0 to 360 degrees, and its sum over a ring far below 2^32 seconds"
    )]
    pub fn of(degrees: f64) -> Self {
        let seconds = (degrees * 3600.0).round() as u32;
        Self {
            degrees: seconds / 3600,
            minutes: seconds / 60 % 60,
            seconds: seconds % 60,
        }
    }
}

impl Ring {
    /// What its angles add up to, in degrees: (n - 2) · 180 around the parcel, (n + 2) · 180 around a hole.
    pub fn angles_deg(&self) -> f64 {
        let n = self.vertices.len() as f64;
        match self.kind {
            RingKind::Outer => (n - 2.0) * 180.0,
            RingKind::Hole => (n + 2.0) * 180.0,
        }
    }
}

/// The table of a valid shape. Which vertex a ring is written from, and in which sense, makes no difference.
pub fn technical_data(shape: &MultiPolygon<f64>) -> TechnicalData {
    let mut parts: Vec<_> = shape
        .iter()
        .map(|part| {
            let mut holes: Vec<Vec<Coord<f64>>> = part.interiors().iter().map(walked).collect();
            holes.sort_by(|a, b| by_start(a, b));
            (walked(part.exterior()), holes, polygon_area_m2(part))
        })
        .collect();
    parts.sort_by(|a, b| by_start(&a.0, &b.0));
    let count: usize = parts
        .iter()
        .map(|(outer, holes, _)| outer.len() + holes.iter().map(Vec::len).sum::<usize>())
        .sum();
    let mut names = Names { next: 0, count };
    let mut rings = Vec::new();
    for (number, (outer, holes, _)) in parts.iter().enumerate() {
        let outer = [(outer, RingKind::Outer)].into_iter();
        for (at, kind) in outer.chain(holes.iter().map(|hole| (hole, RingKind::Hole))) {
            rings.push(ring(at, kind, number + 1, &mut names));
        }
    }
    TechnicalData {
        area_m2: parts.iter().map(|(_, _, area_m2)| area_m2).sum(),
        perimeter_m: rings.iter().map(|ring| ring.perimeter_m).sum(),
        rings,
    }
}

/// The corners of a closed ring clockwise, from the one that lies farthest to the north-west; none twice in a row.
fn walked(ring: &LineString<f64>) -> Vec<Coord<f64>> {
    let mut at = ring.0.clone();
    at.dedup();
    at.pop_if(|last| ring.0.first() == Some(last));
    if signed_ring_area_m2(ring) > 0.0 {
        at.reverse();
    }
    // Of two as far north-west the northern one: no two corners are the same place.
    let start = (0..at.len()).max_by(|a, b| {
        north_west(at[*a])
            .partial_cmp(&north_west(at[*b]))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    at.rotate_left(start.unwrap_or(0));
    at
}

fn north_west(at: Coord<f64>) -> (f64, f64) {
    (at.y - at.x, at.y)
}

fn by_start(a: &[Coord<f64>], b: &[Coord<f64>]) -> std::cmp::Ordering {
    let key = |ring: &[Coord<f64>]| ring.first().copied().map(north_west);
    key(b)
        .partial_cmp(&key(a))
        .unwrap_or(std::cmp::Ordering::Equal)
}

fn ring(at: &[Coord<f64>], kind: RingKind, part: usize, names: &mut Names) -> Ring {
    let names: Vec<String> = at.iter().map(|_| names.take()).collect();
    let count = at.len();
    let vertices: Vec<Vertex> = (0..count)
        .map(|i| {
            let (before, next) = (at[(i + count - 1) % count], at[(i + 1) % count]);
            let clockwise_deg = turned_deg(before - at[i], next - at[i]);
            Vertex {
                side: format!("{}-{}", names[i], names[(i + 1) % count]),
                name: names[i].clone(),
                distance_m: length_m(next - at[i]),
                angle_deg: match kind {
                    RingKind::Outer => clockwise_deg,
                    RingKind::Hole => 360.0 - clockwise_deg,
                },
                at: at[i],
            }
        })
        .collect();
    let closed: LineString<f64> = at.iter().chain(at.first()).copied().collect();
    Ring {
        part,
        kind,
        area_m2: signed_ring_area_m2(&closed).abs(),
        perimeter_m: vertices.iter().map(|vertex| vertex.distance_m).sum(),
        vertices,
    }
}

/// How far one turns against the clock from `from` to `to`, from 0 up to 360 degrees: in a ring that is walked
/// clockwise, what lies inside of the corner.
fn turned_deg(from: Coord<f64>, to: Coord<f64>) -> f64 {
    let turned = (from.x * to.y - from.y * to.x)
        .atan2(from.x * to.x + from.y * to.y)
        .to_degrees();
    if turned < 0.0 { turned + 360.0 } else { turned }
}

pub(super) fn length_m(along: Coord<f64>) -> f64 {
    along.x.hypot(along.y)
}

/// `A` to `Z` for a parcel of up to 26 vertices, `P1`, `P2`… for more.
struct Names {
    next: u32,
    count: usize,
}

impl Names {
    fn take(&mut self) -> String {
        let number = self.next;
        self.next += 1;
        match char::from_u32(u32::from('A') + number) {
            Some(letter) if self.count <= 26 => letter.to_string(),
            _ => format!("P{}", number + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, Polygon};
    use proptest::prelude::*;

    use super::*;

    /// A closed line around the town, from metres east and north of a corner of it.
    fn around(at: &[[f64; 2]]) -> LineString<f64> {
        let mut ring: Vec<Coord<f64>> = at
            .iter()
            .map(|[x, y]| Coord {
                x: 281_000.0 + x,
                y: 9_332_000.0 + y,
            })
            .collect();
        ring.push(ring[0]);
        LineString(ring)
    }

    fn lines(shape: &MultiPolygon<f64>) -> Vec<String> {
        let data = technical_data(shape);
        let vertices = data.rings.iter().flat_map(|ring| &ring.vertices);
        vertices
            .map(|vertex| {
                let Dms {
                    degrees,
                    minutes,
                    seconds,
                } = Dms::of(vertex.angle_deg);
                format!(
                    "{} {} {:.2} {degrees}°{minutes:02}'{seconds:02}\" {:.2} {:.2}",
                    vertex.name, vertex.side, vertex.distance_m, vertex.at.x, vertex.at.y
                )
            })
            .collect()
    }

    #[test]
    fn a_lot_is_told_clockwise_from_its_north_west() {
        let lot = Polygon::new(
            around(&[[0.0, 0.0], [8.0, 0.0], [8.0, 20.0], [0.0, 20.0]]),
            vec![],
        );
        assert_eq!(
            lines(&MultiPolygon(vec![lot])),
            [
                "A A-B 8.00 90°00'00\" 281000.00 9332020.00",
                "B B-C 20.00 90°00'00\" 281008.00 9332020.00",
                "C C-D 8.00 90°00'00\" 281008.00 9332000.00",
                "D D-A 20.00 90°00'00\" 281000.00 9332000.00",
            ]
        );
    }

    #[test]
    fn a_hole_has_its_own_rows_with_the_angles_of_the_ground_around_it() {
        let lot = Polygon::new(
            around(&[[0.0, 0.0], [30.0, 0.0], [30.0, 30.0], [0.0, 30.0]]),
            vec![around(&[[10.0, 10.0], [20.0, 10.0], [10.0, 20.0]])],
        );
        let data = technical_data(&MultiPolygon(vec![lot.clone()]));
        assert!((data.area_m2 - 850.0).abs() < 1e-9);
        assert!((data.rings[1].area_m2 - 50.0).abs() < 1e-9);
        assert_eq!(
            lines(&MultiPolygon(vec![lot]))[4..],
            [
                "E E-F 14.14 315°00'00\" 281010.00 9332020.00",
                "F F-G 10.00 315°00'00\" 281020.00 9332010.00",
                "G G-E 10.00 270°00'00\" 281010.00 9332010.00",
            ]
        );
    }

    #[test]
    fn seconds_never_reach_sixty() {
        let whole = |degrees| Dms {
            degrees,
            minutes: 0,
            seconds: 0,
        };
        assert_eq!(Dms::of(89.999_99), whole(90));
        assert_eq!(Dms::of(359.999_999), whole(360));
        assert_eq!(Dms::of(0.0), whole(0));
    }

    #[test]
    fn more_vertices_than_letters_are_numbered() {
        let circle: Vec<[f64; 2]> = (0..27)
            .map(|i| (f64::from(i) * std::f64::consts::TAU / 27.0).sin_cos())
            .map(|(sin, cos)| [50.0 * cos, 50.0 * sin])
            .collect();
        let shape = MultiPolygon(vec![Polygon::new(around(&circle), vec![])]);
        let data = technical_data(&shape);
        assert_eq!(data.rings[0].vertices[26].side, "P27-P1");
    }

    /// Rings without crossings: corners around a middle, each at its own angle.
    fn star() -> impl Strategy<Value = Vec<[f64; 2]>> {
        proptest::collection::vec((0.2_f64..0.9, 5.0_f64..80.0), 3..40).prop_map(|corners| {
            let count = corners.len() as f64;
            let place = |(i, (within, far)): (usize, &(f64, f64))| {
                let turn = (i as f64 + within) / count * std::f64::consts::TAU;
                [turn.cos() * far, turn.sin() * far]
            };
            corners.iter().enumerate().map(place).collect()
        })
    }

    proptest! {
        #[test]
        fn angles_and_distances_add_up(corners in star()) {
            let data = technical_data(&MultiPolygon(vec![Polygon::new(around(&corners), vec![])]));
            let ring = &data.rings[0];
            let angles: f64 = ring.vertices.iter().map(|vertex| vertex.angle_deg).sum();
            prop_assert!((angles - (corners.len() as f64 - 2.0) * 180.0).abs() < 1e-6, "{angles}");
            prop_assert!((angles - ring.angles_deg()).abs() < 1e-6);
            let walked: f64 = around(&corners).lines().map(|side| length_m(side.end - side.start)).sum();
            prop_assert!((data.perimeter_m - walked).abs() < 1e-6);
        }

        #[test]
        fn where_and_how_a_ring_is_begun_makes_no_difference(corners in star(), by in 0_usize..40, back in any::<bool>()) {
            let table = |corners: &[[f64; 2]]| lines(&MultiPolygon(vec![Polygon::new(around(corners), vec![])]));
            let mut other = corners.clone();
            other.rotate_left(by % corners.len());
            if back {
                other.reverse();
            }
            prop_assert_eq!(table(&corners), table(&other));
        }
    }
}
