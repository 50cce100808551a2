//! Names in an archive, and what becomes of them.

/// What is written, by lower-case extension: the parts of a shapefile that GDAL needs, and the one-file formats.
const WANTED: [&str; 8] = ["shp", "shx", "dbf", "prj", "cpg", "gpkg", "geojson", "json"];
/// What a reader is pointed at.
const DATASETS: [&str; 4] = ["shp", "gpkg", "geojson", "json"];
const ARCHIVES: [&str; 9] = ["zip", "7z", "rar", "gz", "tgz", "bz2", "xz", "tar", "kmz"];
/// Longest name shown to a person.
const SHOWN_CHARS: usize = 120;

/// A name as a person may see it: no control characters, and no page of text.
pub(super) fn printable(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .take(SHOWN_CHARS)
        .collect()
}

/// Whether a name is absolute, has a drive, or climbs: Windows' separators count too.
pub(super) fn leads_outside(name: &str) -> bool {
    let has_drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with(['/', '\\'])
        || has_drive
        || name.contains('\0')
        || name.split(['/', '\\']).any(|part| part == "..")
}

/// The last part of a name.
pub(super) fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// Stem and lower-case extension of a file that is worth writing. `._lotes.shp` and the like hold a Mac's notes about
/// the file, not the file.
pub(super) fn wanted(base: &str) -> Option<(String, String)> {
    let (stem, extension) = split(base)?;
    if stem.is_empty() || stem.starts_with("._") || !WANTED.contains(&extension.as_str()) {
        return None;
    }
    // What is left is put to a file system and to GDAL: separators are gone, control characters go too.
    let stem = stem
        .chars()
        .map(|c| if c.is_control() || c == ':' { '_' } else { c });
    Some((stem.collect(), extension))
}

/// Whether the written name is one to open.
pub(super) fn is_dataset(written: &str) -> bool {
    split(written).is_some_and(|(_, extension)| DATASETS.contains(&extension.as_str()))
}

/// Whether it is an archive by its name.
pub(super) fn is_archive(base: &str) -> bool {
    split(base).is_some_and(|(_, extension)| ARCHIVES.contains(&extension.as_str()))
}

fn split(base: &str) -> Option<(&str, String)> {
    let (stem, extension) = base.rsplit_once('.')?;
    Some((stem, extension.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_climb_are_told_from_names_with_folders() {
        for outside in [
            "/etc/x.shp",
            "..",
            "a/../b.shp",
            "..\\x.shp",
            "C:\\x.shp",
            "c:x.shp",
            "\\\\host\\x.shp",
            "a\0b",
        ] {
            assert!(leads_outside(outside), "{outside:?}");
        }
        for inside in ["x.shp", "a/b/x.shp", "a\\x.shp", "a..b/x.shp", "...shp", ""] {
            assert!(!leads_outside(inside), "{inside:?}");
        }
    }

    #[test]
    fn only_parts_of_datasets_are_wanted() {
        let written =
            |base: &str| wanted(base).map(|(stem, extension)| format!("{stem}.{extension}"));
        assert_eq!(written("Lotes 2026.SHP").as_deref(), Some("Lotes 2026.shp"));
        assert_eq!(written("a:\u{7}b.gpkg").as_deref(), Some("a__b.gpkg"));
        for left in [
            "lotes.shp.xml",
            "._lotes.shp",
            ".shp",
            "lotes",
            "lotes.qpj",
            "leeme.txt",
            "",
        ] {
            assert_eq!(written(left), None, "{left:?}");
        }
    }
}
