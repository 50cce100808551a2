//! Features with their shape as well-known text.

use gdal::vector::Geometry as Shape;

use super::{OpenError, Read, Rows, Value, field};
use crate::{
    file::{Note, NoteKind, ShapeValue, assembled::AssembledRow, shape},
    library,
    limits::NOTES_MAX,
};

pub(super) fn read(
    mut rows: Rows<'_>,
    columns: &[String],
    place: usize,
) -> Result<Read, OpenError> {
    let kept: Vec<usize> = (0..columns.len()).filter(|kept| *kept != place).collect();
    let fields = kept.iter().map(|kept| field(&columns[*kept])).collect();
    let mut notes = Vec::new();
    let mut read = Vec::new();
    while let Some(row) = rows.next()? {
        let values: Result<Vec<Value>, OpenError> = kept
            .iter()
            .map(|kept| row.value(*kept, &columns[*kept]))
            .collect();
        let shape = if let Some(shape) = text(row.cell(place)) {
            shape
        } else {
            if notes.len() < NOTES_MAX {
                notes.push(Note {
                    row: row.line,
                    at: None,
                    kind: NoteKind::BadText { line: row.line },
                });
            }
            ShapeValue::None
        };
        read.push(AssembledRow {
            number: row.line,
            values: values?,
            shape,
        });
    }
    Ok((fields, read, notes))
}

/// The shape of a text; `None` where it is none.
fn text(text: &str) -> Option<ShapeValue> {
    // PostGIS writes the system's number in front.
    let text = match text.split_once(';') {
        Some((srid, rest)) if srid.to_ascii_uppercase().starts_with("SRID=") => rest,
        _ => text,
    };
    if text.is_empty() {
        return Some(ShapeValue::None);
    }
    let read = Shape::from_wkt(text)
        .ok()
        .and_then(|shape| shape::read(&shape).ok());
    // Said as a note; it is no damage of the file.
    library::heed();
    read
}
