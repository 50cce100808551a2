//! The reference system of a file is judged by what is in force and by the municipality, and confirmed by a person.

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
    process::Command,
};

use catastro_tests::{
    Call,
    desk::{Desk, approve},
    shared, wait_until_examined,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

const PLACE: &str = "150112";
const LOTS: u64 = 637;

/// A shapefile as an upload: its members in an archive.
fn archive(shapefile: &Path) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for kind in ["shp", "shx", "dbf", "prj", "cpg"] {
        let member = shapefile.with_extension(kind);
        if let Ok(bytes) = fs::read(&member) {
            let name = format!("lotes.{kind}");
            archive
                .start_file(name, SimpleFileOptions::default())
                .expect("a member");
            archive.write_all(&bytes).expect("its bytes");
        }
    }
    archive.finish().expect("an archive").into_inner()
}

fn made(folder: &TempDir, name: &str, from: &Path, words: &[&str]) -> PathBuf {
    let target = folder.path().join(name);
    let done = Command::new("ogr2ogr")
        .args(words)
        .arg(&target)
        .arg(from)
        .output()
        .expect("ogr2ogr");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    target
}

/// A desk of Independencia, with its lots in force where that is asked for.
fn desk(lots: &Path, in_force: bool) -> Desk {
    let desk = Desk::at(PLACE);
    if in_force {
        let (link, survey) = desk.examined(("lotes.zip", &archive(lots)), &[]);
        assert_eq!(survey["informe"]["cambios"]["alta"], LOTS, "{survey}");
        assert_eq!(desk.decide(&desk.chief, &link, &approve()).0, 200);
    }
    desk
}

fn candidate<'a>(survey: &'a Value, crs: &str) -> &'a Value {
    let mut candidates = survey["sistema"]["candidatos"]
        .as_array()
        .expect("a list")
        .iter();
    candidates
        .find(|candidate| candidate["crs"] == crs)
        .unwrap_or_else(|| unreachable!("{crs} in {survey}"))
}

/// Metres by which a file lies beside what is in force, read in one system.
fn shift(candidate: &Value) -> f64 {
    let of = |at: usize| {
        candidate["desplazamiento_m"][at]
            .as_f64()
            .unwrap_or(f64::NAN)
    };
    of(0).hypot(of(1))
}

fn title(survey: &Value) -> &str {
    survey["problema"]["title"].as_str().expect("words")
}

#[test]
fn the_fabric_tells_psad56_from_wgs84_and_a_person_confirms_it() {
    let (Some(lots), Some(silent), Some(psad56)) = (
        shared("pe-independencia/derivados/s27_lote_utm18s.shp"),
        shared("pe-independencia/derivados/s27_lote_psad56_sin_prj.shp"),
        shared("pe-independencia/derivados/s27_lote_psad56.shp"),
    ) else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    let desk = desk(&lots, true);

    // Without a word: recognised by the fabric.
    let (link, survey) = desk.examined(("lotes.zip", &archive(&silent)), &[]);
    assert_eq!(survey["estado"], "observado", "{survey}");
    assert_eq!(survey["sistema"]["propuesto"], "EPSG:24878", "{survey}");
    assert!(
        title(&survey).contains("En EPSG:24878 coincide"),
        "{survey}"
    );
    let fits = candidate(&survey, "EPSG:24878");
    assert_eq!(fits["juicio"], "coincide");
    assert!(
        shift(fits) < 0.05 && fits["sobre_el_catastro"].as_u64() > Some(300),
        "{fits}"
    );
    let apart = candidate(&survey, "EPSG:32718");
    assert_eq!(apart["juicio"], "desplazado");
    assert!((shift(apart) - 430.0).abs() < 15.0, "{apart}");
    assert_eq!(
        desk.get(&desk.technician, &format!("{link}/cambios"))["numberReturned"],
        0
    );

    let found = desk.get(&desk.technician, &format!("{link}/hallazgos"));
    assert_eq!(
        found["features"][0]["properties"]["regla"], "crs_dudoso",
        "{found}"
    );

    // Confirmed, it is read again; nothing of it is new.
    assert_eq!(
        confirm(&desk, &link, &desk.chief, "EPSG:24878"),
        403,
        "who uploaded it says so"
    );
    assert_eq!(confirm(&desk, &link, &desk.technician, "EPSG:nada"), 400);
    assert!(matches!(
        confirm(&desk, &link, &desk.technician, "EPSG:24878"),
        200 | 202
    ));
    let read = wait_until_examined(&desk.service, &desk.technician, &link);
    assert_eq!(read["informe"]["crs_origen"], "EPSG:24878", "{read}");
    assert_eq!(read["informe"]["cambios"]["alta"], 0, "{read}");
    assert_eq!(
        read["informe"]["sistema"]["candidatos"][0]["juicio"],
        "coincide"
    );
    assert_eq!(
        confirm(&desk, &link, &desk.technician, "EPSG:32718"),
        409,
        "it was confirmed"
    );

    a_claim_that_does_not_hold_is_caught(&desk, &folder, &psad56);
    axes_the_other_way_round_are_recognised(&desk, &folder, &lots);

    // The console says the same.
    let words = ["--collection", "lotes", "--ubigeo", PLACE, "--publish"];
    let refused = desk.office.ingest(&silent, &words);
    assert_eq!(refused.code, 2);
    for words in ["En EPSG:24878 coincide", "--source-crs"] {
        assert!(refused.complaint.contains(words), "{refused:?}");
    }
}

fn confirm(desk: &Desk, link: &str, token: &str, crs: &str) -> u16 {
    let call = Call::new("POST", format!("{link}/sistema"))
        .token(token)
        .json(&json!({ "crs_origen": crs }));
    desk.service.send(&call).status
}

fn a_claim_that_does_not_hold_is_caught(desk: &Desk, folder: &TempDir, psad56: &Path) {
    // One that claims to be WGS 84 and is not is caught, with the shift.
    let lying = made(folder, "miente.shp", psad56, &["-a_srs", "EPSG:32718"]);
    let (link, survey) = desk.examined(("lotes.zip", &archive(&lying)), &[]);
    assert_eq!(survey["estado"], "observado", "{survey}");
    for words in [
        "Leídos en EPSG:32718",
        "al este y",
        "al norte",
        "En EPSG:24878 coincide",
    ] {
        assert!(title(&survey).contains(words), "{words}: {survey}");
    }
    // Said with the upload it is a claim like the file's own.
    let (_, claimed) = desk.examined(
        ("lotes.zip", &archive(psad56)),
        &[("crs_origen", "EPSG:32718")],
    );
    assert_eq!(claimed["estado"], "observado", "{claimed}");
    assert_eq!(claimed["sistema"]["propuesto"], "EPSG:24878");
    // A person may still say that it is so.
    assert!(matches!(
        confirm(desk, &link, &desk.technician, "EPSG:32718"),
        200 | 202
    ));
    let read = wait_until_examined(&desk.service, &desk.technician, &link);
    assert_eq!(
        read["informe"]["sistema"]["candidatos"][0]["juicio"], "desplazado",
        "{read}"
    );
}

/// The same land in degrees, north before east.
fn axes_the_other_way_round_are_recognised(desk: &Desk, folder: &TempDir, lots: &Path) {
    let degrees = made(
        folder,
        "grados.csv",
        lots,
        &[
            "-f",
            "CSV",
            "-t_srs",
            "EPSG:4326",
            "-lco",
            "GEOMETRY=AS_WKT",
        ],
    );
    let text = fs::read_to_string(&degrees).expect("a table");
    let (_, survey) = desk.examined(("lotes.csv", swapped(&text).as_bytes()), &[]);
    assert_eq!(survey["sistema"]["propuesto"], "EPSG:4326-yx", "{survey}");
    let (_, read) = desk.examined(
        ("lotes.csv", swapped(&text).as_bytes()),
        &[("crs_origen", "EPSG:4326-yx")],
    );
    assert_eq!(read["informe"]["cambios"]["alta"], 0, "{read}");
    assert_eq!(
        read["informe"]["sistema"]["candidatos"][0]["juicio"], "coincide",
        "{read}"
    );
}

/// The same table with the two coordinates of each vertex the other way round.
fn swapped(table: &str) -> String {
    let is_vertex = |pair: &&str| pair.split(' ').all(|word| word.parse::<f64>().is_ok());
    let turned = |run: &str| match run.split_once(' ').filter(|_| is_vertex(&run)) {
        Some((x, y)) => format!("{y} {x}"),
        None => run.to_owned(),
    };
    let (mut text, mut run) = (String::new(), String::new());
    for letter in table.chars() {
        if matches!(letter, ',' | '(' | ')' | '"' | '\n') {
            text.push_str(&turned(&run));
            text.push(letter);
            run.clear();
        } else {
            run.push(letter);
        }
    }
    text + &turned(&run)
}

#[test]
fn where_nothing_is_in_force_the_outline_says_what_it_can() {
    let (Some(lots), Some(silent)) = (
        shared("pe-independencia/derivados/s27_lote_utm18s.shp"),
        shared("pe-independencia/derivados/s27_lote_psad56_sin_prj.shp"),
    ) else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    let desk = desk(&lots, false);
    let (_, survey) = desk.examined(("lotes.zip", &archive(&silent)), &[]);
    assert_eq!(survey["estado"], "observado");
    assert_eq!(survey["sistema"]["propuesto"], Value::Null, "{survey}");
    assert_eq!(candidate(&survey, "EPSG:32718")["juicio"], "posible");
    assert_eq!(candidate(&survey, "EPSG:24878")["juicio"], "posible");
    assert_eq!(candidate(&survey, "EPSG:32717")["juicio"], "fuera");
    assert!(title(&survey).contains("en más de un sistema"), "{survey}");

    // A file of the wrong zone is caught by the outline.
    let wrong = made(&folder, "zona.shp", &lots, &["-a_srs", "EPSG:32719"]);
    let (_, survey) = desk.examined(("lotes.zip", &archive(&wrong)), &[]);
    assert_eq!(survey["estado"], "observado");
    assert!(
        title(&survey).contains("cae fuera del municipio"),
        "{survey}"
    );
    // The right one is taken, and the report says what could not be known.
    let (_, survey) = desk.examined(("lotes.zip", &archive(&lots)), &[]);
    assert_eq!(survey["estado"], "conforme", "{survey}");
    assert_eq!(
        survey["informe"]["sistema"]["candidatos"][0]["juicio"],
        "posible"
    );
}
