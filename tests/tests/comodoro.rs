//! The main job on the largest layer at hand: 62,493 parcels with their dirt, published, asked and read back by GDAL.

use std::process::Command;

use catastro_tests::{Office, count, shared};

const PARCELS: &str = "ar-comodoro/moyobamba_32718/parcelas.zip";
const ZONES: &str = "ar-comodoro/moyobamba_32718/zonificacion.gpkg";
const PROFILE: [&str; 4] = [
    "--ubigeo",
    "220101",
    "--profile",
    "tests/perfiles/comodoro.json",
];

fn words<'a>(collection: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["--collection", collection][..], &PROFILE[..], more].concat()
}

#[test]
fn a_file_with_errors_is_refused_and_changes_nothing() {
    let Some(file) = shared(PARCELS) else { return };
    let office = Office::new();
    let refused = office.ingest(&file, &words("lotes", &["--publish"]));
    assert_eq!(refused.code, 2, "{refused:?}");
    let report = refused.json();
    assert_eq!(report["estado"], "rechazado");
    assert_eq!(report["publicados"], 0);
    assert_eq!(count(&report, "geometria_invalida"), 9);
    let _service = office.serve();
    assert_eq!(office.sql("select count(*) from spatial_unit"), ["0"]);
    assert_eq!(
        office.sql("select count(*) from change where kind = 'ingesta'"),
        ["0"]
    );
}

#[test]
fn the_layer_is_counted_published_and_read_back() {
    let (Some(parcels), Some(zones)) = (shared(PARCELS), shared(ZONES)) else {
        return;
    };
    let office = Office::new();
    let service = office.serve();
    let report = office
        .ingest(&parcels, &words("lotes", &["--publish", "--skip-errors"]))
        .done()
        .json();
    assert_eq!(report["leidos"], 62_493);
    assert_eq!(count(&report, "geometria_invalida"), 9);
    assert_eq!(count(&report, "codigo_duplicado"), 173);
    assert_eq!(count(&report, "geometria_duplicada"), 10);
    assert_eq!(report["publicados"], 62_484);
    assert_eq!(report["cambios"]["alta"], 62_484);

    let again = office
        .ingest(&parcels, &words("lotes", &["--publish", "--skip-errors"]))
        .done()
        .json();
    assert_eq!(
        again["cambios"]["sin_cambio"], 62_484,
        "a file sent twice changes nothing"
    );
    assert_eq!(again["version_datos"], report["version_datos"]);

    let zones = office
        .ingest(
            &zones,
            &words("zonificacion", &["--publish", "--skip-errors"]),
        )
        .done()
        .json();
    assert_eq!(zones["leidos"], 151);
    assert_eq!(count(&zones, "geometria_invalida"), 2);
    assert_eq!(count(&zones, "atributo_requerido"), 10);

    let version = zones["version_datos"].as_i64().expect("a number");
    service.wait_for_version(version);
    let features = info(&service.url("/ogc"), "lotes");
    assert!(features.contains("Feature Count: 62484"), "{features}");

    let folder = office.folder().join("vuelta.gpkg");
    let copied = Command::new("ogr2ogr")
        .args(["-f", "GPKG", "-t_srs", "EPSG:32718", "-nln", "lotes"])
        .arg(&folder)
        .arg(format!("OAPIF:{}", service.url("/ogc")))
        .arg("lotes")
        .args(["-oo", "PAGE_SIZE=5000"])
        .output()
        .expect("ogr2ogr");
    assert!(
        copied.status.success(),
        "{}",
        String::from_utf8_lossy(&copied.stderr)
    );
    same_parcels(&office, &folder);
}

fn info(url: &str, layer: &str) -> String {
    let output = Command::new("ogrinfo")
        .args(["-so", &format!("OAPIF:{url}"), layer])
        .output()
        .expect("ogrinfo");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What came back over HTTP is what is in the table: the same codes, and shapes within a millimetre.
fn same_parcels(office: &Office, file: &std::path::Path) {
    let loaded = Command::new("ogr2ogr")
        .args(["-f", "PostgreSQL", &office.database_for_gdal()])
        .arg(file)
        .args([
            "-nln",
            "vuelta",
            "-nlt",
            "MULTIPOLYGON",
            "-lco",
            "GEOMETRY_NAME=geom",
            "--config",
            "PG_USE_COPY",
            "YES",
        ])
        .output()
        .expect("ogr2ogr");
    assert!(
        loaded.status.success(),
        "{}",
        String::from_utf8_lossy(&loaded.stderr)
    );
    let unlike = office.sql(
        "select count(*) from parcel p full join vuelta v on v.codigo = p.code
         where p.code is null or v.codigo is null
            or st_npoints(p.geom) <> st_npoints(v.geom)
            or abs(st_area(p.geom) - st_area(v.geom)) > 1e-3 * st_perimeter(p.geom)
            or st_distance(st_centroid(p.geom), st_centroid(v.geom)) > 1e-3",
    );
    assert_eq!(unlike, ["0"]);
}
