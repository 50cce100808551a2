//! Where names stand on the map.

use domain::parcel::{Boundaries, Facing, Ring, RingKind, TechnicalData};
use geo::{BooleanOps as _, BoundingRect as _, Contains as _, InteriorPoint as _, Intersects as _};
use geo_types::{Coord, LineString, MultiLineString, MultiPolygon, Rect};
use serde::Serialize;

use super::paper::Paper;
use crate::{parcel::NAME_MAX, text::shown, words::two};

/// From a vertex to its name, in millimetres.
const NAME_MM: f64 = 2.8;
/// Half of the width of each further letter of a name.
const DIGIT_MM: f64 = 0.7;
/// Names of vertices nearer than this would cover each other, in millimetres.
const NAMES_APART_MM: f64 = 5.4;
/// From a side to its length.
const LENGTH_MM: f64 = 2.1;
/// A shorter side has no room for its length.
const LENGTH_ROOM_MM: f64 = 9.5;
/// From a side to the name of its street.
const STREET_MM: f64 = 8.0;
/// Width and height of a lot's code.
const CODE_MM: (f64, f64) = (14.5, 3.4);
/// The same of the last digits of a code.
const LOT_MM: (f64, f64) = (4.0, 2.5);
/// Width of a letter of a street's name.
const LETTER_MM: f64 = 1.5;
/// Room that the parcel's own code needs.
const MIDDLE_MM: (f64, f64) = (34.0, 20.0);

/// A text with its middle at a place, turned clockwise by degrees.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Label {
    x: f64,
    y: f64,
    giro: f64,
    texto: String,
}

/// The names of the vertices, outside of their corners; where they stand too close, one of several.
pub(crate) fn vertices(data: &TechnicalData, paper: &Paper) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for ring in &data.rings {
        let count = ring.vertices.len();
        for (i, vertex) in ring.vertices.iter().enumerate() {
            let both = outward(ring, (i + count - 1) % count) + outward(ring, i);
            let length = both.x.hypot(both.y).max(1e-9);
            let at = paper.place(vertex.at);
            let label = Label {
                x: at[0] + both.x / length * (NAME_MM + DIGIT_MM * (vertex.name.len() - 1) as f64),
                y: at[1] - both.y / length * NAME_MM,
                giro: 0.0,
                texto: vertex.name.clone(),
            };
            let is_free = labels
                .iter()
                .all(|other| (other.x - label.x).hypot(other.y - label.y) >= NAMES_APART_MM);
            if is_free {
                labels.push(label);
            }
        }
    }
    labels
}

/// The lengths of the sides, inside along them, where there is room.
pub(crate) fn lengths(data: &TechnicalData, paper: &Paper) -> Vec<Label> {
    data.rings
        .iter()
        .flat_map(|ring| (0..ring.vertices.len()).map(move |i| (ring, i)))
        .filter(|(ring, i)| paper.mm(ring.vertices[*i].distance_m) >= LENGTH_ROOM_MM)
        .map(|(ring, i)| beside(ring, i, -LENGTH_MM, two(ring.vertices[i].distance_m), paper))
        .collect()
}

/// The streets that the parcel faces, outside of the longest side on each.
pub(crate) fn faced_streets(
    data: &TechnicalData,
    boundaries: &Boundaries,
    paper: &Paper,
) -> Vec<Label> {
    let mut longest: Vec<(&str, &str, f64)> = Vec::new();
    for stretch in &boundaries.stretches {
        let Facing::Street(name) = &stretch.facing else {
            continue;
        };
        for piece in &stretch.pieces {
            match longest.iter_mut().find(|(known, _, _)| known == name) {
                Some(entry) if entry.2 < piece.length_m => {
                    *entry = (name, &piece.side, piece.length_m);
                }
                Some(_) => {}
                None => longest.push((name, &piece.side, piece.length_m)),
            }
        }
    }
    longest
        .into_iter()
        .filter_map(|(name, side, _)| {
            data.rings.iter().find_map(|ring| {
                let i = ring
                    .vertices
                    .iter()
                    .position(|vertex| vertex.side == side)?;
                Some(beside(ring, i, STREET_MM, shown(name, NAME_MAX), paper))
            })
        })
        .collect()
}

/// The name of another street, along the longest piece of its axis on the map, if it fits there.
pub(crate) fn street(name: &str, axis: &MultiLineString<f64>, paper: &Paper) -> Option<Label> {
    let name = shown(name, 40);
    let pieces = axis.iter().flat_map(LineString::lines);
    let (from, to) = pieces
        .filter_map(|side| paper.clipped(side.start, side.end))
        .max_by(|a, b| {
            let length = |piece: &(Coord<f64>, Coord<f64>)| {
                (piece.1 - piece.0).x.hypot((piece.1 - piece.0).y)
            };
            length(a).total_cmp(&length(b))
        })?;
    let (from, to) = (paper.place(from), paper.place(to));
    let length_mm = (to[0] - from[0]).hypot(to[1] - from[1]);
    let room = name.chars().count() as f64 * LETTER_MM + 8.0;
    (length_mm >= room).then(|| Label {
        x: f64::midpoint(from[0], to[0]),
        y: f64::midpoint(from[1], to[1]),
        giro: upright((to[1] - from[1]).atan2(to[0] - from[0]).to_degrees()),
        texto: name,
    })
}

/// The code of another parcel on its ground: whole where it fits, of a neighbour else its lot alone.
pub(crate) fn parcel(
    code: &str,
    shape: &MultiPolygon<f64>,
    borders: bool,
    paper: &Paper,
) -> Option<Label> {
    let digits = code.get(code.len().saturating_sub(3)..).unwrap_or(code);
    let lot = || format!("…{digits}");
    inside(code.to_owned(), CODE_MM, shape, paper).or_else(|| {
        let level = borders.then(|| inside(lot(), LOT_MM, shape, paper))??;
        (level.giro == 0.0).then_some(level)
    })
}

/// A text of this width and height on what is seen of a ground, level or upright; none where it does not fit.
pub(crate) fn inside(
    texto: String,
    (width, height): (f64, f64),
    shape: &MultiPolygon<f64>,
    paper: &Paper,
) -> Option<Label> {
    let seen = shape.intersection(&paper.window.to_polygon());
    let largest = seen.0.into_iter().max_by(|a, b| {
        let area = domain::geometry::area::polygon_area_m2;
        area(a).total_cmp(&area(b))
    })?;
    let middle = largest.interior_point()?.0;
    // Its corners must be on the ground too: a lot that stands askew is narrower than the box around it.
    let fits = |width: f64, height: f64| {
        let reach = Coord {
            x: paper.metres(width) / 2.0,
            y: paper.metres(height) / 2.0,
        };
        largest.contains(&Rect::new(middle - reach, middle + reach))
    };
    let giro = if fits(width, height) {
        0.0
    } else if fits(height, width) {
        -90.0
    } else {
        return None;
    };
    let at = paper.place(middle);
    Some(Label {
        x: at[0],
        y: at[1],
        giro,
        texto,
    })
}

/// The labels that stand free within a part of the paper: one that would cover an earlier one, or what is taken already, is
/// left out. Each comes with what it is, and with the width of a letter and the height of its line, in millimetres.
pub(crate) fn free<T>(
    labels: Vec<(T, Label, (f64, f64))>,
    within: Rect<f64>,
    mut taken: Vec<Rect<f64>>,
) -> Vec<(T, Label)> {
    let mut free = Vec::new();
    for (kind, label, size) in labels {
        let box_ = label.covers(size);
        if within.contains(&box_) && taken.iter().all(|other| !other.intersects(&box_)) {
            taken.push(box_);
            free.push((kind, label));
        }
    }
    free
}

impl Label {
    /// The box on paper that it covers.
    fn covers(&self, (letter, line): (f64, f64)) -> Rect<f64> {
        let long = self.texto.chars().count() as f64 * letter / 2.0;
        let (sin, cos) = self.giro.to_radians().sin_cos();
        let (x, y) = (
            long * cos.abs() + line / 2.0 * sin.abs(),
            long * sin.abs() + line / 2.0 * cos.abs(),
        );
        Rect::new((self.x - x, self.y - y), (self.x + x, self.y + y))
    }
}

/// The parcel's own code on its ground, if there is room for it.
pub(crate) fn middle(code: &str, shape: &MultiPolygon<f64>, paper: &Paper) -> Option<Label> {
    let largest = shape.iter().max_by(|a, b| {
        let area = domain::geometry::area::polygon_area_m2;
        area(a).total_cmp(&area(b))
    })?;
    let box_ = largest.bounding_rect()?;
    let has_room = paper.mm(box_.width()) >= MIDDLE_MM.0 && paper.mm(box_.height()) >= MIDDLE_MM.1;
    let at = paper.place(largest.interior_point()?.0);
    has_room.then(|| Label {
        x: at[0],
        y: at[1],
        giro: 0.0,
        texto: code.to_owned(),
    })
}

/// A text along a side, so many millimetres outside of it.
fn beside(ring: &Ring, i: usize, outside_mm: f64, texto: String, paper: &Paper) -> Label {
    let (from, to) = (
        ring.vertices[i].at,
        ring.vertices[(i + 1) % ring.vertices.len()].at,
    );
    let (out, at) = (outward(ring, i), paper.place((from + to) / 2.0));
    let way = to - from;
    Label {
        x: at[0] + out.x * outside_mm,
        y: at[1] - out.y * outside_mm,
        giro: upright((-way.y).atan2(way.x).to_degrees()),
        texto,
    }
}

/// Away from the parcel's ground at a side, of length 1: rings are walked clockwise.
fn outward(ring: &Ring, i: usize) -> Coord<f64> {
    let side = &ring.vertices[i];
    let way = (ring.vertices[(i + 1) % ring.vertices.len()].at - side.at) / side.distance_m;
    match ring.kind {
        RingKind::Outer => Coord {
            x: -way.y,
            y: way.x,
        },
        RingKind::Hole => Coord {
            x: way.y,
            y: -way.x,
        },
    }
}

/// The same direction, to be read from below or from the right.
fn upright(degrees: f64) -> f64 {
    let turned = degrees.rem_euclid(180.0);
    if turned > 90.0 {
        turned - 180.0
    } else if turned > 89.999 {
        -90.0
    } else {
        turned
    }
}
