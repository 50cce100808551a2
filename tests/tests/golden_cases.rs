//! The sheets of golden parcels of the demonstration's norms: what an officer expects of each of its towns, and that a
//! norm that says otherwise is stopped.

use std::{
    fs,
    path::{Path, PathBuf},
};

use catastro_tests::Office;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The usual province: its parcels are those that the sheets name.
const PARCELS: u32 = 10_000;

/// The folders of the six norms.
fn folders() -> Vec<PathBuf> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/normas");
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    };
    let mut folders: Vec<PathBuf> = below(&all).iter().flat_map(|town| below(town)).collect();
    folders.sort();
    folders
}

fn read(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("2026-01-01.json")).expect("a norm");
    serde_json::from_str(&text).expect("JSON")
}

/// The class of a code.
fn class<'a>(norm: &'a mut Value, code: &str) -> &'a mut Value {
    let classes = norm["clases"].as_array_mut().expect("classes");
    let found = classes.iter_mut().find(|class| class["codigo"] == code);
    found.expect("a class")
}

/// The values of a limit of a class.
fn values<'a>(norm: &'a mut Value, code: &str, parameter: &str) -> &'a mut Value {
    let rows = class(norm, code)["parametros"].as_array_mut();
    let mut rows = rows.expect("limits").iter_mut();
    let row = rows.find(|row| row["parametro"] == parameter);
    &mut row.expect("a limit")["valores"]
}

/// What a class says of an activity.
fn fitness<'a>(norm: &'a mut Value, ciiu: &str, code: &str) -> &'a mut Value {
    let rows = norm["actividades"].as_array_mut().expect("activities");
    let row = rows.iter_mut().find(|row| row["ciiu"] == ciiu);
    &mut row.expect("an activity")["clases"][code]
}

#[test]
fn every_golden_parcel_of_the_six_towns_comes_out_as_an_officer_expects() {
    let office = Office::with_demonstration(PARCELS);
    // Its database stays open from one import to the next.
    let _service = office.serve();
    let folders = folders();
    assert_eq!(folders.len(), 6);
    for folder in folders {
        let (code, report) = office.import_norm(&folder.join("2026-01-01.json"), &["--dry-run"]);
        let sheet = fs::read_to_string(folder.join("casos.csv")).expect("a sheet");
        // They came out so when the province was made, or its norms would not be in force.
        assert_eq!(
            (code, &report["estado"]),
            (0, &json!("sin_cambio")),
            "{report}"
        );
        assert_eq!(
            report["casos"],
            json!({"total": sheet.lines().count() - 1, "distintos": []})
        );
    }
}

/// A change of a norm, and a case that it turns.
type Slip = (fn(&mut Value), &'static str);

const SLIPS: [Slip; 22] = [
    (
        |norm| values(norm, "RDM", "altura_maxima_pisos")[0]["valor"] = json!(5),
        "cinco pisos en avenida",
    ),
    (
        |norm| values(norm, "RDM", "altura_maxima_pisos")[1]["valor"] = json!(4),
        "cuatro pisos en jirón",
    ),
    (
        |norm| values(norm, "RDM", "altura_maxima_pisos")[0]["si"] = json!("ancho_via_m >= 20.5"),
        "cuatro pisos en avenida",
    ),
    (
        |norm| values(norm, "RDM", "area_libre_minima_pct")[0]["valor"] = json!(29),
        "área libre apenas menor",
    ),
    (
        |norm| values(norm, "RDM", "area_libre_minima_pct")[0]["valor"] = json!(31),
        "área libre justa",
    ),
    (
        |norm| values(norm, "RDM", "retiro_frontal_m")[0]["valor"] = json!(4),
        "retiro de avenida fuera de la tolerancia",
    ),
    (
        |norm| norm["tolerancias"]["longitud_m"] = json!(0.0),
        "retiro de avenida dentro de la tolerancia",
    ),
    (
        |norm| norm["tolerancias"]["area_pct"] = json!(2.0),
        "coeficiente de CZ fuera",
    ),
    (
        |norm| values(norm, "RDM", "estacionamientos")[0]["formula"] = json!("viviendas / 3.0"),
        "una plaza de menos",
    ),
    (
        |norm| {
            values(norm, "CZ", "estacionamientos")[0]["formula"] = json!("area_techada_m2 / 120.0");
        },
        "plazas de comercio: falta una",
    ),
    (
        |norm| {
            values(norm, "CZ", "altura_maxima_m")[0]["formula"] =
                json!("1.6 * (ancho_via_m + retiro_frontal_m)");
        },
        "altura por la vía en CZ: fuera",
    ),
    (
        |norm| class(norm, "RDM")["usos"]["prohibidos"] = json!(["industria"]),
        "uso prohibido en RDM",
    ),
    (
        |norm| class(norm, "ZRP")["usos"]["prohibidos"] = json!(["comercio"]),
        "vivienda en un parque",
    ),
    (
        |norm| class(norm, "ZA")["usos"]["compatibles"] = json!(["vivienda"]),
        "zona agrícola: unifamiliar",
    ),
    (
        |norm| *fitness(norm, "4711", "RDM") = json!("conforme"),
        "actividad condicionada en RDM",
    ),
    (
        |norm| *fitness(norm, "4719", "RDM") = json!("conforme"),
        "actividad que no va en RDM",
    ),
    (
        |norm| *fitness(norm, "472", "CZ") = json!("condicionado"),
        "actividad por su grupo en CZ",
    ),
    (
        |norm| values(norm, "OU", "altura_maxima_pisos")[0] = json!({"valor": 3}),
        "otros usos: altura en palabras",
    ),
    (
        |norm| values(norm, "I1", "altura_maxima_m")[0]["valor"] = json!(13),
        "industria: más de doce metros",
    ),
    (
        |norm| values(norm, "ZA", "area_libre_minima_pct")[0]["valor"] = json!(91),
        "zona agrícola: 90 % libre",
    ),
    (
        |norm| norm["lote_en_varias_zonas"]["regla"] = json!("mayor_proporcion"),
        "RDB y RDM: rige la menor altura",
    ),
    (
        |norm| {
            norm["efectos"] =
                json!([{"tema": "faja_marginal", "efecto": "informa", "articulo": "a10"}]);
        },
        "faja marginal en todo el lote",
    ),
];

#[test]
fn a_norm_that_says_otherwise_is_stopped_by_them() {
    let office = Office::with_demonstration(PARCELS);
    // Its database stays open from one import to the next.
    let _service = office.serve();
    let scratch = TempDir::new().expect("a folder");
    let file = scratch.path().join("2026-01-01.json");
    let stopped = |folder: &Path, change: &dyn Fn(&mut Value), case: &str| {
        let mut norm = read(folder);
        change(&mut norm);
        fs::write(&file, norm.to_string()).expect("a file");
        fs::copy(folder.join("casos.csv"), scratch.path().join("casos.csv")).expect("a sheet");
        let (code, report) = office.import_norm(&file, &[]);
        assert_eq!(
            (code, &report["estado"]),
            (2, &json!("rechazado")),
            "{case}: {report}"
        );
        let turned = report["casos"]["distintos"].as_array().expect("cases");
        assert!(
            turned.iter().any(|turned| turned["caso"] == case),
            "{case}: {report}"
        );
    };
    let folders = folders();
    for (change, case) in SLIPS {
        stopped(&folders[0], &change, case);
    }
    // In each town: towers everywhere.
    let towers = |norm: &mut Value| {
        for class in norm["clases"].as_array_mut().expect("classes") {
            for row in class["parametros"].as_array_mut().expect("limits") {
                if row["parametro"] == "altura_maxima_pisos" {
                    row["valores"] = json!([{ "valor": 40 }]);
                }
            }
        }
    };
    for (folder, case) in folders.iter().zip([
        "cuatro pisos en jirón",
        "tres pisos en jirón",
        "comercio de cuatro pisos",
        "tres pisos en densidad baja",
        "cuatro pisos en jirón",
        "tres pisos en densidad baja",
    ]) {
        stopped(folder, &towers, case);
    }
    assert_eq!(
        office.sql("select count(*) from change where kind = 'normas'"),
        ["6"],
        "none of them came in"
    );
}
