//! Tables of vertices and of well-known text.

mod common;

use std::fmt::Write;

use catastro_gis::file::{How, NoteKind, OpenError, ShapeValue, Source, VertexFault};
use common::{lots, names, polygons, read, rows, same_shapes, text};
use geo_types::Coord;

#[track_caller]
fn table(csv: impl AsRef<[u8]>) -> Source {
    read("lotes.csv", csv, None).expect("a table")
}

/// The notes with their rows, one after the other.
fn notes(source: &Source) -> Vec<(u64, NoteKind)> {
    let notes = source.notes().iter();
    notes.map(|note| (note.row, note.kind.clone())).collect()
}

#[test]
fn vertices_become_parcels_whatever_the_spreadsheet_writes() {
    let plain = "codigo_catastral;vértice;este;norte;uso\n\
        A;1;276000,5;8673000;vivienda\n\
        A;2;276010,5;8673000;vivienda\n\
        A;10;276000,5;8673010;vivienda\n\
        A;3;276010,5;8673010;vivienda\n\
        B;P1;276020;8673000;\n\
        B;P2;276030;8673000;comercio\n\
        B;P3;276030;8673010;comercio\n\
        B;P1;276020;8673000;comercio\n";
    let latin1: Vec<u8> = plain
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1"))
        .collect();
    let marked = format!("\u{feff}{plain}").replace('\n', "\r\n");
    let commas = plain.replace(',', ".").replace(';', ",");
    let tabs = plain.replace(';', "\t").to_uppercase();
    for (name, bytes) in [
        ("plain", plain.as_bytes()),
        ("Latin-1", &latin1),
        ("marked", marked.as_bytes()),
        ("commas", commas.as_bytes()),
        ("tabs", tabs.as_bytes()),
    ] {
        let source = table(bytes);
        let read = rows(&source);
        assert_eq!((source.count(), read.len()), (2, 2), "{name}");
        assert_eq!(names(&source).len(), 2, "{name}");
        let ring: Vec<Coord<f64>> = polygons(&read[0].shape)[0].exterior().0.clone();
        let expected = [
            (276_000.5, 8_673_000.0),
            (276_010.5, 8_673_000.0),
            (276_010.5, 8_673_010.0),
            (276_000.5, 8_673_010.0),
            (276_000.5, 8_673_000.0),
        ];
        let expected: Vec<Coord<f64>> = expected.map(Coord::from).into();
        // By number, not by text: 10 comes after 3.
        assert_eq!(ring, expected, "{name}");
        assert_eq!(polygons(&read[1].shape)[0].exterior().0.len(), 4, "{name}");
        assert_eq!((read[0].number, read[1].number), (2, 6), "{name}");
        assert_eq!(read[1].values[1], catastro_gis::file::Value::Null, "{name}");
        let gap = NoteKind::MissingVertices {
            line: 5,
            first: 4,
            count: 6,
        };
        assert_eq!(notes(&source), [(2, gap)], "{name}");
    }
    assert_eq!(
        table(&latin1)
            .encoding()
            .map(|found| (found.used.as_str(), found.how)),
        Some(("ISO-8859-1", How::Letters))
    );
    assert_eq!(
        table(&marked)
            .encoding()
            .and_then(|found| found.declared.as_deref()),
        Some("UTF-8")
    );
}

#[test]
fn what_is_wrong_with_vertices_is_told_with_its_line() {
    let source = table(
        "mz,lote,v,x,y\n\
         1,1,1,0,0\n1,1,2,9,0\n1,1,3,9,nueve\n1,1,4,0,9\n\
         2,1,1,0,0\n2,1,2,9,0\n2,1,2,9,9\n2,1,3,0,9\n\
         3,1,1,0,0\n3,1,2,9,0\n\
         4,1,1,0,0\n4,1,2,9,0\n4,1,3,9,0\n4,1,4,9,9\n",
    );
    let read = rows(&source);
    let shapes: Vec<bool> = read
        .iter()
        .map(|row| row.shape != ShapeValue::None)
        .collect();
    assert_eq!(shapes, [false, false, false, true]);
    let bad = |line, fault| NoteKind::BadVertex { line, fault };
    let nine = VertexFault::NotANumber {
        column: "y".to_owned(),
        text: "nueve".to_owned(),
    };
    let twice = VertexFault::NumberTwice {
        number: "2".to_owned(),
        first: 7,
    };
    let gap = NoteKind::MissingVertices {
        line: 3,
        first: 3,
        count: 1,
    };
    let repeated = NoteKind::RepeatedVertex {
        line: 14,
        first: 13,
    };
    assert_eq!(
        notes(&source),
        [
            (2, bad(4, nine)),
            (2, gap),
            (6, bad(8, twice)),
            (10, bad(10, VertexFault::TooFew { count: 2 })),
            (12, repeated),
        ]
    );
}

#[test]
fn a_table_that_is_none_of_ours_is_refused() {
    let refused = |csv: &str| read("lotes.csv", csv, None).err();
    assert!(matches!(
        refused("a;b\n1;2\n"),
        Some(OpenError::TableColumns { .. })
    ));
    assert!(matches!(refused(""), Some(OpenError::UnknownFormat)));
    let shifted = "lote,vertice,este,norte\n1,1,276000,5,8673000,5\n";
    assert!(matches!(
        refused(shifted),
        Some(OpenError::TableRow { line: 2, .. })
    ));
    assert!(matches!(
        refused("lote;vertice;x;este;norte\n"),
        Some(OpenError::SameColumn { .. })
    ));
    let columns: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
    assert_eq!(
        refused(&columns.join(";")),
        Some(OpenError::TooManyFields { count: 1_001 })
    );
    // Without a name a table is told by its first line.
    assert!(read("datos", "lote;vertice;x;y\n1;1;1;1\n", None).is_ok());
    assert_eq!(
        read("lotes.csv", "lote;vertice;x;y\n", Some("otra")).err(),
        Some(OpenError::LayerMissing {
            wanted: "otra".to_owned(),
            available: vec!["lotes".to_owned()],
        })
    );
}

#[test]
fn shapes_as_text_are_read_and_bad_ones_named() {
    let source = table(
        "codigo;WKT;uso\n\
         1;POLYGON((0 0,9 0,9 9,0 0));a\n\
         2;SRID=32718;b\n\
         3;\"SRID=32718;POLYGON Z((0 0 1,9 0 1,9 9 1,0 0 1))\";c\n\
         4;POLYGON((;d\n\
         5;;e\n",
    );
    let read = rows(&source);
    assert_eq!(names(&source), ["codigo", "uso"]);
    let kinds: Vec<usize> = read.iter().map(|row| polygons(&row.shape).len()).collect();
    assert_eq!(kinds, [1, 0, 1, 0, 0]);
    assert_eq!(read[2].values, [text("3"), text("c")]);
    assert_eq!(
        notes(&source),
        [
            (3, NoteKind::BadText { line: 3 }),
            (5, NoteKind::BadText { line: 5 })
        ]
    );
}

#[test]
fn a_sector_as_tables_is_the_sector() {
    let Some((_, expected)) = lots() else { return };
    let mut by_vertex = "codigo;vertice;este;norte\n".to_owned();
    let mut by_text = "codigo,wkt\n".to_owned();
    for row in &expected {
        let polygon = &polygons(&row.shape)[0];
        let ring = &polygon.exterior().0;
        for (number, at) in ring.iter().skip(1).enumerate() {
            let (x, y) = (format!("{:.4}", at.x).replace('.', ","), at.y);
            writeln!(by_vertex, "{};{};{x};{y:.4}", row.number, number + 1).expect("text");
        }
        let places: Vec<String> = ring.iter().map(|at| format!("{} {}", at.x, at.y)).collect();
        let shape = format!("\"MULTIPOLYGON ((({})))\"", places.join(", "));
        writeln!(by_text, "{},{shape}", row.number).expect("text");
    }
    for csv in [by_vertex, by_text] {
        let source = table(&csv);
        let read = rows(&source);
        assert_eq!(source.notes(), []);
        assert_eq!(read.len(), 637);
        same_shapes(&read, &expected);
    }
}

#[test]
fn points_are_read_by_their_two_coordinates_and_vertices_without_numbers_are_not() {
    let source = table("cui;nombre;lon;lat\n2457981;Parque;-76,971;-6,034\n2457982;Plaza;;-6.03\n");
    let read = rows(&source);
    assert_eq!(read.len(), 2);
    let ShapeValue::Geometry(shape) = &read[0].shape else {
        unreachable!("a point");
    };
    assert_eq!(*shape, geo_types::Point::new(-76.971, -6.034).into());
    assert_eq!(read[1].shape, ShapeValue::None);
    let fault = VertexFault::NotANumber {
        column: "lon".to_owned(),
        text: String::new(),
    };
    assert_eq!(
        notes(&source),
        [(3, NoteKind::BadVertex { line: 3, fault })]
    );
    let unnumbered = "lote;este;norte\nA;276000;8673000\nA;276010;8673000\nA;276010;8673010\n";
    assert!(matches!(
        common::read("lotes.csv", unnumbered, None),
        Err(OpenError::TableColumns { .. })
    ));
}
