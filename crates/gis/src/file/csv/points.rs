//! Features that are points, a row each.

use std::collections::HashSet;

use geo_types::Point as At;

use super::{OpenError, Read, Rows, Value, field, header::Point, number::coordinate};
use crate::{
    file::{Note, NoteKind, ShapeValue, VertexFault, assembled::AssembledRow},
    limits::NOTES_MAX,
};

pub(super) fn read(
    mut rows: Rows<'_>,
    columns: &[String],
    places: &Point,
) -> Result<Read, OpenError> {
    let kept: Vec<usize> = (0..columns.len())
        .filter(|place| ![places.x, places.y].contains(place))
        .collect();
    let fields = kept.iter().map(|kept| field(&columns[*kept])).collect();
    let mut notes = Vec::new();
    let mut read = Vec::new();
    let mut named = HashSet::new();
    while let Some(row) = rows.next()? {
        let name: Vec<String> = places
            .parcel
            .iter()
            .map(|place| row.cell(*place).to_owned())
            .collect();
        // A parcel in several rows is one of vertices, and nobody knows their order.
        if !name.is_empty() && !named.insert(name) {
            return Err(OpenError::TableColumns {
                found: columns.to_vec(),
            });
        }
        let values: Result<Vec<Value>, OpenError> = kept
            .iter()
            .map(|kept| row.value(*kept, &columns[*kept]))
            .collect();
        let mut number = |place: usize| {
            let text = row.cell(place);
            let number = coordinate(text);
            if number.is_none() && notes.len() < NOTES_MAX {
                notes.push(Note {
                    row: row.line,
                    at: None,
                    kind: NoteKind::BadVertex {
                        line: row.line,
                        fault: VertexFault::NotANumber {
                            column: columns[place].clone(),
                            text: text.chars().take(60).collect(),
                        },
                    },
                });
            }
            number
        };
        let shape = match (number(places.x), number(places.y)) {
            (Some(x), Some(y)) => ShapeValue::Geometry(At::new(x, y).into()),
            _ => ShapeValue::None,
        };
        read.push(AssembledRow {
            number: row.line,
            values: values?,
            shape,
        });
    }
    Ok((fields, read, notes))
}
