//! Thousands of broken files, each unlike the others: every one ends with a word, and the service stays as it was.
//!
//! `CATASTRO_MUTANTS` says how many; the usual run is short.

use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
    process::Command,
};

use catastro_tests::{
    Call,
    desk::{Desk, Lot, PLACE, table},
    wait_until_examined,
};
use serde_json::Value;
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

const LOTS: [Lot<'static>; 4] = [
    ("22010171001001", [0.0, 0.0, 10.0, 20.0]),
    ("22010171001002", [10.0, 0.0, 10.0, 20.0]),
    ("22010171001003", [20.0, 0.0, 10.0, 20.0]),
    ("22010171001004", [0.0, 20.0, 10.0, 20.0]),
];

/// Enough to meet every format in every kind of break.
const USUAL: usize = 300;
/// Uploads that wait at a time.
const AT_ONCE: usize = 25;
/// What the service may grow by while it takes all of them, in megabytes: buffers of its allocator, and nothing that
/// grows with their number.
const GROWTH_MB: u64 = 60;

/// Numbers that look like chance and are the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or_default()
    }

    /// The same bytes, broken in one of five ways.
    fn broken(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        let length = bytes.len();
        match self.below(5) {
            0 => bytes.truncate(self.below(length)),
            1 => {
                for _ in 0..=self.below(20) {
                    let at = self.below(length);
                    bytes[at] ^= 1 << self.below(8);
                }
            }
            2 => {
                let (at, end) = (self.below(length), self.below(length));
                let some = bytes[at.min(end)..at.max(end)].to_vec();
                bytes.splice(at..at, some);
            }
            3 => {
                let at = self.below(length);
                let end = (at + self.below(64)).min(length);
                bytes[at..end].fill([0, 0xFF, 0x7F][self.below(3)]);
            }
            _ => {
                let at = self.below(length);
                bytes.drain(at..(at + self.below(200)).min(length));
            }
        }
        bytes
    }
}

/// A file: its name, and its bytes.
type Named = (String, Vec<u8>);

/// The same lots in each format: the name of the upload, and the files in it.
fn samples(folder: &Path) -> Vec<(String, Vec<Named>)> {
    let csv = folder.join("lotes.csv");
    fs::write(&csv, table(&LOTS)).expect("a file");
    let mut samples = vec![("lotes.csv".to_owned(), vec![read(&csv)])];
    for (driver, name) in [
        ("GeoJSON", "lotes.geojson"),
        ("KML", "lotes.kml"),
        ("GML", "lotes.gml"),
        ("GPKG", "lotes.gpkg"),
        ("DXF", "lotes.dxf"),
        ("ESRI Shapefile", "lotes.shp"),
    ] {
        let target = folder.join(name);
        let made = Command::new("ogr2ogr")
            .args([
                "-f",
                driver,
                "-oo",
                "GEOM_POSSIBLE_NAMES=wkt",
                "-oo",
                "SEPARATOR=SEMICOLON",
            ])
            .args(["-a_srs", "EPSG:32718", "-nln", "lotes"])
            .args(if driver == "DXF" {
                &["-select", ""][..]
            } else {
                &[]
            })
            .arg(&target)
            .arg(&csv)
            .output()
            .expect("ogr2ogr");
        assert!(
            made.status.success(),
            "{driver}: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        if driver == "ESRI Shapefile" {
            let members =
                ["shp", "shx", "dbf", "prj"].map(|kind| read(&target.with_extension(kind)));
            samples.push(("lotes.zip".to_owned(), members.into()));
        } else {
            samples.push((name.to_owned(), vec![read(&target)]));
        }
    }
    samples
}

fn read(path: &Path) -> Named {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    (name.into_owned(), fs::read(path).expect("a file"))
}

/// One upload of which one file is broken.
fn mutant(files: &[Named], chance: &mut Chance) -> Vec<u8> {
    let mut files = files.to_vec();
    let which = chance.below(files.len());
    files[which].1 = chance.broken(std::mem::take(&mut files[which].1));
    if let [(_, bytes)] = &files[..] {
        return bytes.clone();
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive
            .start_file(name, SimpleFileOptions::default())
            .expect("a member");
        archive.write_all(&bytes).expect("its bytes");
    }
    let bytes = archive.finish().expect("an archive").into_inner();
    // Now and then the archive itself is broken.
    if chance.below(4) == 0 {
        chance.broken(bytes)
    } else {
        bytes
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "how many ended how, for whoever asks")]
fn every_broken_file_ends_with_a_word_and_the_service_stays_as_it_was() {
    let count = std::env::var("CATASTRO_MUTANTS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(USUAL);
    let folder = TempDir::new().expect("a folder");
    let samples = samples(folder.path());
    let desk = Desk::new();
    let mut chance = Chance(0x0C_A7A5_7202_6112);
    let (mut accepted, mut refused, mut done) = (0, 0, 0);
    let mut settled_mb = None;
    while done < count {
        let links: Vec<(String, String)> = (done..count.min(done + AT_ONCE))
            .filter_map(|number| {
                let (name, files) = &samples[number % samples.len()];
                let bytes = mutant(files, &mut chance);
                let call = Call::new("POST", "/api/levantamientos")
                    .upload(
                        (name, &bytes),
                        &[
                            ("coleccion", "lotes"),
                            ("ubigeo", PLACE),
                            ("crs_origen", "EPSG:32718"),
                        ],
                    )
                    .token(&desk.technician);
                let reply = desk.service.send(&call);
                match reply.status {
                    202 => Some((name.clone(), reply.header("location")[0].to_owned())),
                    // An empty file, and what is no archive at all, are refused at the door.
                    400 | 413 | 415 | 422 => {
                        assert!(reply.json()["title"].is_string(), "{name}: {reply:?}");
                        refused += 1;
                        None
                    }
                    _ => unreachable!("{name}: {reply:?}"),
                }
            })
            .collect();
        for (name, link) in links {
            let survey = wait_until_examined(&desk.service, &desk.technician, &link);
            if survey["informe"].is_object() {
                accepted += 1;
            } else {
                told(&name, &survey);
                refused += 1;
            }
        }
        done = count.min(done + AT_ONCE);
        settled_mb = settled_mb.or_else(|| (done >= count / 3).then(|| desk.service.memory_mb()));
    }
    println!("{count} archivos rotos: {accepted} revisados con hallazgos, {refused} rechazados");
    assert_eq!(accepted + refused, count);
    assert!(accepted > 0 && refused > 0);
    assert_eq!(desk.service.get("/api/salud/listo").status, 200);
    assert_eq!(desk.service.workers(), Vec::<u32>::new());
    let (before, after) = (settled_mb.unwrap_or_default(), desk.service.memory_mb());
    assert!(after < before + GROWTH_MB, "{before} MB, then {after} MB");
}

/// A refusal is a sentence, and says what to do.
fn told(name: &str, survey: &Value) {
    let problem = &survey["problema"];
    let is_sentence = |text: &Value| text.as_str().is_some_and(|text| text.ends_with('.'));
    assert!(is_sentence(&problem["title"]), "{name}: {survey}");
    assert!(is_sentence(&problem["detail"]), "{name}: {survey}");
}
