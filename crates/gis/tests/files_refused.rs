//! Files as they come broken, and what is no file of ours: each is refused or read, and calls nobody.

mod common;

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use catastro_gis::file::{OpenError, Source, Want};
use common::{data, open, text_file};
use tempfile::TempDir;

#[test]
fn no_file_makes_us_call_another_machine() {
    static CALLED: AtomicBool = AtomicBool::new(false);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    std::thread::spawn(move || {
        if listener.accept().is_ok() {
            CALLED.store(true, Ordering::SeqCst);
        }
    });
    for url in [
        format!("http://127.0.0.1:{port}/crs"),
        format!("https://127.0.0.1:{port}/crs"),
    ] {
        let (_folder, path) = text_file(
            "a.geojson",
            format!(
                r#"{{"type":"FeatureCollection","crs":{{"type":"link","properties":{{"href":"{url}","url":"{url}"}}}},
                "features":[{{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":[1,2]}}}}]}}"#
            ),
        );
        let opened = Source::open(&path, None);
        assert!(opened.map_or(true, |source| source.crs().is_none()));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(!CALLED.load(Ordering::SeqCst));
}

#[test]
fn what_is_no_file_of_ours_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let error = |path: &Path| Source::open(path, None).err();
    assert_eq!(
        error(&folder.path().join("no.shp")),
        Some(OpenError::NotFound)
    );
    for trick in [
        "/vsicurl/http://127.0.0.1/x.geojson",
        "/vsizip/x.zip",
        "http://127.0.0.1/x.json",
        "GPKG:/x.gpkg",
    ] {
        assert_eq!(
            error(Path::new(trick)),
            Some(OpenError::NotFound),
            "{trick}"
        );
    }
    assert_eq!(error(folder.path()), Some(OpenError::NotAFile));
    for (name, bytes, expected) in [
        (
            "a.csv",
            &b"a,b\n1,2"[..],
            OpenError::TableColumns {
                found: vec!["a".to_owned(), "b".to_owned()],
            },
        ),
        ("a", b"a,b\n1,2", OpenError::UnknownFormat),
        ("plano.dwg", b"AC1027\0\0", OpenError::Dwg),
        (
            "b.dxf",
            b"AutoCAD Binary DXF\r\n\x1a\0",
            OpenError::BinaryDxf,
        ),
        (
            "x.kml",
            b"<?xml version=\"1.0\"?><kml><!DOCTYPE a></kml>",
            OpenError::Entities,
        ),
        ("b.geojson", b"", OpenError::UnknownFormat),
        ("c.zip", b"PK\x03\x04", OpenError::UnknownFormat),
        ("d.vrt", b"<OGRVRTDataSource/>", OpenError::UnknownFormat),
        (
            "e.shp",
            &[0, 0, 0x27, 0x0a],
            OpenError::MissingCompanion { which: ".shx" },
        ),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("the file");
        assert_eq!(error(&path), Some(expected), "{name}");
    }
    fs::write(folder.path().join("e.SHX"), "").expect("the file");
    assert_eq!(
        error(&folder.path().join("e.shp")),
        Some(OpenError::MissingCompanion { which: ".dbf" })
    );
    for (name, text) in [
        ("f.geojson", r#"{"type":"#),
        ("g.geojson", r#"{"a":1}"#),
        ("h.gpkg", "SQLite format 3\0xxxx"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("the file");
        assert!(
            matches!(
                error(&path),
                Some(OpenError::Unreadable { .. } | OpenError::NoVectorLayer)
            ),
            "{name}"
        );
    }
}

#[test]
fn a_geopackage_with_a_journal_is_in_use() {
    let (_folder, path) = text_file("a.gpkg", "SQLite format 3\0");
    let folder = path.parent().expect("a folder");
    fs::write(folder.join("a.gpkg-wal"), "x").expect("a journal");
    let expected = OpenError::InUse {
        companion: "a.gpkg-wal".to_owned(),
    };
    assert_eq!(Source::open(&path, None).err(), Some(expected));
}

#[test]
fn several_layers_ask_which() {
    let Some(path) = data("co-ladm/test_distinct_geoms.gpkg") else {
        return;
    };
    let Some(OpenError::SeveralLayers { available }) = Source::open(&path, None).err() else {
        unreachable!("it has several layers");
    };
    for layer in available {
        assert!(Source::open(&path, Some(&layer)).is_ok(), "{layer}");
    }
}

#[test]
fn a_cut_shapefile_is_damaged_and_says_where() {
    let Some(path) = data("pe-independencia/derivados/s27_lote_utm18s.shp") else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    for extension in ["shp", "shx", "dbf"] {
        let bytes = fs::read(path.with_extension(extension)).expect("the part");
        let kept = if extension == "shp" {
            bytes.len() / 2
        } else {
            bytes.len()
        };
        fs::write(folder.path().join(format!("a.{extension}")), &bytes[..kept]).expect("a copy");
    }
    let source = open(&folder.path().join("a.shp"));
    let read = source.rows(&[], Want::AttributesAndShape, |_| ControlFlow::Continue(()));
    assert!(read.is_err(), "{read:?}");
}

#[test]
fn every_dirty_file_gives_an_answer() {
    let Some(folder) = data("formatos-sucios") else {
        return;
    };
    let mut opened = 0;
    for path in all_files(&folder) {
        // The outcome differs; that there is one, without a panic, is what counts.
        if let Ok(source) = Source::open(&path, None) {
            opened += 1;
            let columns: Vec<usize> = (0..source.fields().len()).collect();
            let _ = source.rows(&columns, Want::AttributesAndShape, |_| {
                ControlFlow::Continue(())
            });
        }
    }
    assert!(opened > 20, "{opened}");
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(all_files(&path));
        } else {
            files.push(path);
        }
    }
    files
}
