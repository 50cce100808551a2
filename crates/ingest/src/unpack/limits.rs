//! How much an archive may hold.

/// Most bytes out of one archive, 2 GiB. All 62 493 parcels of a city of 250 000 people take 47 MB as a shapefile;
/// 2 GiB is forty such cities, and what a shapefile's own offsets can address.
pub const BYTES_MAX: u64 = 2 << 30;

/// Up to so many bytes an entry may shrink as it likes, 64 MiB: unpacking them harms nobody, and a DBF of mostly
/// empty cells does shrink a lot.
pub const RATIO_FREE_BYTES: u64 = 64 << 20;

/// Most times larger than in the archive, beyond [`RATIO_FREE_BYTES`]. Deflate ends at 1 032, where bombs are; the
/// DBF of the city above reaches 34.
pub const RATIO_MAX: u64 = 200;

/// Most entries. A shapefile has five to ten; a thousand leave room for a whole office's folder.
pub const ENTRIES_MAX: u64 = 1_000;

/// Most bytes of one file's name: what Linux file systems take.
pub const NAME_MAX: usize = 255;
