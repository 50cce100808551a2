//! Drawings in DXF.

mod common;

use std::fmt::Write;

use catastro_gis::file::{NoteKind, OpenError, Source};
use common::{data, lots, names, polygons, read, rows, same_shapes, text};
use geo_types::Coord;

/// A drawing, entity by entity.
struct Drawing(String);

impl Drawing {
    fn new() -> Self {
        Self("0\nSECTION\n2\nENTITIES\n".to_owned())
    }

    fn line(mut self, layer: &str, a: (f64, f64), b: (f64, f64)) -> Self {
        let [(x, y), (to_x, to_y)] = [a, b];
        write!(
            self.0,
            "0\nLINE\n8\n{layer}\n10\n{x}\n20\n{y}\n30\n2.5\n11\n{to_x}\n21\n{to_y}\n31\n2.5\n"
        )
        .expect("text");
        self
    }

    fn text(mut self, layer: &str, at: (f64, f64), text: &str) -> Self {
        let (x, y) = at;
        write!(
            self.0,
            "0\nTEXT\n8\n{layer}\n10\n{x}\n20\n{y}\n40\n1.0\n1\n{text}\n"
        )
        .expect("text");
        self
    }

    fn mtext(mut self, layer: &str, at: (f64, f64), text: &str) -> Self {
        let (x, y) = at;
        write!(
            self.0,
            "0\nMTEXT\n8\n{layer}\n10\n{x}\n20\n{y}\n40\n1.0\n1\n{text}\n"
        )
        .expect("text");
        self
    }

    fn outline(mut self, layer: &str, closed: bool, places: &[(f64, f64)]) -> Self {
        write!(
            self.0,
            "0\nLWPOLYLINE\n8\n{layer}\n90\n{}\n70\n{}\n",
            places.len(),
            u8::from(closed)
        )
        .expect("text");
        for (x, y) in places {
            write!(self.0, "10\n{x}\n20\n{y}\n").expect("text");
        }
        self
    }

    fn open(self, layer: Option<&str>) -> Result<Source, OpenError> {
        read("plano.dxf", self.0 + "0\nENDSEC\n0\nEOF\n", layer)
    }
}

const X: f64 = 276_000.0;
const Y: f64 = 8_673_000.0;

/// A block of six lots of 10 by 20 metres out of loose lines, with a label in each.
fn block() -> Drawing {
    let mut drawing = Drawing::new()
        .line("LOTE", (X, Y), (X + 30.0, Y))
        .line("LOTE", (X + 30.0, Y), (X + 30.0, Y + 40.0))
        .line("LOTE", (X + 30.0, Y + 40.0), (X, Y + 40.0))
        .line("LOTE", (X, Y + 40.0), (X, Y))
        // The middle goes a hand too far, the walls stop three millimetres short.
        .line("LOTE", (X, Y + 20.0), (X + 30.0, Y + 20.0))
        .line("LOTE", (X + 10.0, Y + 0.003), (X + 10.0, Y + 39.997))
        .line("LOTE", (X + 20.0, Y), (X + 20.0, Y + 40.0));
    let mut number = 0;
    for row in 0..2 {
        for column in 0..3 {
            number += 1;
            let at = (
                X + 5.0 + 10.0 * f64::from(column),
                Y + 10.0 + 20.0 * f64::from(row),
            );
            let code = format!("15011227-046-{number:03}");
            drawing = if number % 2 == 0 {
                drawing.mtext("NUMERO", at, &code)
            } else {
                drawing.text("NUMERO", at, &code)
            };
        }
    }
    drawing
}

#[test]
fn loose_lines_enclose_lots_with_their_labels() {
    let source = block().open(Some("lote")).expect("a drawing");
    assert_eq!((source.layer_name(), source.driver()), ("LOTE", "DXF"));
    assert_eq!(source.crs(), None);
    assert_eq!(names(&source), ["capa", "texto", "codigo_rotulo"]);
    let read = rows(&source);
    assert_eq!(read.len(), 6);
    for row in &read {
        let polygon = &polygons(&row.shape)[0];
        assert_eq!(polygon.exterior().0.len(), 5, "{row:?}");
        assert_eq!(row.values[0], text("LOTE"));
        // The code of the label goes with the lot in which it stands.
        let corner = |pick: fn(&Coord<f64>) -> f64, from: f64| {
            let least = polygon
                .exterior()
                .0
                .iter()
                .map(pick)
                .fold(f64::INFINITY, f64::min);
            least - from
        };
        let (x, y) = (corner(|at| at.x, X), corner(|at| at.y, Y));
        let number = 1.0 + x.round() / 10.0 + 3.0 * (y.round() / 20.0);
        assert_eq!(row.values[2], text(&format!("15011227046{number:03.0}")));
    }
    assert_eq!(source.notes(), []);
}

#[test]
fn a_lot_that_is_not_closed_is_located() {
    // A seventh lot beside the block, whose last side ends 35 centimetres before the corner.
    let source = block()
        .line("LOTE", (X + 30.0, Y), (X + 45.0, Y))
        .line("LOTE", (X + 45.0, Y), (X + 45.0, Y + 20.0))
        .line("LOTE", (X + 45.0, Y + 20.0), (X + 30.35, Y + 20.0))
        .open(Some("LOTE"))
        .expect("a drawing");
    assert_eq!(source.count(), 6);
    let open: Vec<_> = source
        .notes()
        .iter()
        .filter_map(|note| match note.kind {
            NoteKind::OpenEnd { nearest } => Some((note.at?, nearest?)),
            _ => None,
        })
        .collect();
    let [(at, near)] = open.as_slice() else {
        unreachable!("one open end: {:?}", source.notes());
    };
    assert_eq!((at.x, at.y), (X + 30.35, Y + 20.0));
    assert!((near.x - (X + 30.0)).abs() < 1e-6 && (near.y - (Y + 20.0)).abs() < 1e-6);
}

#[test]
fn labels_that_do_not_fit_are_told() {
    let source = block()
        .text("LOTE", (X + 5.0, Y + 5.0), "A")
        .text("LOTE", (X + 6.0, Y + 6.0), "B")
        .text("LOTE", (X + 100.0, Y), "C")
        .open(Some("LOTE"))
        .expect("a drawing");
    // The layer has texts of its own: those of others are not looked at.
    assert_eq!(names(&source), ["capa", "texto"]);
    let count = |wanted: &dyn Fn(&NoteKind) -> bool| {
        source
            .notes()
            .iter()
            .filter(|note| wanted(&note.kind))
            .count()
    };
    let both = vec!["A".to_owned(), "B".to_owned()];
    assert_eq!(
        count(&|kind| *kind == NoteKind::SeveralLabels(both.clone())),
        1
    );
    assert_eq!(count(&|kind| *kind == NoteKind::NoLabel), 5);
    assert_eq!(
        count(&|kind| *kind == NoteKind::StrayLabel("C".to_owned())),
        1
    );
    assert!(
        rows(&source)
            .iter()
            .any(|row| row.values[1] == text("A | B"))
    );
}

const SQUARE: [(f64, f64); 4] = [(X, Y), (X + 9.0, Y), (X + 9.0, Y + 9.0), (X, Y + 9.0)];

#[test]
fn the_layer_with_closed_lines_is_taken_or_one_is_asked_for() {
    let drawn = || {
        Drawing::new()
            .outline("LOTES", true, &SQUARE)
            .outline("EJES", false, &SQUARE)
    };
    let source = drawn().open(None).expect("one layer with closed lines");
    assert_eq!((source.layer_name(), source.count()), ("LOTES", 1));
    let several = drawn().outline("MANZANAS", true, &SQUARE).open(None).err();
    let available = ["EJES", "LOTES", "MANZANAS"].map(str::to_owned).to_vec();
    assert_eq!(
        several,
        Some(OpenError::SeveralLayers {
            available: available.clone()
        })
    );
    let missing = drawn()
        .outline("MANZANAS", true, &SQUARE)
        .open(Some("SECTOR"))
        .err();
    let wanted = "SECTOR".to_owned();
    assert_eq!(missing, Some(OpenError::LayerMissing { wanted, available }));
    assert_eq!(
        Drawing::new().open(None).err(),
        Some(OpenError::NoVectorLayer)
    );
    // Closed lines win where they are more; the one that stays open is told.
    let source = drawn()
        .outline("LOTES", true, &SQUARE.map(|(x, y)| (x + 20.0, y)))
        .outline("LOTES", false, &SQUARE.map(|(x, y)| (x + 40.0, y)))
        .open(None)
        .expect("closed lines");
    assert_eq!((source.count(), source.notes().len()), (2, 1));
}

#[test]
fn lines_that_enclose_nothing_are_refused_with_their_ends() {
    let found = Drawing::new()
        .outline("LOTE", false, &SQUARE)
        .open(None)
        .err();
    let Some(OpenError::NothingEnclosed { open, .. }) = found else {
        unreachable!("{found:?}");
    };
    assert_eq!(open.len(), 2);
    assert_eq!(open[0].1.map(|near| (near.x, near.y)), Some((X, Y + 9.0)));
}

#[test]
fn a_sector_as_a_drawing_is_the_sector() {
    let path = data("pe-independencia/derivados/s27_lote_utm18s.dxf");
    let (Some(path), Some((_, expected))) = (path, lots()) else {
        return;
    };
    let source = Source::open(&path, None).expect("a drawing");
    assert_eq!((source.layer_name(), source.count()), ("LOTE", 637));
    assert_eq!((names(&source), source.notes()), (vec!["capa"], &[][..]));
    same_shapes(&rows(&source), &expected);
}

/// The same lots as loose lines: borders that two lots share are there twice, and are one.
#[test]
fn a_sector_as_loose_lines_is_the_sector() {
    let Some((_, expected)) = lots() else { return };
    let mut drawing = Drawing::new();
    for row in &expected {
        for side in polygons(&row.shape)[0].exterior().lines() {
            let [a, b] = [side.start, side.end].map(|at| (at.x, at.y));
            drawing = drawing.line("LOTE", a, b);
        }
    }
    let source = drawing.open(None).expect("a drawing");
    // Blocks enclose nothing between them here, so that the faces are the lots and little else.
    let count = source.count();
    assert!((630..=660).contains(&count), "{count} {:?}", source.notes());
}
