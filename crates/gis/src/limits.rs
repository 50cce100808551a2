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

/// Most complaints of GDAL kept for one read: the first ones say what is wrong, the rest repeat them.
pub(crate) const COMPLAINTS_MAX: usize = 20;
