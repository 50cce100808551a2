//! The *cuadro de datos técnicos*: vertices, sides, interior angles and coordinates of a parcel's outline.
//!
//! Source: what a plano perimétrico carries (R. 001-2007-SNCP/CNC and the requirements of SUNARP's cadastral office):
//! vertex, side, distance, interior angle, east, north; area and perimeter; the reference system stated.

use std::fmt;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use crate::geometry::{polygon_area_m2, signed_ring_area_m2};

/// The outline of one part of a parcel in EPSG:32718.
#[derive(Clone, PartialEq, Debug)]
pub struct TechnicalData {
    /// The outer border, then each courtyard.
    pub rings: Vec<Vec<Vertex>>,
    /// Square metres in projection, without its courtyards.
    pub area_m2: f64,
    /// Length of all borders, in metres in projection.
    pub perimeter_m: f64,
}

/// A vertex, and the side that leads from it to the next one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Vertex {
    /// Its number in the table, from 1.
    pub number: usize,
    /// The number of the next one.
    pub next: usize,
    /// East and north in metres.
    pub at: Coord<f64>,
    /// To the next one, in metres in projection.
    pub side_m: f64,
    /// Between its two sides, on the parcel's ground.
    pub angle: Angle,
}

/// An angle to the second of arc.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Angle {
    /// Seconds of arc, from none to a full turn.
    pub seconds: u32,
}

impl TechnicalData {
    /// The tables of a valid shape, one for each of its parts. Vertices are numbered clockwise from the one farthest to
    /// the north-west; those of courtyards and of further parts go on from there.
    pub fn of(shape: &MultiPolygon<f64>) -> Vec<Self> {
        let mut first = 1;
        shape
            .0
            .iter()
            .map(|part| Self::of_part(part, &mut first))
            .collect()
    }

    fn of_part(polygon: &Polygon<f64>, first: &mut usize) -> Self {
        let mut rings = Vec::new();
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            let vertices = numbered(&clockwise(ring), *first, !rings.is_empty());
            *first += vertices.len();
            rings.push(vertices);
        }
        Self {
            area_m2: polygon_area_m2(polygon),
            perimeter_m: rings.iter().flatten().map(|vertex| vertex.side_m).sum(),
            rings,
        }
    }
}

/// Vertices of a ring, each once, clockwise from the north-western one.
pub(super) fn clockwise(ring: &LineString<f64>) -> Vec<Coord<f64>> {
    let mut vertices: Vec<Coord<f64>> = ring.0.clone();
    vertices.pop();
    if signed_ring_area_m2(ring) > 0.0 {
        vertices.reverse();
    }
    let to_north_west = |at: &Coord<f64>| at.y - at.x;
    let first = (0..vertices.len()).max_by(|a, b| {
        let (a, b) = (&vertices[*a], &vertices[*b]);
        to_north_west(a)
            .total_cmp(&to_north_west(b))
            .then(a.y.total_cmp(&b.y))
    });
    vertices.rotate_left(first.unwrap_or_default());
    vertices
}

fn numbered(vertices: &[Coord<f64>], first: usize, courtyard: bool) -> Vec<Vertex> {
    let count = vertices.len();
    (0..count)
        .map(|place| {
            let at = vertices[place];
            let before = vertices[(place + count - 1) % count];
            let after = vertices[(place + 1) % count];
            let turn = turn_to_the_right(after - at, before - at);
            let turn = if courtyard {
                std::f64::consts::TAU - turn
            } else {
                turn
            };
            Vertex {
                number: first + place,
                next: first + (place + 1) % count,
                at,
                side_m: (after - at).x.hypot((after - at).y),
                angle: Angle::from_radians(turn),
            }
        })
        .collect()
}

/// From one direction to another, clockwise, in radians.
fn turn_to_the_right(from: Coord<f64>, to: Coord<f64>) -> f64 {
    let cross = to.x * from.y - to.y * from.x;
    let dot = from.x * to.x + from.y * to.y;
    cross.atan2(dot).rem_euclid(std::f64::consts::TAU)
}

impl Angle {
    fn from_radians(radians: f64) -> Self {
        let seconds = (radians.to_degrees() * 3_600.0).round();
        // Between none and a full turn: 1 296 000 seconds.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "in range"
        )]
        Self {
            seconds: seconds as u32,
        }
    }
}

impl fmt::Display for Angle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (minutes, seconds) = (self.seconds / 60, self.seconds % 60);
        write!(f, "{}° {:02}' {:02}\"", minutes / 60, minutes % 60, seconds)
    }
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;
    use proptest::prelude::*;

    use super::*;

    const EAST: f64 = 280_000.0;
    const NORTH: f64 = 9_332_000.0;

    fn of(polygon: &Polygon<f64>) -> TechnicalData {
        TechnicalData::of(&polygon.clone().into()).remove(0)
    }

    fn table(polygon: &Polygon<f64>) -> Vec<String> {
        of(polygon)
            .rings
            .iter()
            .flatten()
            .map(|v| {
                format!(
                    "{} {}-{} {:.2} {} {:.2} {:.2}",
                    v.number,
                    v.number,
                    v.next,
                    v.side_m,
                    v.angle,
                    v.at.x - EAST,
                    v.at.y - NORTH
                )
            })
            .collect()
    }

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord {
            x: EAST + x,
            y: NORTH + y,
        }
    }

    #[test]
    fn a_lot_of_four_sides_begins_in_the_north_west_and_goes_with_the_clock() {
        let lot = polygon![
            at(0., 0.),
            at(10., 0.),
            at(12., 20.),
            at(0., 20.),
            at(0., 0.)
        ];
        assert_eq!(
            table(&lot),
            [
                "1 1-2 12.00 90° 00' 00\" 0.00 20.00",
                "2 2-3 20.10 84° 17' 22\" 12.00 20.00",
                "3 3-4 10.00 95° 42' 38\" 10.00 0.00",
                "4 4-1 20.00 90° 00' 00\" 0.00 0.00",
            ]
        );
        let data = of(&lot);
        assert!((data.area_m2 - 220.0).abs() < 1e-6);
        assert!((data.perimeter_m - 62.0998).abs() < 1e-3);
    }

    #[test]
    fn a_corner_that_goes_in_is_more_than_half_a_turn_and_a_courtyard_has_its_own_table() {
        let lot = Polygon::new(
            LineString(vec![
                at(0., 0.),
                at(20., 0.),
                at(20., 10.),
                at(10., 10.),
                at(10., 20.),
                at(0., 20.),
                at(0., 0.),
            ]),
            vec![LineString(vec![
                at(2., 2.),
                at(2., 4.),
                at(4., 4.),
                at(4., 2.),
                at(2., 2.),
            ])],
        );
        let lines = table(&lot);
        assert_eq!(lines[2], "3 3-4 10.00 270° 00' 00\" 10.00 10.00");
        // On the parcel's side a corner of a courtyard is three quarters of a turn.
        assert_eq!(lines[6], "7 7-8 2.00 270° 00' 00\" 2.00 4.00");
        assert_eq!(lines.len(), 10);
        assert!((of(&lot).area_m2 - 296.0).abs() < 1e-6);
    }

    #[test]
    fn no_two_vertices_of_a_parcel_have_one_number() {
        let part = polygon![at(0., 0.), at(10., 0.), at(0., 20.), at(0., 0.)];
        let other = polygon![at(50., 0.), at(60., 0.), at(50., 20.), at(50., 0.)];
        let tables = TechnicalData::of(&MultiPolygon(vec![part, other]));
        let second: Vec<usize> = tables[1].rings[0].iter().map(|v| v.number).collect();
        assert_eq!(second, [4, 5, 6]);
    }

    /// A star-shaped outline around a middle: simple whatever the radii are.
    fn outline() -> impl Strategy<Value = Vec<Coord<f64>>> {
        prop::collection::vec(1.0_f64..40.0, 3..24).prop_map(|radii| {
            let step = std::f64::consts::TAU / radii.len() as f64;
            radii
                .iter()
                .zip(0_u32..)
                .map(|(radius, place)| {
                    let turn = f64::from(place) * step;
                    at(radius * turn.cos(), radius * turn.sin())
                })
                .collect()
        })
    }

    fn closed(mut vertices: Vec<Coord<f64>>) -> Polygon<f64> {
        vertices.extend(vertices.first().copied());
        Polygon::new(LineString(vertices), Vec::new())
    }

    proptest! {
        #[test]
        fn angles_add_up_and_wherever_the_ring_begins_the_table_is_the_same(
            vertices in outline(), turn in 0_usize..24, backwards: bool,
        ) {
            let data = of(&closed(vertices.clone()));
            let ring = &data.rings[0];
            let sum: i64 = ring.iter().map(|vertex| i64::from(vertex.angle.seconds)).sum();
            let count = i64::try_from(ring.len()).expect("few");
            // Each is rounded to a second.
            prop_assert!((sum - (count - 2) * 180 * 3_600).abs() <= count, "{sum}");
            let mut other = vertices;
            let turn = turn % other.len();
            other.rotate_left(turn);
            if backwards {
                other.reverse();
            }
            prop_assert_eq!(&of(&closed(other)).rings, &data.rings);
        }
    }
}
