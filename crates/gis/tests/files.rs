//! Real files: their rows, their letters, and the system that they declare.

mod common;

use std::{fs, ops::ControlFlow, path::Path};

use catastro_gis::{
    crs::{Crs, ToOfficial},
    file::{FieldKind, OpenError, ShapeValue, Source, Value, Want},
};
use common::{data, open, rows_of as rows, text_file, vertices};
use geo_types::{Coord, Geometry};
use tempfile::TempDir;

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
            lots.push((format!("{:?}", row.values), vertices(&row.shape)));
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
