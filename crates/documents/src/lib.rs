//! Paper from values: PDF documents, the same bytes for the same values.
//!
//! To add a document: 1. its template in `templates/`, which begins with `estilo.typ`; 2. a function here that gives it
//! its values; 3. its route in `api`. A template sees values only: nothing that somebody wrote is ever run.

mod map;
mod parcel;
mod text;
mod typeset;

pub use parcel::{ParcelRecord, memoria, plan, record, seen};

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The outline has more corners than a document can hold.
    #[error("{found} vertices, and a document holds {VERTICES_MAX}")]
    TooManyVertices {
        /// How many it has.
        found: usize,
    },
    /// The template did not come out. Our fault.
    #[error("typesetting: {0}")]
    Typesetting(String),
}

/// Vertices of a parcel in one document. A page holds about 60 lines of the table, so that this is some 80 pages; the
/// largest real lot at hand has under 1 000.
pub const VERTICES_MAX: usize = 5_000;
