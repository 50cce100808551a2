//! Drawings: closed lines are polygons, loose lines enclose them, and a text in a polygon is its label.

mod entities;
mod labels;

use std::{collections::BTreeSet, path::Path};

use domain::geometry::polygonise;
use geo_types::{LineString, Polygon};

use self::entities::{Drawing, Line};
use super::{
    Assembled, AssembledRow, Field, FieldKind, Note, NoteKind, OpenError, ShapeValue, Value,
};
use crate::limits::{NOTES_MAX, SEGMENTS_MAX};

/// Ends nearer than a centimetre are one; in degrees, where a drawing is in degrees.
const SNAP_M: f64 = 0.01;
const SNAP_DEGREES: f64 = 1e-7;
/// Open ends that a refusal names.
const OPEN_SHOWN: usize = 5;

/// Reads a drawing whole.
pub(super) fn open(path: &Path, layer: Option<&str>) -> Result<Assembled, OpenError> {
    let drawing = Drawing::read(path)?;
    let layer = choose(&drawing, layer)?;
    let snap = drawing.snap();
    let mut lines: Vec<Line> = Vec::new();
    let mut labels = Vec::new();
    let has_own = drawing.labels.iter().any(|label| label.layer == layer);
    for line in drawing.lines {
        if line.layer == layer {
            lines.push(line);
        }
    }
    let fills = drawing.fills.into_iter().filter(|fill| fill.layer == layer);
    let fills: Vec<Polygon<f64>> = fills.map(|fill| fill.polygon).collect();
    for label in drawing.labels {
        // Where the layer has no texts, those of all layers are looked at: numbers often have a layer of their own.
        if !has_own || label.layer == layer {
            labels.push(label);
        }
    }
    let mut notes = Vec::new();
    // Where there are lines, hatches only fill what they enclose.
    let polygons = if lines.is_empty() {
        fills
    } else {
        polygons(&lines, &layer, snap, &mut notes)?
    };
    let (fields, values) = labels::join(&polygons, &labels, has_own, &layer, &mut notes);
    notes.truncate(NOTES_MAX);
    let rows = polygons
        .into_iter()
        .zip(values)
        .zip(1..)
        .map(|((polygon, values), number)| AssembledRow {
            number,
            values,
            shape: ShapeValue::Geometry(polygon.into()),
        });
    Ok(Assembled {
        rows: rows.collect(),
        layer,
        fields,
        notes,
        // GDAL reads the code page that the drawing names.
        encoding: None,
    })
}

/// The layer that was asked for, or the only one that has closed lines; without any, the only one with hatches, and
/// then the only one that has anything.
fn choose(drawing: &Drawing, wanted: Option<&str>) -> Result<String, OpenError> {
    let snap = drawing.snap();
    let lines = || drawing.lines.iter();
    let fills = || drawing.fills.iter().map(|fill| fill.layer.as_str());
    let drawn: BTreeSet<&str> = lines()
        .map(|line| line.layer.as_str())
        .chain(fills())
        .collect();
    let closed = lines().filter(|line| line.is_closed(snap));
    let closed: BTreeSet<&str> = closed.map(|line| line.layer.as_str()).collect();
    let filled: BTreeSet<&str> = fills().collect();
    let names = |names: &BTreeSet<&str>| names.iter().map(|name| (*name).to_owned()).collect();
    if let Some(wanted) = wanted {
        // CAD does not tell capitals apart in a layer's name.
        let lower = wanted.to_lowercase();
        let found = drawn.iter().find(|name| **name == wanted);
        let found = found.or_else(|| drawn.iter().find(|name| name.to_lowercase() == lower));
        return found
            .map(|name| (*name).to_owned())
            .ok_or_else(|| OpenError::LayerMissing {
                wanted: wanted.to_owned(),
                available: names(&drawn),
            });
    }
    let candidates = [&closed, &filled, &drawn]
        .into_iter()
        .find(|names| !names.is_empty());
    let Some(candidates) = candidates else {
        return Err(OpenError::NoVectorLayer);
    };
    match candidates.first() {
        Some(only) if candidates.len() == 1 => Ok((*only).to_owned()),
        _ => Err(OpenError::SeveralLayers {
            available: names(&drawn),
        }),
    }
}

/// Where most lines are closed each closed one is a polygon, and the others are told; else all lines together are a
/// network, whose faces are the polygons.
fn polygons(
    lines: &[Line],
    layer: &str,
    snap: f64,
    notes: &mut Vec<Note>,
) -> Result<Vec<Polygon<f64>>, OpenError> {
    let (closed, loose): (Vec<&Line>, Vec<&Line>) =
        lines.iter().partition(|line| line.is_closed(snap));
    if closed.len() > loose.len() {
        for line in loose {
            let ends = [line.coords.0.first(), line.coords.0.last()];
            if let [Some(&first), Some(&last)] = ends {
                notes.push(Note {
                    row: line.number,
                    at: Some(first),
                    kind: NoteKind::OpenEnd {
                        nearest: Some(last),
                    },
                });
            }
        }
        return Ok(closed
            .into_iter()
            .map(|line| Polygon::new(line.coords.clone(), Vec::new()))
            .collect());
    }
    let coords: Vec<LineString<f64>> = lines.iter().map(|line| line.coords.clone()).collect();
    let found = polygonise(&coords, snap, SEGMENTS_MAX).map_err(|_| OpenError::Tangled {
        layer: layer.to_owned(),
    })?;
    if found.polygons.is_empty() {
        return Err(OpenError::NothingEnclosed {
            layer: layer.to_owned(),
            open: found
                .open
                .iter()
                .take(OPEN_SHOWN)
                .map(|end| (end.at, end.nearest))
                .collect(),
        });
    }
    notes.extend(found.open.iter().map(|end| Note {
        row: lines.get(end.line).map_or(0, |line| line.number),
        at: Some(end.at),
        kind: NoteKind::OpenEnd {
            nearest: end.nearest,
        },
    }));
    Ok(found.polygons)
}

fn field(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        kind: FieldKind::Text,
    }
}
