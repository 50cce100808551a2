//! A Peruvian layout: one sector in four formats and three reference systems is the same land.

use catastro_tests::{Office, shared};

const COPIES: [&str; 4] = [
    "pe-independencia/derivados/s27_lote_utm18s.shp",
    "pe-independencia/derivados/s27_lote_psad56.shp",
    "pe-independencia/derivados/s27_lote_utm18s.gpkg",
    "pe-independencia/sector_27/tg_lote.geojson",
];

#[test]
fn four_copies_of_a_sector_give_the_same_parcels_within_a_centimetre() {
    let mut offices = Vec::new();
    for copy in COPIES {
        let Some(file) = shared(copy) else { return };
        let office = Office::new();
        let report = office
            .ingest(
                &file,
                &["--collection", "lotes", "--ubigeo", "150112", "--publish"],
            )
            .done()
            .json();
        assert_eq!(report["leidos"], 637, "{copy}");
        assert_eq!(report["publicados"], 637, "{copy}");
        offices.push((copy, office, report));
    }
    let psad56 = &offices[1].2;
    assert_eq!(psad56["crs_origen"], "EPSG:24878");
    assert!(
        psad56["operacion_crs"]
            .as_str()
            .is_some_and(|words| words.contains("EPSG:1208")),
        "{psad56}"
    );

    let vertices = |office: &Office| {
        let _service = office.serve();
        office.sql(
            "select code, (d.dp).path::text, st_x((d.dp).geom), st_y((d.dp).geom)
             from (select code, st_dumppoints(geom) dp from parcel where ubigeo = '150112') d order by code, (d.dp).path",
        )
    };
    let first = vertices(&offices[0].1);
    for (copy, office, _) in &offices[1..] {
        let other = vertices(office);
        assert_eq!(other.len(), first.len(), "{copy}");
        for (a, b) in first.iter().zip(&other) {
            assert!(distance(a, b) < 0.01, "{copy}: {a} against {b}");
        }
    }
}

/// Metres between two rows of code, path, easting, northing; infinite where code or path differ.
fn distance(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split('|').collect(), b.split('|').collect());
    if a[..2] != b[..2] {
        return f64::INFINITY;
    }
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    (number(a[2]) - number(b[2])).hypot(number(a[3]) - number(b[3]))
}

#[test]
fn a_copy_without_a_reference_system_is_refused_and_says_what_to_pass() {
    let Some(file) = shared("pe-independencia/derivados/s27_lote_psad56_sin_prj.shp") else {
        return;
    };
    let office = Office::new();
    let words = ["--collection", "lotes", "--ubigeo", "150112", "--publish"];
    let refused = office.ingest(&file, &words);
    assert_eq!(refused.code, 2);
    for expected in ["sistema de referencia", "--source-crs", "EPSG:24878"] {
        assert!(refused.complaint.contains(expected), "{refused:?}");
    }
    assert_eq!(
        refused.json()["estado"],
        "rechazado",
        "programs are told too"
    );
    let told = office
        .ingest(
            &file,
            &[&words[..], &["--source-crs", "EPSG:24878"]].concat(),
        )
        .done()
        .json();
    assert_eq!(told["publicados"], 637);
}

#[test]
fn a_repeated_code_keeps_both_rows_out() {
    let Some(archive) = shared("pe-independencia/sector_31.zip") else {
        return;
    };
    let office = Office::new();
    let folder = office.folder().join("sector_31");
    let done = std::process::Command::new("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(&archive)
        .arg(&folder)
        .status()
        .expect("python3");
    assert!(done.success());
    let file = find(&folder, "tg_lote.geojson").expect("the lots of the sector");
    let words = [
        "--collection",
        "lotes",
        "--ubigeo",
        "150112",
        "--publish",
        "--skip-errors",
    ];
    let report = office.ingest(&file, &words).done().json();
    assert_eq!(report["leidos"], 1541);
    assert_eq!(catastro_tests::count(&report, "codigo_duplicado"), 1);
    assert_eq!(report["publicados"], 1539);
}

fn find(folder: &std::path::Path, name: &str) -> Option<std::path::PathBuf> {
    std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find_map(|path| {
            if path.is_dir() {
                find(&path, name)
            } else {
                (path.file_name()? == name).then_some(path)
            }
        })
}
