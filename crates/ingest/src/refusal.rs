use domain::{collection::Collection, id::Ubigeo};

use crate::{profile::ProfileError, unpack::UnpackError};

/// A file is refused whole, before or after its rows were looked at. Nothing of it is published.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The archive cannot be unpacked.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// GDAL cannot open it.
    #[error(transparent)]
    Open(#[from] gis::file::OpenError),
    /// It breaks off.
    #[error(transparent)]
    Read(#[from] gis::file::ReadError),
    /// The profile is none.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The file does not say its reference system, and nobody else did.
    #[error("layer {layer} has no reference system")]
    NoCrs {
        /// The layer.
        layer: String,
    },
    /// The reference system that was asked for does not exist.
    #[error("unknown reference system {asked}")]
    UnknownCrs {
        /// As it was asked for.
        asked: String,
    },
    /// There is no way from that reference system to the official one.
    #[error("no operation from {crs}: {detail}")]
    NoOperation {
        /// The reference system.
        crs: String,
        /// What PROJ said.
        detail: String,
    },
    /// The layer has no rows.
    #[error("layer {layer} is empty")]
    Empty {
        /// The layer.
        layer: String,
    },
    /// The file lacks columns that the profile needs.
    #[error("missing columns {missing:?}")]
    MissingColumns {
        /// Each with its other names.
        missing: Vec<Vec<String>>,
        /// Columns there are.
        available: Vec<String>,
        /// Name of the profile.
        profile: String,
    },
    /// No row has a shape of the layer's kind.
    #[error("{found} where {collection} holds {expected}")]
    WrongShapes {
        /// The layer that was asked for.
        collection: Collection,
        /// What it holds.
        expected: String,
        /// What came.
        found: String,
    },
    /// The file lies mostly outside the municipality.
    #[error("{outside} of {placed} rows outside {ubigeo}")]
    Elsewhere {
        /// The municipality.
        ubigeo: Ubigeo,
        /// Rows outside its outline.
        outside: u64,
        /// Rows with a place.
        placed: u64,
        /// Middle of a row outside, in EPSG:32718.
        at: geo_types::Coord<f64>,
        /// The reference system in which the file was read.
        crs: String,
    },
    /// The disk or the system failed us.
    #[error("input and output: {0}")]
    Io(#[from] std::io::Error),
    /// A shape could not be written.
    #[error("encoding: {0}")]
    Encode(#[from] geozero::error::GeozeroError),
    /// Whoever took the rows went away.
    #[error("the receiver is gone")]
    ReceiverGone,
}
