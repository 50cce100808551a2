//! Files of all formats as they are sent: packed, plain, broken.

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use catastro_ingest::{Examination, Opened, Opening, Profile, Refusal, Settings, open};
use domain::{
    collection::Collection,
    geometry::PreparedArea,
    id::Ubigeo,
    survey::{AreaTable, Catalogue, RuleCode, rules::plausible::AttributeLimits},
};
use geo_types::{MultiPolygon, Rect};
use store::copy::StagedEncoder;
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

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

fn peru() -> Profile {
    Profile::trusted(include_str!("../../../data/perfiles/peru.json")).expect("a profile")
}

/// A profile that takes anything.
fn any() -> Profile {
    Profile::trusted(r#"{"nombre": "x", "colecciones": {}}"#).expect("a profile")
}

fn opening(path: &Path, layer: Option<&str>, crs: Option<&str>) -> Opening {
    Opening {
        path: path.to_owned(),
        layer: layer.map(str::to_owned),
        source_crs: crs.map(str::to_owned),
    }
}

fn examined(opened: &mut Opened, ubigeo: &str) -> Result<Examination, Refusal> {
    let collection: Collection = "lotes".parse().expect("a layer");
    let ubigeo: Ubigeo = ubigeo.parse().expect("a ubigeo");
    let codes = opened.census(&collection, ubigeo, |_, _| {})?;
    let all = Rect::new((0.0, 0.0), (1e6, 1e7)).to_polygon();
    let rules = include_str!("../../../data/reglas/levantamiento.json");
    let areas = include_str!("../../../data/reglas/tolerancias_area.json");
    let limits = include_str!("../../../data/reglas/limites_atributos.json");
    let settings = Settings {
        areas: &AreaTable::parse(areas).expect("areas"),
        limits: &AttributeLimits::parse(limits).expect("limits"),
        collection: &collection,
        ubigeo,
        outline: &PreparedArea::new(&MultiPolygon(vec![all])),
        catalogue: &Catalogue::parse(rules).expect("rules"),
        encoder: &StagedEncoder::new(uuid::Uuid::nil()),
    };
    opened.examine(&codes, &settings, |_| Ok(()), |_, _| {})
}

fn through(opening: &Opening, profile: &Profile) -> Result<Opened, Refusal> {
    let collection: Collection = "lotes".parse().expect("a layer");
    open(opening)?.through(profile, &collection)
}

/// An archive of these files, each under a name.
fn archive(files: &[(String, Vec<u8>)]) -> (TempDir, PathBuf) {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    let bytes = zip.finish().expect("an archive").into_inner();
    written("envio", &bytes)
}

fn written(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("the file");
    (folder, path)
}

#[test]
fn the_same_lots_are_accepted_in_every_format_packed_and_plain() {
    let folder = "pe-independencia/derivados";
    for (file, crs, codes) in [
        ("s27_lote_utm18s.gpkg", None, true),
        ("s27_lote.kml", None, true),
        ("s27_lote.gml", None, true),
        ("s27_lote_utm18s.dxf", Some("EPSG:32718"), false),
    ] {
        let Some(path) = data(&format!("{folder}/{file}")) else {
            return;
        };
        let bytes = fs::read(&path).expect("the file");
        let packed = archive(&[
            (format!("plano/{file}"), bytes.clone()),
            ("plano/leeme.txt".to_owned(), Vec::new()),
        ]);
        // As an upload lies on disk: without its name.
        let nameless = written("8f14e45f", &bytes);
        let profile = if codes { peru() } else { any() };
        for path in [&path, &packed.1, &nameless.1] {
            let mut opened = through(&opening(path, None, crs), &profile).expect("the lots");
            let found = examined(&mut opened, "150112").expect("the lots");
            assert_eq!(
                (found.read, found.accepted),
                (637, 637),
                "{path:?} {:?}",
                found.tally
            );
        }
    }
}

#[test]
fn a_kmz_and_a_packed_geodatabase_are_read() {
    let (Some(kml), Some(gdb)) = (
        data("pe-independencia/derivados/s27_lote.kml"),
        data("formatos-sucios/qgis/test_gdb.gdb"),
    ) else {
        return;
    };
    let kmz = archive(&[
        ("doc.kml".to_owned(), fs::read(kml).expect("the file")),
        ("files/logo.png".to_owned(), Vec::new()),
    ]);
    let opened = through(&opening(&kmz.1, None, None), &peru()).expect("the lots");
    assert_eq!(opened.count(), 637);
    let parts: Vec<(String, Vec<u8>)> = fs::read_dir(&gdb)
        .expect("the folder")
        .map(|part| {
            let part = part.expect("a part");
            let name = format!("envio/lotes.gdb/{}", part.file_name().to_string_lossy());
            (name, fs::read(part.path()).expect("its bytes"))
        })
        .collect();
    let packed = archive(&parts);
    let refused = through(&opening(&packed.1, None, None), &any()).err();
    assert!(
        matches!(&refused, Some(Refusal::Open(gis::file::OpenError::SeveralLayers { available })) if available.len() == 3),
        "{refused:?}"
    );
    let opened = through(&opening(&packed.1, Some("polys"), None), &any()).expect("the layer");
    assert_eq!((opened.count(), opened.crs()), (2, Some("EPSG:4326")));
    // The folder itself is no file that can be sent.
    let refused = through(&opening(&gdb, None, None), &any()).err();
    assert!(matches!(
        refused,
        Some(Refusal::Open(gis::file::OpenError::NotAFile))
    ));
}

#[test]
fn neither_a_drawing_nor_a_table_says_where_it_lies() {
    let dxf = "0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\nLOTE\n90\n3\n70\n1\n10\n0\n20\n0\n10\n9\n20\n0\n10\n9\n20\n9\n0\nENDSEC\n0\nEOF\n";
    let csv = "lote;vertice;este;norte\n1;1;0;0\n1;2;9;0\n1;3;9;9\n";
    for (name, text) in [("a.dxf", dxf), ("a.csv", csv)] {
        let file = written(name, text.as_bytes());
        let opened = through(&opening(&file.1, None, None), &any()).expect("a file that opens");
        assert_eq!(opened.crs(), None);
        let sample = opened.sample(
            &"lotes".parse().expect("a layer"),
            "220101".parse().expect("a place"),
        );
        assert!(!sample.expect("parcels").is_empty());
        let file = written("plano.zip", text.as_bytes());
        assert!(through(&opening(&file.1, None, Some("EPSG:24878")), &any()).is_ok());
    }
}

/// Lines as entities of a drawing.
fn lines(of: &[[f64; 4]]) -> String {
    let entities: Vec<String> = of
        .iter()
        .map(|[x, y, to_x, to_y]| {
            format!("0\nLINE\n8\nLOTE\n10\n{x}\n20\n{y}\n11\n{to_x}\n21\n{to_y}\n")
        })
        .collect();
    entities.concat()
}

#[test]
fn an_open_line_is_a_finding_with_its_place_in_the_official_system() {
    // PSAD56, so that places move by some 430 m.
    let (x, y) = (276_300.0, 8_673_400.0);
    let entities = lines(&[
        [x, y, x + 10.0, y],
        [x + 10.0, y, x + 10.0, y + 20.0],
        [x + 10.0, y + 20.0, x, y + 20.0],
        [x, y + 20.0, x, y],
        [x + 10.0, y, x + 20.0, y],
        [x + 20.0, y, x + 20.0, y + 20.0],
        [x + 20.0, y + 20.0, x + 10.5, y + 20.0],
    ]);
    let label = |dx: f64, text: &str| {
        format!(
            "0\nTEXT\n8\nCODIGO\n10\n{}\n20\n{}\n40\n1\n1\n{text}\n",
            x + dx,
            y + 10.0
        )
    };
    let dxf = format!(
        "0\nSECTION\n2\nENTITIES\n{entities}{}{}0\nENDSEC\n0\nEOF\n",
        label(5.0, "15011227046001"),
        label(15.0, "15011227046002")
    );
    let file = written("plano.dxf", dxf.as_bytes());
    let mut opened =
        through(&opening(&file.1, Some("LOTE"), Some("EPSG:24878")), &peru()).expect("a drawing");
    let found = examined(&mut opened, "150112").expect("a drawing");
    assert_eq!((found.read, found.accepted), (1, 1), "{:?}", found.tally);
    let (_, open) = found
        .tally
        .entries()
        .find(|(rule, _)| *rule == RuleCode::OpenLine)
        .expect("an open line");
    let finding = &open.examples[0];
    let at = finding.at.expect("a place");
    assert!((at.x - (x + 10.5 - 221.0)).abs() < 5.0, "{at:?}");
    assert!((at.y - (y + 20.0 - 369.0)).abs() < 5.0, "{at:?}");
    let rules = include_str!("../../../data/reglas/levantamiento.json");
    let said = Catalogue::parse(rules).expect("rules").sentence(finding);
    assert!(
        said.contains("La línea 7 del dibujo") && said.contains("a 0.50 m"),
        "{said}"
    );
}

#[test]
fn vertices_that_make_no_outline_are_one_finding_of_their_row() {
    let csv = "codigo_catastral;v;x;y\n\
        15011227046001;1;276000;8673000\n15011227046001;2;276010;8673000\n15011227046001;4;276010;8673010\n\
        15011227046002;1;276000;8673000\n15011227046002;2;276010;\n15011227046002;3;276010;8673010\n";
    let file = written("lotes.csv", csv.as_bytes());
    let mut opened =
        through(&opening(&file.1, None, Some("EPSG:32718")), &peru()).expect("a table");
    let encoding = opened.encoding().expect("an encoding");
    assert_eq!(encoding.used, "UTF-8");
    let found = examined(&mut opened, "150112").expect("a table");
    assert_eq!((found.read, found.accepted), (2, 1));
    let counts: Vec<(RuleCode, u64)> = found
        .tally
        .entries()
        .map(|(rule, entry)| (rule, entry.count))
        .collect();
    assert_eq!(
        counts,
        [
            (RuleCode::BrokenVertices, 1),
            (RuleCode::DoubtfulVertices, 2)
        ],
        "{:?}",
        found.tally
    );
    let rules = include_str!("../../../data/reglas/levantamiento.json");
    let rules = Catalogue::parse(rules).expect("rules");
    let said: Vec<String> = found
        .tally
        .entries()
        .flat_map(|(_, entry)| entry.examples.iter().map(|example| rules.sentence(example)))
        .collect();
    assert_eq!(
        said[0],
        "Los vértices no forman un polígono: línea 6: falta el número en la columna «y»."
    );
    assert_eq!(
        said[1],
        "Compruebe los vértices: después de la línea 3 falta el vértice 3."
    );
}

#[test]
fn every_dirty_file_is_read_or_refused_and_nothing_is_left_beside_it() {
    let Some(folder) = data("formatos-sucios") else {
        return;
    };
    let before = listing(&folder);
    let (mut opened, mut refused) = (0, 0);
    for path in &before {
        for crs in [None, Some("EPSG:32718")] {
            match through(&opening(path, None, crs), &any()) {
                Ok(mut found) => {
                    opened += 1;
                    // Points, or land elsewhere: a refusal is an answer too.
                    let _ = examined(&mut found, "150112");
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(opened > 30 && refused > 50, "{opened} {refused}");
    assert_eq!(listing(&folder), before);
}

fn listing(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(listing(&path));
        }
        all.push(path);
    }
    all.sort();
    all
}
