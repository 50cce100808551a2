mod limits;

use geo_types::{Geometry, LineString, MultiPolygon};

use super::*;
use crate::survey::{
    RuleCode,
    rules::samples::{X0, Y0, rectangle, shape, tolerances},
};

fn lots<'a>(shapes: &'a [MultiPolygon<f64>], codes: &'a [String]) -> Vec<Lot<'a>> {
    (1..)
        .zip(shapes.iter().zip(codes))
        .map(|(row, (shape, code))| Lot {
            row,
            code,
            shape,
            declared_area_m2: None,
        })
        .collect()
}

fn codes(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("L{number}")).collect()
}

fn found(shapes: &[MultiPolygon<f64>]) -> Vec<Finding> {
    let codes = codes(shapes.len());
    let lots = lots(shapes, &codes);
    check(&lots, &Surroundings::default(), &tolerances()).expect("a fabric")
}

/// Says each finding as `rule code others value`.
fn said(findings: &[Finding], place: &str) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let value = finding.values.iter().find(|(name, _)| name == place);
            format!(
                "{} {} {} {}{}",
                finding.rule.name(),
                finding.code.as_deref().unwrap_or_default(),
                finding.others.join("+"),
                value.map_or("", |(_, value)| value),
                if finding.lesser { " menor" } else { "" },
            )
        })
        .collect()
}

#[test]
fn lots_that_share_their_borders_are_a_fabric() {
    let findings = found(&[
        rectangle(0., 0., 10., 20.),
        rectangle(10., 0., 20., 20.),
        rectangle(0., 20., 10., 40.),
        rectangle(10., 20., 20., 40.),
    ]);
    assert_eq!(findings, []);
}

#[test]
fn two_lots_on_one_ground_are_told_once_with_that_ground() {
    let findings = found(&[rectangle(0., 0., 10., 20.), rectangle(9., 5., 20., 15.)]);
    assert_eq!(said(&findings, "area"), ["traslape L1 L2 10.00"]);
    let Some(Geometry::MultiPolygon(ground)) = &findings[0].fault else {
        unreachable!("no ground");
    };
    assert!((crate::geometry::area_m2(ground) - 10.0).abs() < 1e-6);
    let at = findings[0].at.expect("a place");
    assert!((at.x - X0 - 9.5).abs() < 0.5 && at.y > Y0 + 5.0 && at.y < Y0 + 15.0);
}

#[test]
fn an_overlap_weighs_by_its_area() {
    let check = |depth: f64, expected: &[&str]| {
        let findings = found(&[
            rectangle(0., 0., 10., 20.),
            rectangle(10. - depth, 0., 20., 20.),
        ]);
        let overlaps: Vec<Finding> = findings
            .into_iter()
            .filter(|finding| finding.rule == RuleCode::Overlap)
            .collect();
        assert_eq!(said(&overlaps, "area"), expected, "{depth} m deep");
    };
    check(0.0004, &[]);
    check(0.001, &["traslape L1 L2 0.0200 menor"]);
    check(0.04, &["traslape L1 L2 0.80 menor"]);
    check(0.06, &["traslape L1 L2 1.20"]);
}

#[test]
fn a_parcel_in_force_is_the_other_of_an_overlap_and_never_its_row() {
    let shapes = [rectangle(0., 0., 10., 20.), rectangle(9., 0., 20., 20.)];
    let (code_file, code_force) = ("Z".to_owned(), "A".to_owned());
    let lot = |row, code, shape| Lot {
        row,
        code,
        shape,
        declared_area_m2: None,
    };
    let file = [lot(7, code_file.as_str(), &shapes[0])];
    let in_force = [
        lot(0, code_force.as_str(), &shapes[1]),
        lot(0, "B", &shapes[1]),
    ];
    let around = Surroundings {
        in_force: &in_force,
        ..Surroundings::default()
    };
    let findings = check(&file, &around, &tolerances()).expect("a fabric");
    let overlaps: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.rule == RuleCode::Overlap)
        .collect();
    assert_eq!(overlaps.len(), 2, "those in force are not each other's");
    assert!(
        overlaps
            .iter()
            .all(|finding| finding.row == 7 && finding.code.as_deref() == Some("Z"))
    );
}

#[test]
fn a_gap_beside_a_parcel_in_force_is_told_and_one_between_two_of_them_is_not() {
    let shapes = [
        rectangle(0., 0., 10., 20.),
        rectangle(10.1, 0., 20., 20.),
        rectangle(20.1, 0., 30., 20.),
        rectangle(900., 0., 910., 20.),
        rectangle(910.1, 0., 920., 20.),
    ];
    let names = codes(shapes.len());
    let all = lots(&shapes, &names);
    let around = Surroundings {
        in_force: &all[1..],
        ..Surroundings::default()
    };
    let findings = check(&all[..1], &around, &tolerances()).expect("a fabric");
    assert_eq!(said(&findings, "ancho"), ["hueco L1 L2 0.10"]);
}

#[test]
fn thin_empty_ground_is_a_gap_and_a_passage_is_none() {
    let check = |width: f64, expected: &[&str]| {
        let findings = found(&[
            rectangle(0., 0., 10., 20.),
            rectangle(10. + width, 0., 20., 20.),
        ]);
        assert_eq!(said(&findings, "ancho"), expected, "{width} m wide");
    };
    check(0.005, &[]);
    check(0.05, &["hueco L1 L2 0.05"]);
    check(0.29, &["hueco L1 L2 0.29"]);
    check(0.31, &[]);
    check(1.2, &[]);
}

#[test]
fn a_small_hole_between_lots_is_a_gap_and_a_courtyard_is_none() {
    // Four lots around a square hole.
    let around = |hole: f64| {
        [
            rectangle(0., 0., 10. + hole, 10.),
            rectangle(10. + hole, 0., 50., 10. + hole),
            rectangle(10., 10. + hole, 50., 50.),
            rectangle(0., 10., 10., 50.),
        ]
    };
    let gaps = |shapes: &[MultiPolygon<f64>]| {
        let mut findings = found(shapes);
        findings.retain(|finding| finding.rule == RuleCode::Gap);
        findings
    };
    let findings = gaps(&around(0.9));
    assert_eq!(said(&findings, "area"), ["hueco L1 L2+L3+L4 0.81"]);
    assert!(matches!(findings[0].fault, Some(Geometry::Polygon(_))));
    assert_eq!(
        said(&gaps(&around(1.5)), "area"),
        ["hueco L1 L2+L3+L4 2.25 menor"]
    );
    assert_eq!(gaps(&around(23.0)), []);
    // A wedge between two lots that share a corner, closed by a third.
    let wedge = [
        shape(&[(0., 0.), (10., 0.), (10., 20.), (0., 20.)]),
        shape(&[(10., 0.), (20., 0.), (20., 20.), (10.1, 20.)]),
        rectangle(0., 20., 20., 30.),
    ];
    assert_eq!(said(&gaps(&wedge), "area"), ["hueco L1 L2+L3 0.99"]);
}

#[test]
fn ground_of_a_third_parcel_is_no_gap() {
    let mut findings = found(&[
        rectangle(0., 0., 10., 20.),
        rectangle(10.2, 0., 20., 20.),
        rectangle(10., 0., 10.2, 20.),
    ]);
    findings.retain(|finding| finding.rule == RuleCode::Gap);
    assert_eq!(findings, []);
}

#[test]
fn a_vertex_that_the_neighbour_lacks_is_proposed_once_a_pair() {
    let findings = found(&[
        rectangle(0., 0., 10., 20.),
        shape(&[
            (10., 0.),
            (20., 0.),
            (20., 20.),
            (10., 20.),
            (10., 12.),
            (10.005, 7.),
        ]),
    ]);
    assert_eq!(said(&findings, "cantidad"), ["borde_desigual L1 L2 2"]);
    let Some(Geometry::MultiPoint(vertices)) = &findings[0].repair else {
        unreachable!("no repair");
    };
    assert_eq!(vertices.0.len(), 2);
}

#[test]
fn a_lot_is_asked_for_its_block_and_its_sector() {
    let shapes = [
        rectangle(0., 0., 10., 20.),
        rectangle(30., 0., 40., 20.),
        rectangle(60., 0., 70., 20.),
    ];
    let names = ["22010101001001", "22010101001002", "22010102009001"].map(str::to_owned);
    let file = lots(&shapes, &names);
    let block = rectangle(0., 0., 36., 20.);
    let blocks = [District {
        code: "22010101001",
        shape: &block,
    }];
    let sectors = [District {
        code: "22010101",
        shape: &block,
    }];
    let around = Surroundings {
        blocks: &blocks,
        sectors: &sectors,
        ..Surroundings::default()
    };
    let findings = check(&file, &around, &tolerances()).expect("a fabric");
    let words: Vec<String> = findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule.name(), finding.row))
        .collect();
    assert_eq!(
        words,
        [
            "fuera_de_manzana 2",
            "manzana_desconocida 3",
            "sector_desconocido 3"
        ]
    );
    assert!(said(&findings, "area")[0].ends_with("80.00"));

    let nothing = check(&file, &Surroundings::default(), &tolerances()).expect("a fabric");
    assert_eq!(
        said(&nothing, "capa"),
        ["capa_vacia   sectores", "capa_vacia   manzanas"]
    );
}

#[test]
fn a_lot_in_no_zone_is_told_where_there_are_zones() {
    let shapes = [
        rectangle(0., 0., 10., 20.),
        rectangle(10., 0., 20., 20.),
        rectangle(20., 0., 30., 20.),
    ];
    let names = codes(3);
    let file = lots(&shapes, &names);
    // Its first corner is nobody's, but a strip of the second lot lies in the zone; the third only touches it.
    let zone = rectangle(-5., -5., 20., 15.);
    let zones = [District {
        code: "Z1",
        shape: &zone,
    }];
    let around = Surroundings {
        zones: &zones,
        ..Surroundings::default()
    };
    let findings = check(&file, &around, &tolerances()).expect("a fabric");
    assert_eq!(said(&findings, "codigo"), ["sin_zona L3  L3"]);
    let findings = check(&file, &Surroundings::default(), &tolerances()).expect("a fabric");
    assert!(said(&findings, "codigo").is_empty());
}

#[test]
fn a_road_over_a_lot_is_told_with_the_piece() {
    let shapes = [rectangle(0., 0., 10., 20.), rectangle(10., 0., 20., 20.)];
    let names = codes(2);
    let file = lots(&shapes, &names);
    let axis = Geometry::LineString(LineString::from(vec![
        (X0 - 5., Y0 + 5.),
        (X0 + 4., Y0 + 5.),
        (X0 + 4., Y0 - 30.),
    ]));
    let edge = Geometry::LineString(LineString::from(vec![(X0 + 25., Y0), (X0 + 25., Y0 + 20.)]));
    let area = Geometry::MultiPolygon(rectangle(19.5, -5., 30., 25.));
    let roads = [
        Road {
            name: "Jr. Lima",
            shape: &axis,
        },
        Road {
            name: "Jr. Cusco",
            shape: &edge,
        },
        Road {
            name: "Av. Grau",
            shape: &area,
        },
    ];
    let around = Surroundings {
        roads: &roads,
        ..Surroundings::default()
    };
    let findings = check(&file, &around, &tolerances()).expect("a fabric");
    assert_eq!(
        said(&findings, "medida"),
        [
            "sobre_via L1  9.00 m de su eje",
            "sobre_via L2  10.00 m² de su área"
        ]
    );
}
