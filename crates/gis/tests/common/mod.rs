//! What the tests of several formats share.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use catastro_gis::file::{OpenError, ReadError, Row, ShapeValue, Source, Value, Want};
use geo_types::{Coord, Geometry, Polygon};
use tempfile::TempDir;

/// A file among the test data, if that is there.
pub fn data(path: &str) -> Option<PathBuf> {
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

pub fn text_file(name: &str, text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("the file");
    (folder, path)
}

pub fn open(path: &Path) -> Source {
    Source::open(path, None).expect("a file that opens")
}

pub fn rows(source: &Source) -> Vec<Row> {
    rows_of(source, Want::AttributesAndShape)
}

pub fn rows_of(source: &Source, want: Want) -> Vec<Row> {
    try_rows_of(source, want).expect("a whole file")
}

pub fn try_rows(source: &Source) -> Result<Vec<Row>, ReadError> {
    try_rows_of(source, Want::AttributesAndShape)
}

fn try_rows_of(source: &Source, want: Want) -> Result<Vec<Row>, ReadError> {
    let columns: Vec<usize> = (0..source.fields().len()).collect();
    let mut rows = Vec::new();
    source.rows(&columns, want, |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

pub fn read(name: &str, text: impl AsRef<[u8]>, layer: Option<&str>) -> Result<Source, OpenError> {
    let (folder, path) = text_file(name, text);
    let found = Source::open(&path, layer);
    let names: Vec<_> = fs::read_dir(folder.path())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names, [name], "nothing may appear beside the file");
    found
}

pub fn names(source: &Source) -> Vec<&str> {
    let fields = source.fields().iter();
    fields.map(|field| field.name.as_str()).collect()
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn polygons(shape: &ShapeValue) -> &[Polygon<f64>] {
    match shape {
        ShapeValue::Geometry(Geometry::Polygon(polygon)) => std::slice::from_ref(polygon),
        ShapeValue::Geometry(Geometry::MultiPolygon(polygons)) => &polygons.0,
        _ => &[],
    }
}

/// The vertices in order of place: writers begin rings elsewhere and turn them.
pub fn vertices(shape: &ShapeValue) -> Vec<Coord<f64>> {
    let mut vertices: Vec<Coord<f64>> = polygons(shape)
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
        .flat_map(|ring| ring.0.iter().skip(1).copied())
        .collect();
    vertices.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    vertices
}

/// The 637 lots of sector 27 in EPSG:32718 as a `GeoPackage` has them: columns and rows.
pub fn lots() -> Option<(Vec<String>, Vec<Row>)> {
    let path = data("pe-independencia/derivados/s27_lote_utm18s.gpkg")?;
    let source = Source::open(&path, None).expect("the lots");
    let names = names(&source).into_iter().map(str::to_owned).collect();
    Some((names, rows(&source)))
}

/// Whether two lists of rows have the same shapes within a centimetre.
#[track_caller]
pub fn same_shapes(found: &[Row], expected: &[Row]) {
    assert_eq!(found.len(), expected.len());
    for (row, other) in found.iter().zip(expected) {
        let (ring, other_ring) = (vertices(&row.shape), vertices(&other.shape));
        assert_eq!(ring.len(), other_ring.len(), "row {}", row.number);
        for vertex in ring {
            let away = other_ring
                .iter()
                .map(|other| (vertex.x - other.x).hypot(vertex.y - other.y))
                .fold(f64::INFINITY, f64::min);
            assert!(away < 0.01, "row {}: {away} m", row.number);
        }
    }
}

/// Numbers that look drawn by lot, the same every time.
pub struct Seed(pub u64);

impl Seed {
    pub fn next(&mut self) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).expect("31 bits")
    }

    /// The bytes with some of them changed, gone, doubled, or cut off.
    pub fn mutant(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut mutant = bytes.to_vec();
        for _ in 0..=self.next() % 4 {
            if mutant.is_empty() {
                break;
            }
            let at = self.next() % mutant.len();
            let to = (at + self.next() % 40).min(mutant.len());
            match self.next() % 5 {
                0 => mutant[at] = u8::try_from(self.next() % 256).expect("a byte"),
                1 => drop(mutant.drain(at..to)),
                2 => {
                    let part = mutant[at..to].to_vec();
                    mutant.splice(at..at, part);
                }
                3 => mutant[at] ^= 1 << (self.next() % 8),
                _ => mutant.truncate(at),
            }
        }
        mutant
    }
}
