//! How much of a file we are ready to hold.

/// Most vertices in one feature. The largest real outline among our test data has 23 735; a million, at 16 bytes
/// each, is 16 MB: forty times what we have seen, and far below what the process that reads may hold.
pub const VERTICES_MAX: usize = 1_000_000;

/// Most columns of a layer. A shapefile ends at 255 and the widest cadastral layer we know has 61; 1 000 columns of
/// short values are still some 100 kB a row.
pub const FIELDS_MAX: usize = 1_000;

/// Most bytes in one attribute's text. A DBF cell ends at 254; the rules of a zone as an HTML table, the longest we
/// have seen, take 8 kB. 1 MiB is a hundred times that.
pub const TEXT_MAX: usize = 1 << 20;

/// Most features of a layer. The whole province has some 60 thousand parcels and Lima some three million; five
/// million rows at about 500 bytes are 2.5 GB of file, more than an upload may bring.
pub const FEATURES_MAX: u64 = 5_000_000;

/// Longest KML or GML file, 512 MiB: GDAL holds a KML file whole, as a tree some four times as large. The 637 lots of a
/// sector take 0.6 MB; half a million lots fit.
pub const MARKUP_BYTES_MAX: u64 = 512 << 20;

/// Longest DXF file, 256 MiB: the 637 lots of a sector take 0.3 MB.
pub const DRAWING_BYTES_MAX: u64 = 256 << 20;

/// Longest CSV file, 256 MiB: five million vertices at some fifty bytes. It is held whole.
pub const TABLE_BYTES_MAX: u64 = 256 << 20;

/// Longest row of a CSV file, 64 MiB: the well-known text of [`VERTICES_MAX`] vertices takes 40 MB.
pub const TABLE_ROW_BYTES_MAX: usize = 64 << 20;

/// Most lines of a drawing from which polygons are built, and most pieces into which they may cut each other. A district
/// of 60 thousand lots has some 250 thousand.
pub const SEGMENTS_MAX: usize = 1_000_000;

/// Most notes on one file: the first ones are shown, all are counted.
pub const NOTES_MAX: usize = 100_000;

/// Most complaints of GDAL kept for one read: the first ones say what is wrong, the rest repeat them.
pub(crate) const COMPLAINTS_MAX: usize = 20;
