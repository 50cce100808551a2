//! What was published is closed, never changed: both times can be asked, and the database itself keeps it so.

use std::{path::PathBuf, process::Command};

use catastro_tests::Office;

/// A file with one lot whose eastern border lies `width` millidegrees from its western one.
fn lot(office: &Office, width: f64) -> PathBuf {
    let (west, east) = (-76.97, -76.97 + width / 1000.0);
    let path = office.folder().join(format!("lote_{width}.geojson"));
    let text = format!(
        r#"{{"type": "FeatureCollection", "features": [{{"type": "Feature",
            "properties": {{"cod_sector": "01", "cod_mzna": "001", "cod_lote": "014", "titular": "NOMBRE MARCADO", "uso": "vivienda"}},
            "geometry": {{"type": "Polygon", "coordinates": [[[{west}, -6.03], [{east}, -6.03], [{east}, -6.029], [{west}, -6.029], [{west}, -6.03]]]}}}}]}}"#
    );
    std::fs::write(&path, text).expect("a file");
    path
}

const WORDS: [&str; 5] = ["--collection", "lotes", "--ubigeo", "220101", "--publish"];
const CODE: &str = "22010101001014";

#[test]
fn a_corrected_border_closes_the_old_one_and_both_can_be_asked() {
    let office = Office::new();
    let service = office.serve();
    let _ = office.ingest(&lot(&office, 0.2), &WORDS).done();
    let between = office.sql(
        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    );
    let second = office.ingest(&lot(&office, 0.3), &WORDS).done().json();
    assert_eq!(second["cambios"]["modificacion"], 1);
    service.wait_for_version(second["version_datos"].as_i64().expect("a number"));

    let area = |path: &str| {
        service.get(path).json()["properties"]["area_m2"]
            .as_f64()
            .expect("an area")
    };
    let now = area(&format!("/api/predios/{CODE}"));
    let then = area(&format!("/api/predios/{CODE}?conocido_a={}", between[0]));
    assert!((now / then - 1.5).abs() < 0.01, "{then} then, {now} now");
    assert_eq!(
        service
            .get(&format!("/api/predios/{CODE}?fecha=2001-01-01"))
            .status,
        404
    );
    assert_eq!(office.sql("select count(*) from parcel"), ["2"]);
}

#[test]
fn the_names_of_people_are_left_out_of_the_land() {
    let office = Office::new();
    let report = office.ingest(&lot(&office, 0.2), &WORDS).done().json();
    assert_eq!(report["columnas_omitidas"][0], "titular");
    let _service = office.serve();
    assert_eq!(
        office.sql("select count(*) from spatial_unit where attributes::text like '%MARCADO%'"),
        ["0"]
    );
}

#[test]
fn the_database_refuses_to_change_or_lose_a_published_row() {
    let office = Office::new();
    let _ = office.ingest(&lot(&office, 0.2), &WORDS).done();
    let _service = office.serve();
    let url = office.database();
    let row = "insert into spatial_unit (layer, ubigeo, code, valid, recorded, change_from, content, attributes, geom)
        select layer, ubigeo, code, {valid}, {recorded}, {change}, content, attributes, geom from parcel";
    let insert = |valid: &str, recorded: &str, change: &str| {
        row.replace("{valid}", valid)
            .replace("{recorded}", recorded)
            .replace("{change}", change)
    };
    for (statement, constraint) in [
        (
            "delete from parcel".to_owned(),
            "spatial_unit_never_deleted",
        ),
        ("truncate parcel".to_owned(), "spatial_unit_never_deleted"),
        (
            "update parcel set attributes = '{}'".to_owned(),
            "spatial_unit_only_closes",
        ),
        (
            "update parcel set geom = st_translate(geom, 1, 0)".to_owned(),
            "spatial_unit_only_closes",
        ),
        (
            insert("valid", "recorded", "change_from"),
            "parcel_code_layer_idx",
        ),
        (
            insert(
                "daterange(lower(valid), lower(valid) + 9)",
                "recorded",
                "change_from",
            ),
            "spatial_unit_once_in_time",
        ),
        (
            insert("valid", "recorded", "change_from + 99").replace(
                "select layer, ubigeo, code,",
                "select layer, ubigeo, code || '9',",
            ),
            "spatial_unit_by_a_change",
        ),
    ] {
        let refused = Command::new("psql")
            .args([
                "-qX",
                "-v",
                "ON_ERROR_STOP=1",
                "-v",
                "VERBOSITY=verbose",
                "-c",
                &statement,
                &url,
            ])
            .output()
            .expect("psql");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(
            !refused.status.success() && said.contains(constraint),
            "{statement}: {said}"
        );
    }
    assert_eq!(office.sql("select count(*) from parcel"), ["1"]);
}
