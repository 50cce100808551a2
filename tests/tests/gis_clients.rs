//! Real clients at the door: GDAL as people run it, and a client that counts its own pages.

use std::process::Command;

use catastro_tests::{Office, Service};

fn with_demonstration(look: impl FnOnce(&Office, &Service)) {
    let office = Office::with_demonstration(1_000);
    let service = office.serve();
    look(&office, &service);
}

/// What a program of GDAL says, its account of requests included.
fn gdal(program: &str, words: &[&str]) -> String {
    let done = Command::new(program)
        .args(words)
        .env("CPL_DEBUG", "ON")
        .env("CPL_CURL_VERBOSE", "NO")
        .output()
        .expect("GDAL");
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(done.status.success(), "{program} {words:?}: {said}");
    said
}

#[test]
fn gdal_reads_every_layer_and_all_of_its_pages() {
    with_demonstration(|office, service| {
        let door = format!("OAPIF:{}", service.url("/ogc"));
        let layers = gdal("ogrinfo", &["-ro", &door]);
        for layer in [
            "municipios",
            "lotes",
            "zonificacion",
            "restricciones",
            "vias",
        ] {
            assert!(
                layers.contains(&format!(": {layer} (")),
                "{layer}: {layers}"
            );
        }
        let expected = office.sql("select count(*) from spatial_unit where layer = 'lotes' and upper_inf(valid) and upper_inf(recorded)");
        let told = gdal("ogrinfo", &["-ro", "-so", &door, "lotes"]);
        assert!(
            told.contains(&format!("Feature Count: {}", expected[0])),
            "{told}"
        );
        assert!(
            told.contains("Multi Polygon") && told.contains("area_m2: Real"),
            "{told}"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("lotes.gpkg");
        let file = file.to_str().expect("a path");
        gdal(
            "ogr2ogr",
            &["-oo", "PAGE_SIZE=150", "-f", "GPKG", file, &door, "lotes"],
        );
        let told = gdal("ogrinfo", &["-so", "-al", file]);
        assert!(
            told.contains(&format!("Feature Count: {}", expected[0])),
            "{told}"
        );
    });
}

#[test]
fn gdal_leaves_the_choosing_to_the_service() {
    with_demonstration(|office, service| {
        let door = format!("OAPIF:{}", service.url("/ogc"));
        let by_value = gdal(
            "ogrinfo",
            &["-ro", "-al", &door, "lotes", "-where", "uso = 'comercio'"],
        );
        assert!(
            by_value.contains("uso=comercio"),
            "it was not asked for: {by_value}"
        );
        let expected = office.sql("select count(*) from spatial_unit where layer = 'lotes' and upper_inf(valid) and upper_inf(recorded) and attributes->>'uso' = 'comercio'");
        assert_eq!(
            by_value.matches("OGRFeature(lotes)").count().to_string(),
            expected[0]
        );
        let by_box = gdal(
            "ogrinfo",
            &[
                "-ro", "-al", &door, "lotes", "-spat", "-76.976", "-6.032", "-76.974", "-6.030",
            ],
        );
        assert!(by_box.contains("bbox=-76.97"), "{by_box}");
        let expected = office.sql(
            "select count(*) from spatial_unit where layer = 'lotes' and upper_inf(valid) and upper_inf(recorded)
                 and st_intersects(st_transform(geom, 4326), st_makeenvelope(-76.976, -6.032, -76.974, -6.030, 4326))",
        );
        assert_eq!(
            by_box.matches("OGRFeature(lotes)").count().to_string(),
            expected[0]
        );
    });
}

#[test]
fn gdal_takes_the_land_in_its_own_metres() {
    with_demonstration(|office, service| {
        let page = format!(
            "{}&crs=http://www.opengis.net/def/crs/EPSG/0/32718",
            service.url("/ogc/collections/lotes/items?f=gpkg")
        );
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("lotes.gpkg");
        let done = Command::new("curl")
            .args(["-sf", "-o"])
            .arg(&file)
            .arg(&page)
            .status()
            .expect("curl");
        assert!(done.success());
        let sum = gdal(
            "ogrinfo",
            &[
                "-q",
                file.to_str().expect("a path"),
                "-dialect",
                "sqlite",
                "-sql",
                "select cast(round(sum(st_area(geom)) * 100) as integer) as total from lotes",
            ],
        );
        let expected = office.sql("select round(sum(st_area(geom)) * 100)::bigint from spatial_unit where layer = 'lotes' and upper_inf(valid) and upper_inf(recorded)");
        assert!(
            sum.contains(&format!("= {}", expected[0])),
            "{sum} {expected:?}"
        );
    });
}
