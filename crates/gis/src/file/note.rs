//! What was noticed while features were put together out of lines or vertices.

use geo_types::Coord;

/// Something about a file that its owner should know; places are in the file's coordinates.
#[derive(Clone, PartialEq, Debug)]
pub struct Note {
    /// The row it is about, as [`super::Row::number`]; of an open line, the place of the line among the drawing's entities.
    pub row: u64,
    /// Where.
    pub at: Option<Coord<f64>>,
    /// What.
    pub kind: NoteKind,
}

/// The kinds of notes.
#[derive(Clone, PartialEq, Debug)]
pub enum NoteKind {
    /// An end of a line that meets nothing; the line bounds no polygon there.
    OpenEnd {
        /// The place that it comes nearest to.
        nearest: Option<Coord<f64>>,
    },
    /// A polygon without a label in it, where others have one.
    NoLabel,
    /// A polygon with several.
    SeveralLabels(Vec<String>),
    /// A label of the chosen layer that no polygon contains.
    StrayLabel(String),
    /// A vertex that cannot be used: the parcel has no shape.
    BadVertex {
        /// Line of the file.
        line: u64,
        /// What is wrong with it.
        fault: VertexFault,
    },
    /// Numbers that are not there between the first vertex and the last.
    MissingVertices {
        /// Line of the vertex before the gap.
        line: u64,
        /// The first number that is missing.
        first: i64,
        /// How many are missing.
        count: u64,
    },
    /// Two vertices in the same place, one after the other.
    RepeatedVertex {
        /// Line of the second.
        line: u64,
        /// Line of the first.
        first: u64,
    },
    /// Shape as text that cannot be read.
    BadText {
        /// Line of the file.
        line: u64,
    },
}

/// Why a vertex cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VertexFault {
    /// No number where a coordinate should be.
    NotANumber {
        /// The column.
        column: String,
        /// What is there.
        text: String,
    },
    /// The number of the vertex is there twice, in different places.
    NumberTwice {
        /// The number.
        number: String,
        /// Line of the first.
        first: u64,
    },
    /// The parcel has fewer than three.
    TooFew {
        /// How many it has.
        count: usize,
    },
}
