//! Names in an archive, and what becomes of them.

/// What is written, by lower-case extension: the parts of a shapefile that GDAL needs, and the one-file formats.
const WANTED: [&str; 13] = [
    "shp", "shx", "dbf", "prj", "cpg", "gpkg", "geojson", "json", "kml", "gml", "dxf", "csv", "dwg",
];
/// What a reader is pointed at. It refuses a `.dwg`, and says what to do.
const DATASETS: [&str; 9] = [
    "shp", "gpkg", "geojson", "json", "kml", "gml", "dxf", "csv", "dwg",
];
/// Files of a geodatabase, which is a folder; its locks stay inside.
const OF_GEODATABASE: [&str; 7] = [
    "gdbtable",
    "gdbtablx",
    "gdbindexes",
    "atx",
    "spx",
    "freelist",
    "horizon",
];
/// Those that have no extension.
const BARE_OF_GEODATABASE: [&str; 2] = ["gdb", "timestamps"];
/// The folder of a geodatabase that was packed without it.
const UNNAMED_GEODATABASE: &str = "datos";
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

/// The stem of the geodatabase that a file is part of, and the file's name in it.
pub(super) fn of_geodatabase(name: &str) -> Option<(String, String)> {
    let base = base(name).to_ascii_lowercase();
    let folder = name.rsplit(['/', '\\']).nth(1).unwrap_or_default();
    let named = split(folder).filter(|(_, extension)| extension == "gdb");
    let bare = BARE_OF_GEODATABASE.contains(&base.as_str());
    let known = split(&base).is_some_and(|(stem, extension)| {
        !stem.is_empty() && OF_GEODATABASE.contains(&extension.as_str())
    });
    match named {
        Some((stem, _)) if (known || bare) && !stem.is_empty() => Some((sound(stem), sound(&base))),
        None if known => Some((UNNAMED_GEODATABASE.to_owned(), sound(&base))),
        _ => None,
    }
}

/// What is left is put to a file system and to GDAL: separators are gone, control characters go too.
fn sound(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() || c == ':' { '_' } else { c })
        .collect()
}

/// How sure it is that this is the dataset that was meant, the lower the surer: a plain `.json` or a table beside a
/// shapefile is a note about it, and a drawing saved as DXF has the DWG beside it.
pub(super) fn doubt(written: &str) -> u8 {
    match split(written).map(|(_, extension)| extension).as_deref() {
        Some("dwg") => 2,
        Some("json" | "csv") => 1,
        _ => 0,
    }
}

/// The one that a KMZ opens with.
pub(super) fn opens_kmz(written: &str) -> bool {
    written.eq_ignore_ascii_case("doc.kml")
}

/// Stem and lower-case extension of a file that is worth writing. `._lotes.shp` and the like hold a Mac's notes about
/// the file, not the file.
pub(super) fn wanted(base: &str) -> Option<(String, String)> {
    let (stem, extension) = split(base)?;
    if stem.is_empty() || stem.starts_with("._") || !WANTED.contains(&extension.as_str()) {
        return None;
    }
    Some((sound(stem), extension))
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
    fn a_geodatabase_is_known_by_its_folder_or_its_files() {
        let of = |name: &str| of_geodatabase(name).map(|(stem, file)| format!("{stem}/{file}"));
        assert_eq!(
            of("plano/Lotes.GDB/A00000001.gdbtable").as_deref(),
            Some("Lotes/a00000001.gdbtable")
        );
        assert_eq!(of("Lotes.gdb\\gdb").as_deref(), Some("Lotes/gdb"));
        assert_eq!(of("a1.gdbtablx").as_deref(), Some("datos/a1.gdbtablx"));
        for other in [
            "gdb",
            "Lotes.gdb/x.lock",
            "Lotes.gdb/lotes.shp",
            ".gdb/gdb",
            "x/.atx",
        ] {
            assert_eq!(of(other), None, "{other}");
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
