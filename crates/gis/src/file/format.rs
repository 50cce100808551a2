//! What a file is, told by its first bytes, and what must lie beside it.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::OpenError;

/// A format that we take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// ESRI shapefile: `.shp` with `.shx` and `.dbf`.
    Shapefile,
    /// OGC `GeoPackage`.
    GeoPackage,
    /// `GeoJSON`, RFC 7946 or the older form with a `crs` member.
    GeoJson,
}

impl Format {
    /// The format's name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shapefile => "Shapefile",
            Self::GeoPackage => "GeoPackage",
            Self::GeoJson => "GeoJSON",
        }
    }

    /// Name of GDAL's driver: the only one that GDAL may try.
    pub(super) fn driver(self) -> &'static str {
        match self {
            Self::Shapefile => "ESRI Shapefile",
            Self::GeoPackage => "GPKG",
            Self::GeoJson => "GeoJSON",
        }
    }

    /// How GDAL is to open it.
    pub(super) fn open_options(self) -> &'static [&'static str] {
        match self {
            Self::Shapefile => &["ADJUST_GEOM_TYPE=NO"],
            // Immutable: no lock and no journal appears beside the user's file.
            Self::GeoPackage => &["IMMUTABLE=YES", "LIST_ALL_TABLES=NO"],
            // What is not a column stays out: no invented members in the table.
            Self::GeoJson => &["NATIVE_DATA=NO"],
        }
    }
}

/// File code 9994, big-endian, opens every `.shp` (ESRI Shapefile Technical Description, 1998, p. 4).
const SHAPEFILE_MAGIC: [u8; 4] = [0, 0, 0x27, 0x0a];
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
const UTF8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// Tells the format by content, and checks the file's companions.
pub(super) fn recognise(path: &Path) -> Result<Format, OpenError> {
    let format = by_content(&head(path)?).ok_or(OpenError::UnknownFormat)?;
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    match format {
        // GDAL knows a shapefile by its extension, and its companions by its stem.
        Format::Shapefile if extension != "shp" => Err(OpenError::UnknownFormat),
        Format::Shapefile => {
            for (which, upper) in [(".shx", ".SHX"), (".dbf", ".DBF")] {
                let beside = |suffix: &str| path.with_extension(&suffix[1..]).is_file();
                if !beside(which) && !beside(upper) {
                    return Err(OpenError::MissingCompanion { which });
                }
            }
            Ok(format)
        }
        Format::GeoPackage => {
            // Immutable reading ignores the journal: what is in it would be left out in silence.
            for suffix in ["-wal", "-journal"] {
                let journal = journal(path, suffix);
                if journal.metadata().is_ok_and(|found| found.len() > 0) {
                    let companion = journal.file_name().unwrap_or_default();
                    let companion = companion.to_string_lossy().into_owned();
                    return Err(OpenError::InUse { companion });
                }
            }
            Ok(format)
        }
        Format::GeoJson => Ok(format),
    }
}

fn head(path: &Path) -> Result<Vec<u8>, OpenError> {
    let unreadable = |error: std::io::Error| OpenError::Unreadable {
        detail: error.to_string(),
    };
    let mut head = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(1024).read_to_end(&mut head).map_err(unreadable)?;
    Ok(head)
}

fn by_content(head: &[u8]) -> Option<Format> {
    if head.starts_with(&SHAPEFILE_MAGIC) {
        return Some(Format::Shapefile);
    }
    if head.starts_with(SQLITE_MAGIC) {
        return Some(Format::GeoPackage);
    }
    let text = head.strip_prefix(UTF8_MARK).unwrap_or(head);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    (first == Some(&b'{')).then_some(Format::GeoJson)
}

fn journal(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
