//! Vector files, read only: a shapefile, a `GeoPackage` or a `GeoJSON` file, and nothing else.
//!
//! To read a further format: 1. tell it by its first bytes in `format.rs`; 2. name GDAL's driver there, and what
//! must lie beside the file; 3. add a file to the table test.

mod error;
mod format;
mod geojson;
mod read;
mod reference;
mod row;
mod shape;
mod source;

pub use error::{OpenError, ReadError};
pub use format::Format;
pub use reference::FileCrs;
pub use row::{Row, ShapeValue, Value, Want};
pub use source::{Field, FieldKind, Source};
