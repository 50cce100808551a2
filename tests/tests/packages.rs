//! A package goes out as a GeoPackage, is edited away from the network, and comes back: nobody's edit is lost because
//! another came later.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use catastro_tests::{
    Call,
    desk::{Desk, Lot, approve},
};
use serde_json::Value;
use tempfile::TempDir;

const BLOCK: [Lot<'static>; 4] = [
    ("22010171001001", [0.0, 0.0, 10.0, 20.0]),
    ("22010171001002", [10.0, 0.0, 10.0, 20.0]),
    ("22010171001003", [20.0, 0.0, 10.0, 20.0]),
    ("22010171001004", [30.0, 0.0, 10.0, 20.0]),
];

fn taken_out(desk: &Desk, path: &Path) {
    let binary = desk.service.bytes(
        &Call::new("GET", "/api/paquete?ubigeo=220101&manzana=22010171001").token(&desk.technician),
    );
    fs::write(path, binary).expect("a file");
}

/// The package after work in the field: some of its lots moved a metre to the south.
fn worked_on(package: &Path, lots: &[&str]) -> PathBuf {
    let path = package.with_file_name("vuelve.gpkg");
    let sql = format!(
        "select codigo_catastral, version_base,
             case when codigo_catastral in ('{}') then ST_Translate(geom, 0, -1, 0) else geom end as geom
         from lotes",
        lots.join("', '")
    );
    let done = Command::new("ogr2ogr")
        .args([
            "-dialect",
            "SQLite",
            "-sql",
            &sql,
            "-nln",
            "lotes",
            "-nlt",
            "MULTIPOLYGON",
        ])
        .arg(&path)
        .arg(package)
        .output()
        .expect("ogr2ogr");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    path
}

fn sent_back(desk: &Desk, path: &Path) -> (String, Value) {
    let more = [("capa", "lotes"), ("perfil", "servicio")];
    desk.examined(("paquete.gpkg", &fs::read(path).expect("a file")), &more)
}

#[test]
fn a_package_is_what_it_says_and_comes_back_as_it_left() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("paquete.gpkg");
    taken_out(&desk, &path);
    let shown = Command::new("ogrinfo")
        .args(["-so", "-al"])
        .arg(&path)
        .output()
        .expect("ogrinfo");
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    for words in [
        "Layer name: lotes",
        "Layer name: manzanas",
        "Layer name: area_de_trabajo",
        "version_base: Integer64",
        "WGS 84 / UTM zone 18S",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let (link, survey) = sent_back(&desk, &path);
    assert_eq!(survey["estado"], "conforme", "{survey}");
    assert_eq!(survey["informe"]["cambios"]["sin_cambio"], 4, "{survey}");
    assert_eq!(desk.changes(&link), [""; 0]);
    // The demonstration's lots have attributes, and lists to choose from; they come back as they left as well.
    let whole = folder.path().join("demostracion.gpkg");
    let call = Call::new(
        "GET",
        "/api/paquete?ubigeo=220101&zona=-77.2,-6.2,-76.8,-5.9",
    );
    fs::write(&whole, desk.service.bytes(&call.token(&desk.technician))).expect("a file");
    let (_, survey) = sent_back(&desk, &whole);
    let changes = &survey["informe"]["cambios"];
    assert!(changes["sin_cambio"].as_u64() > Some(40), "{survey}");
    assert_eq!(changes["modificacion"], 0, "{survey}");
    // Nobody takes out what they may not work on.
    let other = Call::new("GET", "/api/paquete?ubigeo=220102&manzana=22010271001");
    assert_eq!(
        desk.service.send(&other.token(&desk.technician)).status,
        403
    );
}

#[test]
fn nobodys_edit_is_lost_because_another_came_later() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("paquete.gpkg");
    taken_out(&desk, &path);
    // In the office 002 and 003 are changed meanwhile…
    let (office, survey) = desk.survey(
        &[
            ("22010171001002", [10.0, 0.0, 10.0, 21.0]),
            ("22010171001003", [20.0, 0.0, 10.0, 22.0]),
        ],
        &[],
    );
    assert_eq!(survey["estado"], "conforme", "{survey}");
    assert_eq!(desk.decide(&desk.chief, &office, &approve()).0, 200);
    // … and in the field 001 and 002.
    let path = worked_on(&path, &["22010171001001", "22010171001002"]);
    let (link, survey) = sent_back(&desk, &path);
    assert_eq!(survey["estado"], "observado", "{survey}");
    assert_eq!(
        catastro_tests::count(&survey["informe"], "editado_a_la_vez"),
        1,
        "{survey}"
    );
    let found = desk.get(&desk.technician, &format!("{link}/hallazgos"));
    let conflict = found["features"]
        .as_array()
        .expect("features")
        .iter()
        .find(|finding| finding["properties"]["regla"] == "editado_a_la_vez")
        .expect("the conflict");
    assert_eq!(conflict["properties"]["predio"], "22010171001002");
    // 003 grew old in the field and says nothing; 001 is taken; 002 waits for somebody.
    let changes = desk.get(&desk.technician, &format!("{link}/cambios"));
    let told: Vec<(&Value, &Value)> = changes["features"]
        .as_array()
        .expect("features")
        .iter()
        .map(|change| {
            (
                &change["properties"]["nuevos"][0],
                &change["properties"]["excluido"],
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (&Value::from("22010171001001"), &Value::from(false)),
            (&Value::from("22010171001002"), &Value::from(true)),
        ]
    );
}
