//! Real files, and files as they come broken.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use catastro_gis::{
    crs::{Crs, ToOfficial},
    file::{FieldKind, OpenError, Row, ShapeValue, Source, Value, Want},
};
use geo_types::{Coord, Geometry};
use tempfile::TempDir;

/// A file among the test data, if that is there.
fn data(path: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if path.exists() {
        return Some(path);
    }
    skip(&path);
    None
}

#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn skip(path: &Path) {
    println!("skipped: no {}", path.display());
}

fn open(path: &Path) -> Source {
    Source::open(path, None).expect("a file that opens")
}

fn rows(source: &Source, want: Want) -> Vec<Row> {
    let columns: Vec<usize> = (0..source.fields().len()).collect();
    let mut rows = Vec::new();
    source
        .rows(&columns, want, |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })
        .expect("a whole file");
    rows
}

fn text_file(name: &str, text: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("the file");
    (folder, path)
}

fn vertices(shape: &ShapeValue) -> Vec<Coord<f64>> {
    let ShapeValue::Geometry(geometry) = shape else {
        return Vec::new();
    };
    let polygons = match geometry {
        Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
        Geometry::MultiPolygon(polygons) => &polygons.0,
        _ => &[],
    };
    let rings = polygons
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings.flat_map(|ring| ring.0.iter().copied()).collect()
}

/// A lot's codes and its vertices in order of place.
type Lot = (String, Vec<Coord<f64>>);

/// The lots of sector 27 on the official system, by lot code; with the system their file declares.
fn sector_27(path: &str) -> Option<(Option<String>, Vec<Lot>)> {
    let source = open(&data(path)?);
    let declared = source.crs().expect("a declared system");
    let operation = ToOfficial::new(&Crs::from_file(declared)).expect("an operation");
    let code = source
        .fields()
        .iter()
        .position(|field| field.name == "cod_lote")
        .expect("cod_lote");
    let block = source
        .fields()
        .iter()
        .position(|field| field.name == "cod_mzna")
        .expect("cod_mzna");
    let mut lots = Vec::new();
    source
        .rows(&[block, code], Want::AttributesAndShape, |mut row| {
            if let ShapeValue::Geometry(geometry) = &mut row.shape {
                operation.apply(geometry).expect("places in Peru");
            }
            let mut vertices = vertices(&row.shape);
            // Shapefiles turn rings the other way and may begin elsewhere: compared as sets.
            vertices.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
            lots.push((format!("{:?}", row.values), vertices));
            ControlFlow::Continue(())
        })
        .expect("a whole file");
    Some((declared.authority.clone(), lots))
}

#[test]
fn six_copies_of_a_sector_are_one_within_a_centimetre() {
    let folder = "pe-independencia/derivados";
    let copies = [
        (
            "EPSG:4326",
            "pe-independencia/sector_27/tg_lote.geojson".to_owned(),
        ),
        ("EPSG:24878", format!("{folder}/s27_lote_psad56.shp")),
        ("EPSG:32718", format!("{folder}/s27_lote_utm18s.shp")),
        ("EPSG:32718", format!("{folder}/s27_lote_utm18s.gpkg")),
        ("EPSG:32718", format!("{folder}/s27_lote.gml")),
        ("EPSG:4326", format!("{folder}/s27_lote.kml")),
    ];
    let mut first: Option<Vec<Lot>> = None;
    for (system, path) in copies {
        let Some((authority, lots)) = sector_27(&path) else {
            return;
        };
        assert!(
            authority.as_deref() == Some(system) || authority.as_deref() == Some("OGC:CRS84"),
            "{path}: {authority:?}"
        );
        assert_eq!(lots.len(), 637, "{path}");
        let Some(first) = &first else {
            first = Some(lots);
            continue;
        };
        let mut worst: f64 = 0.0;
        for ((code, ring), (other_code, other_ring)) in first.iter().zip(&lots) {
            assert_eq!(code, other_code, "{path}");
            assert_eq!(ring.len(), other_ring.len(), "{path} {code}");
            for vertex in ring {
                let nearest = other_ring
                    .iter()
                    .map(|other| (vertex.x - other.x).hypot(vertex.y - other.y));
                worst = worst.max(nearest.fold(f64::INFINITY, f64::min));
            }
        }
        assert!(worst < 0.01, "{path}: {worst} m");
    }
}

#[test]
fn without_a_prj_nothing_is_guessed() {
    let Some(path) = data("pe-independencia/derivados/s27_lote_psad56_sin_prj.shp") else {
        return;
    };
    assert_eq!(open(&path).crs(), None);
}

#[test]
fn all_parcels_of_a_city_are_read() {
    let Some(path) = data("ar-comodoro/moyobamba_32718/zonificacion.gpkg") else {
        return;
    };
    let before = listing(&path);
    let source = open(&path);
    assert_eq!((source.count(), source.driver()), (151, "GeoPackage"));
    assert_eq!(
        source.crs().and_then(|crs| crs.authority.as_deref()),
        Some("EPSG:32718")
    );
    let read = rows(&source, Want::AttributesAndShape);
    assert_eq!(read.len(), 151);
    assert!(
        read.iter()
            .all(|row| matches!(row.shape, ShapeValue::Geometry(_)))
    );
    assert_eq!(read[150].number, 151);
    // A second reading starts at the beginning again, and a layer can be named.
    let named = Source::open(&path, Some(source.layer_name())).expect("the same layer");
    let attributes = rows(&named, Want::Attributes);
    assert_eq!(attributes.len(), 151);
    assert!(
        attributes
            .iter()
            .zip(&read)
            .all(|(a, b)| a.values == b.values && a.shape == ShapeValue::NotRead)
    );
    assert_eq!(rows(&source, Want::AttributesAndShape), read);
    assert_eq!(listing(&path), before, "nothing may appear beside the file");
    assert_eq!(
        Source::open(&path, Some("otra")).err(),
        Some(OpenError::LayerMissing {
            wanted: "otra".to_owned(),
            available: vec![source.layer_name().to_owned()],
        })
    );
}

fn listing(path: &Path) -> Vec<String> {
    let folder = path.parent().expect("a folder");
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn letters_survive_every_encoding() {
    let streets = data("pe-independencia/derivados/ejes_via_latin1.shp");
    if let Some(path) = streets {
        let read = rows(&open(&path), Want::Attributes);
        let text = format!("{read:?}");
        assert!(!text.contains(char::REPLACEMENT_CHARACTER));
        assert!(
            text.contains('Ñ') || text.contains('ñ') || text.contains('Á') || text.contains('É'),
            "{text}"
        );
    }
    for name in ["iso-8859-1", "latin1", "windows-1252_ldid"] {
        let Some(path) = data(&format!("formatos-sucios/qgis/codificacion/{name}.shp")) else {
            return;
        };
        let text = format!("{:?}", rows(&open(&path), Want::Attributes));
        assert!(
            !text.contains(char::REPLACEMENT_CHARACTER),
            "{name}: {text}"
        );
        assert!(
            text.chars().any(|c| "äöüÄÖÜßéñ".contains(c)),
            "{name}: {text}"
        );
    }
}

#[test]
fn latin1_that_calls_itself_utf8_is_not_lost() {
    let Some(streets) = data("pe-independencia/derivados/ejes_via_latin1.shp") else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    for extension in ["shp", "shx", "dbf"] {
        fs::copy(
            streets.with_extension(extension),
            folder.path().join(format!("vias.{extension}")),
        )
        .expect("a copy");
    }
    fs::write(folder.path().join("vias.cpg"), "UTF-8").expect("a wrong .cpg");
    let lying = rows(&open(&folder.path().join("vias.shp")), Want::Attributes);
    assert_eq!(lying, rows(&open(&streets), Want::Attributes));
}

#[test]
fn kinds_of_shapes_we_do_not_hold_are_named() {
    for (path, kinds) in [
        ("formatos-sucios/pyogrio/curve.gpkg", "COMPOUNDCURVE"),
        ("formatos-sucios/pyogrio/multisurface.gpkg", "MULTISURFACE"),
        ("formatos-sucios/qgis/curved_polys.gpkg", "CURVEPOLYGON"),
    ] {
        let Some(path) = data(path) else { return };
        let source = Source::open(&path, None);
        let source = source.unwrap_or_else(|error| unreachable!("{path:?}: {error}"));
        let read = rows(&source, Want::AttributesAndShape);
        assert!(
            read.iter()
                .any(|row| row.shape == ShapeValue::Unsupported(kinds.to_owned())),
            "{path:?} {read:?}"
        );
    }
    if let Some(path) = data("formatos-sucios/pyogrio/line_zm.gpkg") {
        let read = rows(&open(&path), Want::AttributesAndShape);
        assert!(
            matches!(&read[0].shape, ShapeValue::Geometry(Geometry::LineString(line)) if line.0.len() > 1)
        );
    }
}

#[test]
fn a_cell_never_set_is_not_a_zero() {
    let (_folder, path) = text_file(
        "a.geojson",
        r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"n":7,"r":1.5,"t":"x","d":"2020-01-02"},"geometry":{"type":"Point","coordinates":[-77,-6,100]}},
        {"type":"Feature","properties":{"n":0,"r":0.0,"t":""},"geometry":null},
        {"type":"Feature","properties":{"n":null},"geometry":{"type":"Polygon","coordinates":[]}},
        {"type":"Feature","properties":{},"geometry":{"type":"MultiPolygon","coordinates":[]}}]}"#,
    );
    let source = open(&path);
    assert_eq!(
        source.crs().and_then(|crs| crs.authority.as_deref()),
        Some("EPSG:4326")
    );
    let kinds: Vec<_> = source.fields().iter().map(|field| field.kind).collect();
    assert_eq!(
        kinds,
        [
            FieldKind::Integer,
            FieldKind::Real,
            FieldKind::Text,
            FieldKind::Date
        ]
    );
    let read = rows(&source, Want::AttributesAndShape);
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(
        read[0].values,
        [
            Value::Integer(7),
            Value::Real(1.5),
            text("x"),
            text("2020-01-02")
        ]
    );
    assert_eq!(
        read[1].values,
        [
            Value::Integer(0),
            Value::Real(0.0),
            Value::Null,
            Value::Null
        ]
    );
    assert_eq!(read[2].values, vec![Value::Null; 4]);
    assert_eq!(read[3].values, vec![Value::Null; 4]);
    let point = geo_types::Point::new(-77.0, -6.0);
    assert_eq!(read[0].shape, ShapeValue::Geometry(point.into()));
    assert_eq!(read[1].shape, ShapeValue::None);
    assert_eq!(read[3].shape, ShapeValue::Empty);
}

/// The system that a `GeoJSON` file with this `crs` member declares, the member before the features or after them.
#[track_caller]
fn check_crs_member(member: &str, expected: Option<&str>) {
    let features = r#""features":[{"type":"Feature","properties":{"crs":"no"},"geometry":{"type":"Point","coordinates":[1,2]}}]"#;
    let kind = r#""type":"FeatureCollection""#;
    for text in [
        format!("{{{kind},{member},{features}}}"),
        format!("{{{kind},{features},{member}}}"),
    ] {
        let (_folder, path) = text_file("a.geojson", &text);
        assert_eq!(
            open(&path).crs().and_then(|crs| crs.authority.as_deref()),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_geojson_may_name_its_system() {
    check_crs_member(r#""name":"lotes""#, Some("EPSG:4326"));
    let named =
        |name: &str| format!(r#""crs" : {{"type":"name","properties":{{"name":"{name}"}}}}"#);
    // GDAL holds CRS84 for EPSG:4326; coordinates come longitude first in both.
    check_crs_member(&named("urn:ogc:def:crs:OGC:1.3:CRS84"), Some("EPSG:4326"));
    check_crs_member(&named("urn:ogc:def:crs:EPSG::4326"), Some("EPSG:4326"));
    check_crs_member(&named("urn:ogc:def:crs:EPSG::32718"), Some("EPSG:32718"));
    check_crs_member(&named("EPSG:24878"), Some("EPSG:24878"));
}

#[test]
fn a_geojson_that_does_not_know_its_system_has_none() {
    check_crs_member(r#""crs":null"#, None);
    check_crs_member(
        r#""crs":{"type":"name","properties":{"name":"plano"}}"#,
        None,
    );
}

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
            &format!(
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
fn a_geopackage_without_a_system_declares_none() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("a.gpkg");
    let driver = gdal::DriverManager::get_driver_by_name("GPKG").expect("a driver");
    let mut dataset = driver.create_vector_only(&path).expect("a file");
    for (name, srs) in [
        ("nada", None),
        ("ingenieria", Some(r#"LOCAL_CS["Undefined Cartesian SRS"]"#)),
    ] {
        let srs = srs.map(|wkt| gdal::spatial_ref::SpatialRef::from_wkt(wkt).expect("a system"));
        let options = gdal::vector::LayerOptions {
            name,
            srs: srs.as_ref(),
            ..Default::default()
        };
        dataset.create_layer(options).expect("a layer");
    }
    dataset.close().expect("a whole file");
    for name in ["nada", "ingenieria"] {
        let source = Source::open(&path, Some(name)).expect("the layer");
        assert_eq!((source.count(), source.crs()), (0, None), "{name}");
    }
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
