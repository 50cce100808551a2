//! A map to scale: ground in metres becomes lines and words in millimetres of paper.

mod frame;

use domain::parcel::{boundary::Street, technical_data::TechnicalData};
use geo_types::{Geometry, LineString, MultiPolygon, Polygon, Rect};
use serde::Serialize;

use crate::text::{number, printable};
use frame::Frame;

/// What a template draws. Millimetres from the upper left corner of the frame, downwards.
#[derive(Serialize)]
pub(crate) struct Map {
    width: f64,
    height: f64,
    /// `1:200`.
    scale: String,
    /// Metres of ground that the bar shows, and its length on paper.
    bar: (String, f64),
    grid: Grid,
    outlines: Vec<Outline>,
    words: Vec<Word>,
}

/// Lines of round coordinates: where each crosses the frame, and what it says.
#[derive(Serialize)]
struct Grid {
    east: Vec<(f64, String)>,
    north: Vec<(f64, String)>,
}

/// A line, or the border of ground.
#[derive(Serialize)]
struct Outline {
    style: Style,
    rings: Vec<Vec<(f64, f64)>>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Style {
    Parcel,
    Neighbour,
    Block,
    Street,
}

/// A word with its middle at a place, turned by degrees with the clock.
#[derive(Serialize)]
struct Word {
    style: Words,
    at: (f64, f64),
    turn: f64,
    text: String,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Words {
    Vertex,
    Side,
    Neighbour,
    Street,
}

/// What is drawn, in EPSG:32718.
pub(crate) struct Ground<'a> {
    pub(crate) parcel: &'a MultiPolygon<f64>,
    pub(crate) tables: &'a [TechnicalData],
    pub(crate) neighbours: &'a [(&'a str, &'a MultiPolygon<f64>)],
    pub(crate) block: Option<&'a MultiPolygon<f64>>,
    pub(crate) streets: &'a [Street<'a>],
}

/// A side shorter than this on paper, in millimetres, has no room for its length.
const SIDE_LABEL_MIN_MM: f64 = 9.0;
/// How far from the border its words stand, in millimetres.
const BESIDE_MM: f64 = 2.6;
/// Half of a code on paper, in millimetres.
const CODE_MM: f64 = 10.0;
/// More vertices than this, and their numbers would cover the drawing: every n-th is written.
const NUMBERED_MAX: usize = 60;

/// The ground in a frame around a box.
pub(crate) fn seen(bounds: Rect<f64>, width: f64, height: f64) -> Option<Rect<f64>> {
    Some(Frame::around(bounds, width, height)?.ground())
}

/// Draws a parcel and what is around it.
pub(crate) fn draw(ground: &Ground<'_>, width: f64, height: f64) -> Option<Map> {
    let frame = Frame::around(domain::geometry::bounds(ground.parcel)?, width, height)?;
    let mut outlines = Vec::new();
    let mut words = Vec::new();
    for (code, shape) in ground.neighbours {
        outlines.push(outline(&frame, Style::Neighbour, shape));
        words.extend(name(&frame, code, shape));
    }
    if let Some(block) = ground.block {
        outlines.push(outline(&frame, Style::Block, block));
    }
    for street in ground.streets {
        let lines = lines_of(street.axis);
        let rings = lines.iter().map(|line| frame.path(line)).collect();
        outlines.push(Outline {
            style: Style::Street,
            rings,
        });
        words.extend(street.name.and_then(|name| along(&frame, name, lines)));
    }
    outlines.push(outline(&frame, Style::Parcel, ground.parcel));
    let vertices: usize = ground
        .tables
        .iter()
        .flat_map(|table| &table.rings)
        .map(Vec::len)
        .sum();
    let every = vertices.div_ceil(NUMBERED_MAX).max(1);
    for table in ground.tables {
        words.extend(numbers(&frame, table, every));
    }
    Some(Map {
        width,
        height,
        scale: frame.scale_text(),
        bar: frame.bar(),
        grid: Grid {
            east: frame.grid_east(),
            north: frame.grid_north(),
        },
        outlines,
        words,
    })
}

fn outline(frame: &Frame, style: Style, shape: &MultiPolygon<f64>) -> Outline {
    let rings = shape
        .0
        .iter()
        .flat_map(rings)
        .map(|ring| frame.path(ring))
        .collect();
    Outline { style, rings }
}

fn rings(part: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(part.exterior()).chain(part.interiors())
}

fn lines_of(axis: &Geometry<f64>) -> &[LineString<f64>] {
    match axis {
        Geometry::LineString(line) => std::slice::from_ref(line),
        Geometry::MultiLineString(lines) => &lines.0,
        _ => &[],
    }
}

/// The code of a neighbour in the middle of what is seen of it.
fn name(frame: &Frame, code: &str, shape: &MultiPolygon<f64>) -> Option<Word> {
    use geo::{BooleanOps as _, InteriorPoint as _};
    let seen = frame.ground().to_polygon().intersection(shape);
    let at = seen.interior_point()?;
    let at = frame.to_paper(at.into());
    // A corner of a neighbour has no room for its code, and at the edge it would be cut.
    let room = domain::geometry::area_m2(&seen) * frame.mm_per_m().powi(2);
    (room > 60.0 && frame.is_within(at, CODE_MM)).then(|| Word {
        style: Words::Neighbour,
        at,
        turn: 0.0,
        text: printable(code),
    })
}

/// The name of a street along its longest straight piece within the frame.
fn along(frame: &Frame, name: &str, lines: &[LineString<f64>]) -> Option<Word> {
    let pieces = lines.iter().flat_map(|line| {
        frame
            .path(line)
            .windows(2)
            .map(|ends| (ends[0], ends[1]))
            .collect::<Vec<_>>()
    });
    let seen = pieces.filter_map(|(from, to)| frame.clip(from, to));
    let length = |(from, to): &((f64, f64), (f64, f64))| (to.0 - from.0).hypot(to.1 - from.1);
    let longest = seen.max_by(|a, b| length(a).total_cmp(&length(b)))?;
    (length(&longest) > 15.0).then(|| {
        let (from, to) = longest;
        Word {
            style: Words::Street,
            at: (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1)),
            turn: readable(to.0 - from.0, to.1 - from.1),
            text: printable(name),
        }
    })
}

/// Numbers of vertices and lengths of sides, outside the border.
fn numbers(frame: &Frame, table: &TechnicalData, every: usize) -> Vec<Word> {
    let mut words = Vec::new();
    for ring in &table.rings {
        for (place, vertex) in ring.iter().enumerate() {
            let before = frame.to_paper(ring[(place + ring.len() - 1) % ring.len()].at);
            let (at, next) = (
                frame.to_paper(vertex.at),
                frame.to_paper(ring[(place + 1) % ring.len()].at),
            );
            if place % every == 0 {
                let away = unit(outward(before, at), outward(at, next));
                words.push(Word {
                    style: Words::Vertex,
                    at: (at.0 + away.0 * BESIDE_MM, at.1 + away.1 * BESIDE_MM),
                    turn: 0.0,
                    text: vertex.number.to_string(),
                });
            }
            let (dx, dy) = (next.0 - at.0, next.1 - at.1);
            if dx.hypot(dy) >= SIDE_LABEL_MIN_MM {
                let away = outward(at, next);
                words.push(Word {
                    style: Words::Side,
                    at: (
                        f64::midpoint(at.0, next.0) + away.0 * BESIDE_MM,
                        f64::midpoint(at.1, next.1) + away.1 * BESIDE_MM,
                    ),
                    turn: readable(dx, dy),
                    text: number(vertex.side_m),
                });
            }
        }
    }
    words
}

/// Away from the ground, of length one. Borders go with the clock on paper too; those of courtyards are told against
/// it, so that away is into the courtyard.
fn outward(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(f64::MIN_POSITIVE);
    (dy / length, -dx / length)
}

fn unit(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let (x, y) = (a.0 + b.0, a.1 + b.1);
    let length = x.hypot(y);
    if length < 1e-6 {
        a
    } else {
        (x / length, y / length)
    }
}

/// The turn of words along a direction, never upside down.
fn readable(dx: f64, dy: f64) -> f64 {
    let degrees = dy.atan2(dx).to_degrees();
    if degrees > 90.0 {
        degrees - 180.0
    } else if degrees <= -90.0 {
        degrees + 180.0
    } else {
        degrees
    }
}
