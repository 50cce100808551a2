//! Why a file could not be opened or read to its end.

/// The file cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OpenError {
    /// There is nothing at that path, or it is no path of this machine.
    #[error("no such file")]
    NotFound,
    /// It is a folder, a device or a pipe.
    #[error("not a plain file")]
    NotAFile,
    /// It is there, and cannot be read.
    #[error("unreadable: {detail}")]
    Unreadable {
        /// What the system or GDAL said.
        detail: String,
    },
    /// Its first bytes are none of the formats we take.
    #[error("none of the formats that are taken")]
    UnknownFormat,
    /// `AutoCAD`'s own format, which is not published.
    #[error("a DWG file")]
    Dwg,
    /// A DXF file that is not text.
    #[error("a binary DXF file")]
    BinaryDxf,
    /// An XML file with a document type of its own.
    #[error("XML with entities of its own")]
    Entities,
    /// An XML file nested deeper than any data are.
    #[error("XML nested deeper than {depth}")]
    TooDeep {
        /// The limit.
        depth: u32,
    },
    /// Larger than what we hold of such a format.
    #[error("{format} of {bytes} bytes, more than {limit}")]
    TooLarge {
        /// Name of the format.
        format: &'static str,
        /// How large it is.
        bytes: u64,
        /// The limit, one of [`crate::limits`].
        limit: u64,
    },
    /// A table that has neither vertices nor shapes as text.
    #[error("neither vertices nor well-known text among {found:?}")]
    TableColumns {
        /// Its columns.
        found: Vec<String>,
    },
    /// A table that two readings fit: columns of one meaning.
    #[error("{columns:?} mean the same")]
    SameColumn {
        /// The columns.
        columns: Vec<String>,
    },
    /// A row of a table cannot be read.
    #[error("line {line}: {detail}")]
    TableRow {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// The lines of a drawing enclose nothing.
    #[error("no line of {layer:?} encloses anything")]
    NothingEnclosed {
        /// The layer.
        layer: String,
        /// Some of the ends that are open, in the file's coordinates, each with the place nearest to it.
        open: Vec<(geo_types::Coord<f64>, Option<geo_types::Coord<f64>>)>,
    },
    /// A drawing cuts itself into more pieces than [`crate::limits::SEGMENTS_MAX`].
    #[error("the lines of {layer:?} cut each other into too many pieces")]
    Tangled {
        /// The layer.
        layer: String,
    },
    /// A part of a shapefile is not beside it.
    #[error("the shapefile lacks its {which}")]
    MissingCompanion {
        /// `.dbf` or `.shx`.
        which: &'static str,
    },
    /// Another program is writing to it: a journal with changes lies beside the `GeoPackage`.
    #[error("another program has it open: {companion} lies beside it")]
    InUse {
        /// Name of the journal.
        companion: String,
    },
    /// It has no layer with shapes.
    #[error("no layer with shapes")]
    NoVectorLayer,
    /// It has no layer of that name.
    #[error("no layer {wanted:?} among {available:?}")]
    LayerMissing {
        /// The name that was asked for.
        wanted: String,
        /// The names there are.
        available: Vec<String>,
    },
    /// More than one layer has features, and none was named.
    #[error("several layers: {available:?}")]
    SeveralLayers {
        /// Those that have features.
        available: Vec<String>,
    },
    /// More columns than [`crate::limits::FIELDS_MAX`].
    #[error("{count} columns are too many")]
    TooManyFields {
        /// How many it has.
        count: usize,
    },
    /// More features than [`crate::limits::FEATURES_MAX`].
    #[error("{count} features are too many")]
    TooManyFeatures {
        /// How many it has.
        count: u64,
    },
}

/// Reading stopped before the end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file is damaged or cut off.
    #[error("damaged at row {row}: {detail}")]
    Damaged {
        /// The row at or after which it went wrong, counted from 1.
        row: u64,
        /// What GDAL said.
        detail: String,
    },
    /// A value is longer than [`crate::limits::TEXT_MAX`].
    #[error("row {row}: {field:?} holds {bytes} bytes")]
    TextTooLong {
        /// Counted from 1.
        row: u64,
        /// Name of the column.
        field: String,
        /// How long it is.
        bytes: usize,
    },
    /// The file grew beyond [`crate::limits::FEATURES_MAX`] while it was read.
    #[error("more than {limit} features")]
    TooManyFeatures {
        /// The limit.
        limit: u64,
    },
    /// A column was asked for that is not there: the caller's mistake.
    #[error("no column {index}")]
    NoSuchColumn {
        /// Position in [`super::Source::fields`].
        index: usize,
    },
    /// The layer went away between opening and reading.
    #[error("the layer is gone: {detail}")]
    Gone {
        /// What GDAL said.
        detail: String,
    },
}
