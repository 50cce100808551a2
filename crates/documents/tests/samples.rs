//! Documents of made-up parcels: each is printed, and left below the target folder to be looked at.

use std::{collections::BTreeMap, path::PathBuf};

use catastro_documents::{
    Document, Drawing, Kin, Parcel, Place, Surroundings, memoria, plan, record,
};
use domain::parcel::{Around, boundaries, technical_data};
use geo_types::{LineString, MultiLineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use serde_json::{Value, json};

type Corners<'a> = &'a [[f64; 2]];

fn ring(corners: Corners<'_>) -> LineString<f64> {
    corners
        .iter()
        .chain(corners.first())
        .map(|[x, y]| (281_000.0 + x, 9_332_000.0 + y))
        .collect()
}

fn lot(corners: Corners<'_>, holes: &[Corners<'_>]) -> MultiPolygon<f64> {
    MultiPolygon(vec![Polygon::new(
        ring(corners),
        holes.iter().map(|hole| ring(hole)).collect(),
    )])
}

fn box_of([x, y, w, d]: [f64; 4]) -> MultiPolygon<f64> {
    lot(&[[x, y], [x + w, y], [x + w, y + d], [x, y + d]], &[])
}

fn street(from: [f64; 2], to: [f64; 2]) -> MultiLineString<f64> {
    let mut line = ring(&[from, to]);
    line.0.pop();
    MultiLineString(vec![line])
}

/// The three documents of a parcel among others.
fn printed(
    name: &str,
    shape: &MultiPolygon<f64>,
    parcels: &[(&str, MultiPolygon<f64>)],
    streets: &[(&str, MultiLineString<f64>)],
    attributes: Value,
) -> Vec<(&'static str, Document)> {
    let attributes: BTreeMap<String, Value> =
        serde_json::from_value(attributes).expect("an object");
    let data = technical_data(shape);
    let told = boundaries(
        &data,
        &Around {
            parcels: parcels.iter().map(|(code, shape)| (*code, shape)).collect(),
            streets: streets.iter().map(|(name, axis)| (*name, axis)).collect(),
            address: attributes.get("direccion").and_then(Value::as_str),
        },
    );
    let day = "2026-11-26".parse().expect("a day");
    let parcel = Parcel {
        code: "22010101001005".to_owned(),
        place: Place {
            municipality: "Moyobamba".to_owned(),
            province: "Moyobamba".to_owned(),
            ubigeo: "220101".to_owned(),
            parts: Some(["01".to_owned(), "001".to_owned(), "005".to_owned()]),
            sector_name: Some("Sector 1".to_owned()),
        },
        shape,
        data: &data,
        boundaries: &told,
        attributes,
        valid_from: day,
        day,
        version: 41,
        demonstration: true,
        ancestors: vec![Kin {
            operation: "subdivision".to_owned(),
            code: "22010101001002".to_owned(),
            day,
        }],
        descendants: Vec::new(),
    };
    let drawing = Drawing::of(shape, &data).expect("it fits");
    let around = Surroundings {
        parcels: parcels
            .iter()
            .map(|(code, shape)| ((*code).to_owned(), shape.clone()))
            .collect(),
        blocks: Vec::new(),
        streets: streets
            .iter()
            .map(|(name, axis)| ((*name).to_owned(), axis.clone()))
            .collect(),
    };
    let documents = vec![
        ("plano", plan(&parcel, &drawing, &around).expect("a plan")),
        ("memoria", memoria(&parcel).expect("a memoria")),
        ("ficha", record(&parcel).expect("a ficha")),
    ];
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("documentos");
    std::fs::create_dir_all(&folder).expect("a folder");
    for (kind, document) in &documents {
        let pdf = document.pdf().expect("a document");
        assert!(pdf.starts_with(b"%PDF-1.7"));
        std::fs::write(folder.join(format!("{name}-{kind}.pdf")), pdf).expect("a file");
    }
    documents
}

#[test]
fn a_small_lot_in_a_row() {
    let documents = printed(
        "lote",
        &box_of([10.0, 0.0, 8.0, 20.0]),
        &[
            ("22010101001004", box_of([0.0, 0.0, 10.0, 20.0])),
            ("22010101001006", box_of([18.0, 0.0, 10.0, 20.0])),
            ("22010101001015", box_of([0.0, 20.0, 14.0, 20.0])),
            ("22010101001016", box_of([14.0, 20.0, 14.0, 20.0])),
        ],
        &[("Jr. Los Cedros", street([-30.0, -6.0], [60.0, -6.0]))],
        json!({"direccion": "Jr. Los Cedros 123", "uso": "vivienda", "area_declarada_m2": 160.2, "pisos": 2}),
    );
    for (kind, document) in &documents {
        let pdf = document.pdf().expect("a document");
        assert_eq!(document.pdf().as_ref(), Ok(&pdf));
        // Archived with its structure, and readable aloud.
        let said = String::from_utf8_lossy(&pdf);
        for standard in [
            "<pdfaid:part>2<",
            "<pdfaid:conformance>A<",
            "<pdfuaid:part>1<",
        ] {
            assert!(said.contains(standard), "{kind}: {standard}");
        }
    }
}

#[test]
fn a_lot_bent_around_its_neighbour() {
    let _ = printed(
        "ele",
        &lot(
            &[
                [0.0, 0.0],
                [30.0, 0.0],
                [30.0, 12.0],
                [12.0, 12.0],
                [12.0, 30.0],
                [0.0, 30.0],
            ],
            &[],
        ),
        &[
            ("22010101001006", box_of([12.0, 12.0, 18.0, 18.0])),
            ("22010101001007", box_of([-15.0, 0.0, 15.0, 30.0])),
        ],
        &[
            ("Av. Grau", street([-50.0, -9.0], [90.0, -9.0])),
            ("Jr. Pedro Canga", street([38.0, -50.0], [38.0, 90.0])),
        ],
        json!({"direccion": "Av. Grau S/N"}),
    );
}

#[test]
fn a_lot_with_a_hole() {
    let _ = printed(
        "hueco",
        &lot(
            &[[0.0, 0.0], [60.0, 4.0], [58.0, 50.0], [2.0, 47.0]],
            &[&[[20.0, 20.0], [40.0, 20.0], [40.0, 35.0], [20.0, 35.0]]],
        ),
        &[("22010101001009", box_of([20.0, 20.0, 20.0, 15.0]))],
        &[],
        json!({}),
    );
}

#[test]
fn four_hundred_vertices() {
    let corners: Vec<[f64; 2]> = (0..400)
        .map(|i| {
            let turn = f64::from(i) / 400.0 * std::f64::consts::TAU;
            let far = 90.0 + 12.0 * (turn * 7.0).sin();
            [turn.cos() * far, turn.sin() * far]
        })
        .collect();
    let _ = printed("muchos", &lot(&corners, &[]), &[], &[], json!({}));
}

#[test]
fn a_huge_rural_lot() {
    let _ = printed(
        "rural",
        &lot(
            &[
                [0.0, 0.0],
                [1_800.0, -350.0],
                [2_600.0, 700.0],
                [1_900.0, 1_900.0],
                [900.0, 1_500.0],
                [-200.0, 1_700.0],
            ],
            &[],
        ),
        &[(
            "P220101-7K3M9Q2XA1BC",
            lot(&[[0.0, 0.0], [-200.0, 1_700.0], [-900.0, 900.0]], &[]),
        )],
        &[(
            "Carretera a Yantaló",
            street([-1_000.0, -400.0], [3_000.0, -440.0]),
        )],
        json!({"uso": "agrícola"}),
    );
}

#[test]
fn hostile_text_is_text() {
    let long = "x".repeat(10_000);
    let nasty =
        "\"#panic(\"x\")$ \\ `a` *b* _c_ @d <e> سلام 🏠 e\u{30A} א\u{5B8} \u{202E}txet ก็ 漢字";
    let documents = printed(
        "hostil",
        &box_of([0.0, 0.0, 8.0, 20.0]),
        &[("22010101001004", box_of([-10.0, 0.0, 10.0, 20.0]))],
        &[
            (nasty, street([-30.0, -6.0], [60.0, -6.0])),
            (&long, street([-30.0, 26.0], [60.0, 26.0])),
        ],
        json!({"direccion": nasty, "uso": long, nasty: nasty, "otro": {"a": [1, "#x"]}, (long.clone()): long}),
    );
    assert_eq!(documents.len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_at_all_can_be_printed(text in any::<String>(), name in "\\PC{0,80}") {
        let _ = printed(
            "cualquiera",
            &box_of([0.0, 0.0, 8.0, 20.0]),
            &[],
            &[(&name, street([-30.0, -6.0], [60.0, -6.0]))],
            json!({"direccion": text, "uso": name, (text.clone()): name}),
        );
    }
}
