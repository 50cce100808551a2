//! Vector files, read only: the formats of [`Format`], and nothing else.
//!
//! To read a further format: 1. tell it by its first bytes in `recognise.rs`; 2. name GDAL's driver in `format.rs`, or
//! put its features together as `dxf` and `csv` do; 3. add a file to the table test, and its name to
//! `ingest/src/unpack/name.rs`.

mod assembled;
mod csv;
mod dbf;
mod dxf;
mod encoding;
mod error;
mod format;
mod geojson;
mod note;
mod read;
mod recognise;
mod reference;
mod row;
mod shape;
mod source;
mod stored;
mod xml;

use assembled::{Assembled, AssembledRow};
pub use encoding::{How, TextEncoding};
pub use error::{OpenError, ReadError};
pub use format::Format;
pub use note::{Note, NoteKind, VertexFault};
pub use reference::FileCrs;
pub use row::{Row, ShapeValue, Value, Want};
pub use source::{Field, FieldKind, Source};
