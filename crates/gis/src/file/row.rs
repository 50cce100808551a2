//! What a row of a file is once it is read.

use geo_types::Geometry;

/// What is wanted of each row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Want {
    /// The attributes only: [`ShapeValue::NotRead`] takes the shape's place.
    Attributes,
    /// Both.
    AttributesAndShape,
}

/// One row.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Place in the file, counted from 1 as a person counts.
    pub number: u64,
    /// One value for each column asked for, in that order.
    pub values: Vec<Value>,
    /// Its shape.
    pub shape: ShapeValue,
}

/// An attribute's value.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Nothing is known: no cell, an empty cell, or a number that is none.
    Null,
    /// Text, never empty. Dates are text: `2026-11-23`, `2026-11-23T10:00:00`.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Real(f64),
}

/// A row's shape, in the file's coordinates, two-dimensional: heights and measures are dropped.
#[derive(Clone, PartialEq, Debug)]
pub enum ShapeValue {
    /// The row has none.
    None,
    /// It has one without any point.
    Empty,
    /// A shape that we can hold. Rings are closed as they are read; nothing else is mended.
    Geometry(Geometry<f64>),
    /// A kind of shape that we do not take (curves, surfaces of triangles), by its OGC name.
    Unsupported(String),
    /// More vertices than [`crate::limits::VERTICES_MAX`]: how many.
    TooManyVertices(u64),
    /// It was not asked for.
    NotRead,
}
