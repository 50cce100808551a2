//! Features that we put together ourselves, out of lines or vertices: held in memory, handed out like any others.

use std::ops::ControlFlow;

use super::{Field, Note, ReadError, Row, ShapeValue, TextEncoding, Value, Want};

/// A file put together.
#[derive(Debug, Default)]
pub(super) struct Assembled {
    pub(super) layer: String,
    pub(super) fields: Vec<Field>,
    pub(super) rows: Vec<AssembledRow>,
    pub(super) notes: Vec<Note>,
    pub(super) encoding: Option<TextEncoding>,
}

/// A row of it, with a value for each column.
#[derive(Debug)]
pub(super) struct AssembledRow {
    pub(super) number: u64,
    pub(super) values: Vec<Value>,
    pub(super) shape: ShapeValue,
}

/// See [`super::Source::rows`].
pub(super) fn rows(
    assembled: &[AssembledRow],
    columns: &[usize],
    want: Want,
    mut each: impl FnMut(Row) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    for row in assembled {
        let values: Result<Vec<Value>, ReadError> = columns
            .iter()
            .map(|index| {
                let value = row.values.get(*index).cloned();
                value.ok_or(ReadError::NoSuchColumn { index: *index })
            })
            .collect();
        let row = Row {
            number: row.number,
            values: values?,
            shape: match want {
                Want::Attributes => ShapeValue::NotRead,
                Want::AttributesAndShape => row.shape.clone(),
            },
        };
        if each(row).is_break() {
            break;
        }
    }
    Ok(())
}
