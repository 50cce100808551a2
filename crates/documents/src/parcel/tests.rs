//! What the documents are like is looked at through poppler in the black-box tests; here, that none fails.

use geo_types::{LineString, Polygon, Rect};

use super::*;

fn ring(corners: &[(f64, f64)]) -> LineString<f64> {
    corners
        .iter()
        .map(|(x, y)| (280_000.0 + x, 9_332_000.0 + y))
        .collect()
}

fn documents(
    shape: &MultiPolygon<f64>,
    attributes: &[(String, String)],
) -> [Result<Vec<u8>, Error>; 3] {
    let neighbour = Rect::new((280_010.0, 9_332_000.0), (280_020.0, 9_332_020.0))
        .to_polygon()
        .into();
    let parcel = ParcelRecord {
        code: "22010101001001",
        provisional: false,
        municipality: "Moyobamba",
        province: "Moyobamba",
        shape,
        neighbours: &[("22010101001002", &neighbour)],
        block: None,
        streets: &[],
        declared_m2: Some(200.0),
        registered_m2: None,
        attributes,
        lineage: &[],
        day: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap_or_default(),
        version: 7,
        demonstration: true,
    };
    [plan(&parcel), memoria(&parcel), record(&parcel)]
}

#[test]
fn whatever_the_lot_there_is_a_document_and_the_same_one_again() {
    let plain = ring(&[(0., 0.), (10., 0.), (10., 20.), (0., 20.), (0., 0.)]);
    let courtyard = ring(&[(3., 3.), (3., 6.), (6., 6.), (6., 3.), (3., 3.)]);
    let far = ring(&[(400., 0.), (410., 0.), (410., 20.), (400., 0.)]);
    let round: LineString<f64> = (0..=400_u32)
        .map(|step| f64::from(step % 400) * std::f64::consts::TAU / 400.0)
        .map(|turn| {
            (
                280_000.0 + 30.0 * turn.cos(),
                9_332_000.0 + 30.0 * turn.sin(),
            )
        })
        .collect();
    let lots = [
        MultiPolygon(vec![Polygon::new(plain.clone(), vec![courtyard])]),
        MultiPolygon(vec![Polygon::new(plain, vec![]), Polygon::new(far, vec![])]),
        MultiPolygon(vec![Polygon::new(round, vec![])]),
    ];
    for lot in &lots {
        let first = documents(lot, &[]).map(|made| made.expect("a document"));
        let again = documents(lot, &[]).map(|made| made.expect("a document"));
        assert!(first == again && first.iter().all(|pdf| pdf.starts_with(b"%PDF")));
    }
}

#[test]
fn what_strangers_write_is_printed_and_never_run() {
    let lot = MultiPolygon(vec![Polygon::new(
        ring(&[(0., 0.), (10., 0.), (10., 20.), (0., 0.)]),
        vec![],
    )]);
    let hostile = [
        "#panic(\"x\")",
        "$ a $",
        "*_`\\ \" ' <b>",
        "\u{202e}derecha",
        "\u{1F600}\u{0}\u{7}",
        "مرحبا",
        "= título",
        "",
    ];
    let attributes: Vec<(String, String)> = hostile
        .iter()
        .map(|text| ((*text).to_owned(), (*text).to_owned()))
        .chain([("largo".to_owned(), "x".repeat(10_000))])
        .collect();
    for made in documents(&lot, &attributes) {
        made.expect("a document");
    }
}

#[test]
fn more_vertices_than_a_document_holds_are_refused() {
    let count = u32::try_from(VERTICES_MAX + 1).expect("few");
    let round: LineString<f64> = (0..=count)
        .map(|step| f64::from(step % count) * std::f64::consts::TAU / f64::from(count))
        .map(|turn| {
            (
                280_000.0 + 300.0 * turn.cos(),
                9_332_000.0 + 300.0 * turn.sin(),
            )
        })
        .collect();
    let lot = MultiPolygon(vec![Polygon::new(round, vec![])]);
    let [plan, ..] = documents(&lot, &[]);
    assert!(matches!(plan, Err(Error::TooManyVertices { .. })));
}
