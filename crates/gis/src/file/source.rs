//! An open file and the one layer of it that is read.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use gdal::vector::OGRFieldType;

use super::{
    FileCrs, Format, Note, OpenError, ReadError, Row, TextEncoding, Want,
    assembled::{self, Assembled, AssembledRow},
    csv, dxf, read,
    recognise::recognise,
    stored::{self, Stored},
};
use crate::library;

/// A layer of a file, open for reading. It may move to another thread, and is not shared.
#[derive(Debug)]
pub struct Source {
    body: Body,
    format: Format,
    layer_name: String,
    pub(super) fields: Vec<Field>,
    count: u64,
    crs: Option<FileCrs>,
    notes: Vec<Note>,
    encoding: Option<TextEncoding>,
}

/// Where the rows come from.
#[derive(Debug)]
enum Body {
    /// GDAL reads them as they are asked for.
    Stored(Stored),
    /// They were put together as the file was opened.
    Assembled(Vec<AssembledRow>),
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// As the file spells it.
    pub name: String,
    /// What its cells hold.
    pub kind: FieldKind,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with decimals.
    Real,
    /// Days or moments, handed out as text in ISO 8601.
    Date,
    /// Lists, bytes and the like, handed out as GDAL words them.
    Other,
}

impl Source {
    /// Opens a plain local file, or the folder of a geodatabase. Without `layer`, the file must have just one layer that
    /// has features.
    pub fn open(path: &Path, layer: Option<&str>) -> Result<Self, OpenError> {
        library::prepare();
        library::heed();
        let path = plain_file(path)?;
        let format = recognise(&path)?;
        let source = match format {
            Format::Dxf => Self::assembled(format, dxf::open(&path, layer)?),
            Format::Csv => Self::assembled(format, csv::open(&path, layer)?),
            _ => stored::open(path, format, layer)?,
        };
        // A truncated file already shows here; what GDAL only grumbled about shows again when rows are read.
        library::heed();
        Ok(source)
    }

    pub(super) fn stored(stored: Stored, told: stored::Told) -> Self {
        Self {
            format: stored.format,
            body: Body::Stored(stored),
            layer_name: told.layer_name,
            fields: told.fields,
            count: told.count,
            crs: told.crs,
            notes: Vec::new(),
            encoding: told.encoding,
        }
    }

    fn assembled(format: Format, assembled: Assembled) -> Self {
        Self {
            format,
            layer_name: assembled.layer,
            fields: assembled.fields,
            count: assembled.rows.len() as u64,
            // Neither a drawing nor a table says what its coordinates are.
            crs: None,
            notes: assembled.notes,
            encoding: assembled.encoding,
            body: Body::Assembled(assembled.rows),
        }
    }

    /// Name of the layer.
    pub fn layer_name(&self) -> &str {
        &self.layer_name
    }

    /// The file's format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The format's name for people.
    pub fn driver(&self) -> &'static str {
        self.format.name()
    }

    /// The columns.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// How many rows the file says it has. Rows marked as deleted in a shapefile count here and are not read.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The declared reference system, if any.
    pub fn crs(&self) -> Option<&FileCrs> {
        self.crs.as_ref()
    }

    /// What was noticed while its features were put together, at most [`crate::limits::NOTES_MAX`].
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// In which encoding its text is read, where the format leaves that open.
    pub fn encoding(&self) -> Option<&TextEncoding> {
        self.encoding.as_ref()
    }

    /// Reads the rows in the file's order, with the columns at these positions of [`Self::fields`], until `each`
    /// breaks off or the file ends.
    pub fn rows(
        &self,
        columns: &[usize],
        want: Want,
        each: impl FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        match &self.body {
            Body::Stored(stored) => read::rows(stored, &self.fields, columns, want, each),
            Body::Assembled(rows) => assembled::rows(rows, columns, want, each),
        }
    }
}

impl Field {
    pub(super) fn of(field: &gdal::vector::Field) -> Self {
        let kind = match field.field_type() {
            OGRFieldType::OFTString | OGRFieldType::OFTWideString => FieldKind::Text,
            OGRFieldType::OFTInteger | OGRFieldType::OFTInteger64 => FieldKind::Integer,
            OGRFieldType::OFTReal => FieldKind::Real,
            OGRFieldType::OFTDate | OGRFieldType::OFTDateTime => FieldKind::Date,
            _ => FieldKind::Other,
        };
        Self {
            name: field.name(),
            kind,
        }
    }
}

/// A path that GDAL cannot take for anything but a file on this machine: absolute, so that no driver's prefix fits,
/// and outside of its virtual file systems. A folder is looked at by [`recognise`].
fn plain_file(path: &Path) -> Result<PathBuf, OpenError> {
    // Not canonical: the parts of a shapefile lie beside the name that was given, not beside what a link points to.
    let path = std::path::absolute(path).map_err(|_| OpenError::NotFound)?;
    let Some(text) = path.to_str() else {
        return Err(OpenError::Unreadable {
            detail: "the path is not UTF-8".to_owned(),
        });
    };
    if text.starts_with("/vsi") {
        return Err(OpenError::NotFound);
    }
    let found = match path.metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return Err(OpenError::Unreadable {
                detail: error.to_string(),
            });
        }
        Err(_) => return Err(OpenError::NotFound),
    };
    if found.is_file() || found.is_dir() {
        Ok(path)
    } else {
        Err(OpenError::NotAFile)
    }
}
