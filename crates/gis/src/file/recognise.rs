//! What a file is, told by its first bytes, and what must lie beside it.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::{Format, OpenError, csv, xml};
use crate::limits::{DRAWING_BYTES_MAX, MARKUP_BYTES_MAX};

/// File code 9994, big-endian, opens every `.shp` (ESRI Shapefile Technical Description, 1998, p. 4).
const SHAPEFILE_MAGIC: [u8; 4] = [0, 0, 0x27, 0x0a];
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
const BINARY_DXF_MAGIC: &[u8] = b"AutoCAD Binary DXF\r\n\x1a\0";
pub(super) const UTF8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// Tells the format by content, and checks the file's companions.
pub(super) fn recognise(path: &Path) -> Result<Format, OpenError> {
    if path.is_dir() {
        return geodatabase(path);
    }
    let head = head(path)?;
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let format = match by_content(&head)? {
        Some(format) => format,
        None if csv::is_table(&head, &extension) => Format::Csv,
        None => return Err(OpenError::UnknownFormat),
    };
    match format {
        // GDAL knows a shapefile by its extension, and its companions by its stem.
        Format::Shapefile if extension != "shp" => return Err(OpenError::UnknownFormat),
        Format::Shapefile => companions(path)?,
        Format::GeoPackage => not_in_use(path)?,
        Format::Kml | Format::Gml => {
            not_larger(path, format, MARKUP_BYTES_MAX)?;
            xml::check(path)?;
        }
        Format::Dxf => not_larger(path, format, DRAWING_BYTES_MAX)?,
        Format::GeoJson | Format::FileGdb | Format::Csv => {}
    }
    Ok(format)
}

fn companions(path: &Path) -> Result<(), OpenError> {
    for (which, upper) in [(".shx", ".SHX"), (".dbf", ".DBF")] {
        let beside = |suffix: &str| path.with_extension(&suffix[1..]).is_file();
        if !beside(which) && !beside(upper) {
            return Err(OpenError::MissingCompanion { which });
        }
    }
    Ok(())
}

/// Immutable reading ignores the journal: what is in it would be left out in silence.
fn not_in_use(path: &Path) -> Result<(), OpenError> {
    for suffix in ["-wal", "-journal"] {
        let journal = journal(path, suffix);
        if journal.metadata().is_ok_and(|found| found.len() > 0) {
            let companion = journal.file_name().unwrap_or_default();
            let companion = companion.to_string_lossy().into_owned();
            return Err(OpenError::InUse { companion });
        }
    }
    Ok(())
}

/// A folder is a geodatabase by its name and by its catalogue of tables; links in it could lead anywhere.
fn geodatabase(path: &Path) -> Result<Format, OpenError> {
    let named = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("gdb"));
    if !named {
        return Err(OpenError::NotAFile);
    }
    let plain = |path: &Path| {
        path.symlink_metadata()
            .is_ok_and(|found| found.file_type().is_file())
    };
    if !plain(&path.join("a00000001.gdbtable")) {
        return Err(OpenError::UnknownFormat);
    }
    for entry in path.read_dir().map_err(|error| unreadable(&error))? {
        let entry = entry.map_err(|error| unreadable(&error))?;
        if !plain(&entry.path()) {
            return Err(OpenError::Unreadable {
                detail: "a link or a folder in the geodatabase".to_owned(),
            });
        }
    }
    Ok(Format::FileGdb)
}

fn not_larger(path: &Path, format: Format, limit: u64) -> Result<(), OpenError> {
    let bytes = path.metadata().map_err(|error| unreadable(&error))?.len();
    if bytes > limit {
        return Err(OpenError::TooLarge {
            format: format.name(),
            bytes,
            limit,
        });
    }
    Ok(())
}

pub(super) fn unreadable(error: &std::io::Error) -> OpenError {
    OpenError::Unreadable {
        detail: error.to_string(),
    }
}

fn head(path: &Path) -> Result<Vec<u8>, OpenError> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    file.take(4 * 1024)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(&error))?;
    Ok(head)
}

fn by_content(head: &[u8]) -> Result<Option<Format>, OpenError> {
    if head.starts_with(&SHAPEFILE_MAGIC) {
        return Ok(Some(Format::Shapefile));
    }
    if head.starts_with(SQLITE_MAGIC) {
        return Ok(Some(Format::GeoPackage));
    }
    if is_dwg(head) {
        return Err(OpenError::Dwg);
    }
    if head.starts_with(BINARY_DXF_MAGIC) {
        return Err(OpenError::BinaryDxf);
    }
    let text = head.strip_prefix(UTF8_MARK).unwrap_or(head);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    Ok(match first {
        Some(b'{') => Some(Format::GeoJson),
        Some(b'<') => match xml::root(text) {
            Some(xml::Root::Kml) => Some(Format::Kml),
            Some(xml::Root::Gml) => Some(Format::Gml),
            Some(xml::Root::Typed) => return Err(OpenError::Entities),
            Some(xml::Root::Other) | None => None,
        },
        Some(b'0' | b'9') if is_dxf(text) => Some(Format::Dxf),
        _ => None,
    })
}

/// `AC1015`, `AC1032` and their like, since 1982.
fn is_dwg(head: &[u8]) -> bool {
    matches!(head, [b'A', b'C', rest @ ..] if rest.len() >= 4
        && rest.iter().take(4).all(|byte| byte.is_ascii_digit() || *byte == b'.'))
}

/// Pairs of lines, a code and a value: comments (999), then the first section.
fn is_dxf(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines().map(str::trim);
    loop {
        match (lines.next(), lines.next()) {
            (Some("999"), Some(_)) => {}
            (Some("0"), Some("SECTION")) => return true,
            _ => return false,
        }
    }
}

fn journal(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
