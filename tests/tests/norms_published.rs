//! The norms of plans come in by a file: what is wrong with one, what stops it, and the days on which it holds.

use std::{fs, path::PathBuf};

use catastro_tests::{
    Call, Office,
    desk::{Desk, approve},
    norms::{INSTRUMENT, check, norm, residential, with_floors},
};
use serde_json::{Value, json};
use tempfile::TempDir;

fn written(folder: &TempDir, norm: &Value) -> PathBuf {
    let path = folder.path().join("norma.json");
    fs::write(&path, norm.to_string()).expect("a file");
    path
}

#[test]
fn every_fault_of_a_file_is_told_with_its_place_and_nothing_changes() {
    let office = Office::with_demonstration(1_500);
    let _service = office.serve();
    let folder = TempDir::new().expect("a folder");
    let mut broken = norm();
    broken["clases"][0]["articulo"] = json!("a999");
    broken["clases"][1]["codigo"] = json!("RDM");
    broken["clases"][0]["parametros"][0]["valores"] =
        json!([{ "si": "ancho_calle > 3.0", "valor": 3 }]);
    broken["actividades"][0]["ciiu"] = json!("3401");
    broken["actividades"][1]["clases"] = json!({ "RDX": "conforme" });
    let before = office.sql("select count(*) from norm");
    let (code, report) = office.import_norm(&written(&folder, &broken), &[]);
    assert_eq!(
        (code, &report["estado"]),
        (2, &json!("rechazado")),
        "{report}"
    );
    let told: Vec<(&str, &str)> = report["hallazgos"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            (
                finding["regla"].as_str().unwrap_or_default(),
                finding["lugar"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    for expected in [
        ("articulo_inexistente", "/clases/0/articulo"),
        ("repetido", "/clases/1"),
        ("expresion", "/clases/0/parametros/0/valores/0/si"),
        ("sin_valor_final", "/clases/0/parametros/0/valores"),
        ("ciiu", "/actividades/0/ciiu"),
        ("clase_inexistente", "/actividades/1/clases"),
    ] {
        assert!(told.contains(&expected), "{expected:?}: {report}");
    }
    assert_eq!(office.sql("select count(*) from norm"), before);
    let path = folder.path().join("norma.json");
    fs::write(&path, "{\"ubigeo\": 5").expect("a file");
    let (code, report) = office.import_norm(&path, &[]);
    assert_eq!(
        (code, &report["hallazgos"][0]["regla"]),
        (2, &json!("forma"))
    );
}

#[test]
fn a_sheet_of_golden_parcels_stops_a_norm_unless_somebody_says_why() {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    let lot = residential(&office);
    let folder = TempDir::new().expect("a folder");
    let sheet = format!(
        "caso;predio;uso;pisos;esperado;hallazgos;sustento\n\
         vivienda;{lot};vivienda;;conforme;uso=cumple;artículos 11 y 12\n\
         torre;{lot};;9;no_conforme;altura_maxima=no_cumple;artículos 11 y 12\n"
    );
    fs::write(folder.path().join("casos.csv"), sheet).expect("a file");
    // As it is, both come out as expected; the file is in force already.
    let (code, report) = office.import_norm(&written(&folder, &norm()), &["--dry-run"]);
    assert_eq!(
        (code, &report["casos"]["total"]),
        (0, &json!(2)),
        "{report}"
    );
    assert_eq!(report["casos"]["distintos"], json!([]), "{report}");
    // A plan that lets towers grow is stopped by the second one.
    let tall = written(&folder, &with_floors(12, "2026-02-01"));
    let (code, report) = office.import_norm(&tall, &[]);
    assert_eq!(
        (code, &report["estado"]),
        (2, &json!("rechazado")),
        "{report}"
    );
    assert_eq!(report["casos"]["distintos"][0]["caso"], "torre", "{report}");
    let (code, report) =
        office.import_norm(&tall, &["--reason", "Acuerdo de concejo 7: se densifica"]);
    assert_eq!(
        (code, &report["estado"]),
        (0, &json!("publicado")),
        "{report}"
    );
    let version = report["version_datos"].as_i64().expect("a number");
    assert_eq!(
        office.sql(&format!(
            "select reason from change where number = {version}"
        )),
        ["Acuerdo de concejo 7: se densifica"]
    );
    service.wait_for_version(version);
    // Each day has its own law; the file is there to be read, byte for byte.
    let floors = |day: &str| {
        check(&service, &json!({"predio": lot, "fecha": day}))["parametros"]["altura_maxima_pisos"]
            ["valor"]
            .clone()
    };
    assert_ne!(floors("2026-01-31"), json!(12.0));
    assert_eq!(floors("2026-02-01"), json!(12.0));
    let file = service.bytes(&Call::new(
        "GET",
        format!("/api/normas/220101/{INSTRUMENT}"),
    ));
    assert_eq!(file, fs::read(&tall).expect("the file"));
    let (_, report) = office.import_norm(&tall, &[]);
    assert_eq!(
        report["estado"], "rechazado",
        "a sheet that still differs stops it again: {report}"
    );
    fs::remove_file(folder.path().join("casos.csv")).expect("the sheet");
    let (code, report) = office.import_norm(&tall, &[]);
    assert_eq!(
        (code, &report["estado"]),
        (0, &json!("sin_cambio")),
        "{report}"
    );
    assert!(
        office
            .run(["audit", "verify"])
            .done()
            .output
            .contains("completa")
    );
    // Before all law nothing is affirmed.
    let early = check(
        &service,
        &json!({"predio": lot, "fecha": "2026-01-01", "propuesta": {"uso": "vivienda"}}),
    );
    assert_eq!(early["resultado"], "conforme", "{early}");
    let reply = service.send(&Call::new(
        "GET",
        format!("/api/normas/220101/{INSTRUMENT}?fecha=2025-12-31"),
    ));
    assert_eq!(reply.status, 404);
}

#[test]
fn what_was_true_of_a_past_day_is_said_again_byte_for_byte() {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    let desk = Desk::of(office, service);
    let (office, service) = (&desk.office, &desk.service);
    let lot = residential(office);
    let now = office.sql(
        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    )[0]
    .clone();
    let request = json!({
        "predio": lot, "fecha": "2026-11-20", "conocido_a": now,
        "propuesta": {"pisos": 3, "area_libre_pct": 35, "uso": "vivienda", "actividad_ciiu": "4711", "retiros_m": {"frontal": 3}},
    });
    let ask = || {
        service
            .send(&Call::new("POST", "/api/control-urbano/verificaciones").json(&request))
            .text
    };
    let first = ask();
    // Two norms more, one of them a correction of the other, and the parcel itself.
    let folder = TempDir::new().expect("a folder");
    for (floors, from) in [(9, "2026-03-01"), (1, "2026-03-01")] {
        let (code, report) = office.import_norm(&written(&folder, &with_floors(floors, from)), &[]);
        assert_eq!(
            (code, &report["estado"]),
            (0, &json!("publicado")),
            "{report}"
        );
    }
    let shape = &office.sql(&format!(
        "select st_astext(st_translate(geom, 0, -0.4)) from parcel where code = '{lot}' and upper_inf(recorded) and upper_inf(valid)"
    ))[0];
    let file = format!("codigo_catastral;wkt\n{lot};\"{shape}\"\n");
    let (link, survey) = desk.examined(
        ("lote.csv", file.as_bytes()),
        &[("crs_origen", "EPSG:32718")],
    );
    let exceptions: Vec<Value> = survey["informe"]["hallazgos"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["severidad"] == "error")
        .map(|finding| json!({"regla": finding["regla"], "motivo": "corrimiento de prueba"}))
        .collect();
    let mut decision = approve();
    if !exceptions.is_empty() {
        decision["excepciones"] = json!(exceptions);
    }
    let (status, published) = desk.decide(&desk.chief, &link, &decision);
    assert_eq!(status, 200, "{published}");
    assert_eq!(ask(), first, "the same question has the same answer");
    let today = check(service, &json!({"predio": lot, "propuesta": {"pisos": 3}}));
    let floors = today["hallazgos"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|finding| finding["id"] == "altura_maxima");
    assert_eq!(floors.expect("floors")["limite"], json!(1.0), "{today}");
    let receipt = &today["recibo"]["version_normas"];
    assert!(
        receipt
            .as_str()
            .is_some_and(|text| text.starts_with("PDU-220101-DEMO@2026-03-01:")),
        "{receipt}"
    );
}

/// A residential lot of the capital of which overlays have so many square metres.
fn with_overlays(office: &Office, how_many: &str) -> String {
    office.sql(&format!(
        "select p.code from parcel p join zone z on st_covers(z.geom, p.geom)
         where p.ubigeo = '220101' and z.attributes->>'codigo' in ('RDM', 'RDB') and (
            select coalesce(max(st_area(st_intersection(o.geom, p.geom))), 0) from overlay o
            where o.ubigeo = '220101' and st_intersects(o.geom, p.geom)) {how_many}
         order by p.code limit 1"
    ))[0]
        .clone()
}

#[test]
fn a_theme_that_a_norm_says_is_not_there_stops_nobody_unless_it_is_drawn() {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    let (free, met) = (
        with_overlays(&office, "= 0"),
        with_overlays(&office, "> 20"),
    );
    let house = json!({
        "uso": "vivienda", "pisos": 1, "area_libre_pct": 60, "retiros_m": {"frontal": 5}, "estacionamientos": 0,
    });
    let asked = |lot: &str| check(&service, &json!({"predio": lot, "propuesta": house}));
    let theme = |check: &Value, code: &str| {
        let themes = check["temas"].as_array().expect("themes");
        let found = themes.iter().find(|theme| theme["tipo"] == code);
        found.expect("a theme").clone()
    };
    let before = asked(&free);
    assert_eq!(before["resultado"], "no_concluyente", "{before}");
    assert_eq!(theme(&before, "aerodromo")["estado"], "sin_datos");
    assert_eq!(theme(&before, "aerodromo").get("base_legal"), None);
    let met_before = asked(&met);

    let folder = TempDir::new().expect("a folder");
    let mut norm = norm();
    norm["articulos"]
        .as_array_mut()
        .expect("articles")
        .push(json!({"id": "a22", "articulo": "Artículo 22 (demostración)"}));
    let absent = [
        "aerodromo",
        "area_conservacion",
        "faja_marginal",
        "riesgo_muy_alto",
        "riesgo_alto",
        "seccion_vial",
        "servidumbre_electrica",
        "patrimonio",
        "barranco",
        "glaciar",
    ];
    norm["temas_inexistentes"] = absent
        .iter()
        .map(|theme| json!({"tema": theme, "articulo": "a22"}))
        .collect();
    let (code, report) = office.import_norm(&written(&folder, &norm), &[]);
    assert_eq!(
        (code, &report["estado"]),
        (0, &json!("publicado")),
        "{report}"
    );
    let told = |rule: &str| -> Vec<&str> {
        let findings = report["hallazgos"].as_array().expect("findings");
        findings
            .iter()
            .filter(|finding| finding["regla"] == rule)
            .map(|finding| finding["lugar"].as_str().expect("a place"))
            .collect()
    };
    assert_eq!(told("tema_desconocido"), ["/temas_inexistentes/9/tema"]);
    let drawn: Vec<String> = (2..9)
        .map(|place| format!("/temas_inexistentes/{place}"))
        .collect();
    assert_eq!(told("tema_con_datos"), drawn);
    service.wait_for_version(report["version_datos"].as_i64().expect("a number"));

    // What is not there is said with its article, and the house can be affirmed.
    let after = asked(&free);
    assert_eq!(after["resultado"], "conforme", "{after}");
    let said = theme(&after, "aerodromo");
    assert_eq!(
        (
            &said["estado"],
            &said["vigente_al"],
            &said["base_legal"]["articulo"]
        ),
        (
            &json!("no_afectado"),
            &Value::Null,
            &json!("Artículo 22 (demostración)")
        )
    );
    // What is drawn counts as before, and is known by its data.
    assert_eq!(theme(&after, "barranco").get("base_legal"), None);
    let met_after = asked(&met);
    let on_ground = |check: &Value| {
        let findings = check["hallazgos"].as_array().expect("findings").clone();
        let id = |finding: &Value| {
            finding["id"]
                .as_str()
                .expect("an id")
                .starts_with("restriccion:")
        };
        findings.into_iter().filter(id).collect::<Vec<_>>()
    };
    assert!(!on_ground(&met_after).is_empty(), "{met_after}");
    assert_eq!(on_ground(&met_after), on_ground(&met_before));
    assert_ne!(met_after["resultado"], "conforme", "{met_after}");
    // The past keeps its answer.
    let past = check(
        &service,
        &json!({"predio": free, "propuesta": house, "conocido_a": before["conocido_a"], "fecha": before["fecha"]}),
    );
    assert_eq!(past["resultado"], "no_concluyente");
}
