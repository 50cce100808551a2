//! Rows out of an open layer.

use std::ops::ControlFlow;

use gdal::{
    Dataset,
    errors::GdalError,
    vector::{Feature, LayerAccess},
};

use super::{
    Field, FieldKind, Format, ReadError, Row, ShapeValue, Value, Want, shape,
    stored::{Stored, open_dataset},
};
use crate::{
    library,
    limits::{FEATURES_MAX, TEXT_MAX},
};

/// See [`super::Source::rows`].
pub(super) fn rows(
    source: &Stored,
    fields: &[Field],
    columns: &[usize],
    want: Want,
    mut each: impl FnMut(Row) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let mut wanted = Vec::with_capacity(columns.len());
    for index in columns {
        let place = source.places.get(*index);
        let (place, field) = place
            .zip(fields.get(*index))
            .ok_or(ReadError::NoSuchColumn { index: *index })?;
        wanted.push((*place, field));
    }
    let mut layer = source
        .dataset
        .layer(source.layer)
        .map_err(|error| gone(&error))?;
    layer.reset_feature_reading();
    library::heed();
    let mut second = SecondReading {
        source,
        again: None,
    };
    let mut number = 0;
    for feature in layer.features() {
        number += 1;
        if number > FEATURES_MAX {
            return Err(ReadError::TooManyFeatures {
                limit: FEATURES_MAX,
            });
        }
        let mut values = Vec::with_capacity(wanted.len());
        for (index, field) in &wanted {
            let value = value(&feature, *index, field).map_err(|error| damaged(number, &error))?;
            values.push(second.mend(value, &feature, *index, field, number)?);
        }
        let shape = match want {
            Want::Attributes => ShapeValue::NotRead,
            Want::AttributesAndShape => match feature.geometry_by_index(0) {
                Ok(found) => shape::read(found).map_err(|detail| ReadError::Damaged {
                    row: number,
                    detail,
                })?,
                Err(_) => ShapeValue::None,
            },
        };
        undamaged(number)?;
        let row = Row {
            number,
            values,
            shape,
        };
        if each(row).is_break() {
            return Ok(());
        }
    }
    // GDAL ends a damaged file as it ends a whole one; only its complaint tells them apart.
    undamaged(number)
}

/// The cell's value. GDAL answers for a cell that was never set as for an empty one or a zero, so these are looked at
/// again.
fn value(feature: &Feature, index: usize, field: &Field) -> Result<Value, GdalError> {
    let text = || feature.field_as_string(index);
    Ok(match field.kind {
        FieldKind::Text | FieldKind::Other => text()?.map_or(Value::Null, known_text),
        FieldKind::Date => text()?.map_or(Value::Null, |text| known_text(iso_date(&text))),
        FieldKind::Integer => match feature.field_as_integer64(index)? {
            Some(0) if text()?.is_none_or(|text| text.is_empty()) => Value::Null,
            Some(whole) => Value::Integer(whole),
            None => Value::Null,
        },
        FieldKind::Real => match feature.field_as_double(index)? {
            Some(0.0) if text()?.is_none_or(|text| text.is_empty()) => Value::Null,
            Some(real) if real.is_finite() => Value::Real(real),
            _ => Value::Null,
        },
    })
}

fn known_text(text: String) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        Value::Text(text)
    }
}

/// `2026/11/23 10:00:00` as ISO 8601 has it.
fn iso_date(gdal: &str) -> String {
    gdal.replace('/', "-").replacen(' ', "T", 1)
}

/// Text that is not in the encoding its file declares is read again in another, rather than lost.
struct SecondReading<'a> {
    source: &'a Stored,
    again: Option<Dataset>,
}

impl SecondReading<'_> {
    fn mend(
        &mut self,
        value: Value,
        feature: &Feature,
        index: usize,
        field: &Field,
        row: u64,
    ) -> Result<Value, ReadError> {
        let Value::Text(text) = value else {
            return Ok(value);
        };
        if text.len() > TEXT_MAX {
            return Err(ReadError::TextTooLong {
                row,
                field: field.name.clone(),
                bytes: text.len(),
            });
        }
        // Only a DBF can be opened in another encoding; the other formats are UTF-8 by their standard.
        if self.source.format != Format::Shapefile || !text.contains(char::REPLACEMENT_CHARACTER) {
            return Ok(Value::Text(text));
        }
        if self.again.is_none() {
            let option = [self.source.second.option()];
            self.again = open_dataset(&self.source.path, self.source.format, &option).ok();
        }
        let again = self.again.as_ref().and_then(|dataset| {
            let layer = dataset.layer(self.source.layer).ok()?;
            layer.feature(feature.fid()?)?.field_as_string(index).ok()?
        });
        Ok(Value::Text(again.unwrap_or(text)))
    }
}

fn undamaged(row: u64) -> Result<(), ReadError> {
    match library::heed().into_iter().next() {
        None => Ok(()),
        Some(detail) => Err(ReadError::Damaged { row, detail }),
    }
}

fn damaged(row: u64, error: &GdalError) -> ReadError {
    ReadError::Damaged {
        row,
        detail: error.to_string(),
    }
}

fn gone(error: &GdalError) -> ReadError {
    ReadError::Gone {
        detail: error.to_string(),
    }
}
