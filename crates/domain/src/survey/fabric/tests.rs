use geo_types::{Geometry, LineString, MultiPolygon};
use proptest::prelude::*;

use super::*;
use crate::survey::{
    RuleCode,
    rules::drawn::{X0, Y0, rectangle, shape, tolerances},
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

#[test]
fn a_heap_of_copies_is_refused_at_once() {
    let shapes: Vec<_> = (0..2_000).map(|_| rectangle(0., 0., 10., 20.)).collect();
    let names = codes(shapes.len());
    let file = lots(&shapes, &names);
    let refused = check(&file, &Surroundings::default(), &tolerances());
    assert!(matches!(refused, Err(TooManyOverlaps { lots: 2_000, .. })));
}

/// A comb of long thin teeth, each side a little longer than the last.
fn comb(teeth: u32, y0: f64) -> MultiPolygon<f64> {
    let mut corners = vec![(-5., y0), (-5., y0 + 0.4 * f64::from(teeth))];
    for tooth in (0..teeth).rev() {
        let (y, reach) = (
            y0 + 0.4 * f64::from(tooth),
            100.0 + 0.001 * f64::from(tooth),
        );
        corners.extend([(reach, y + 0.15), (reach, y), (0., y)]);
        corners.push((0., y - 0.2));
    }
    corners.pop();
    shape(&corners)
}

#[test]
fn two_combs_of_thousands_of_teeth_are_refused_at_once() {
    let shapes = [comb(15_000, 0.), comb(15_000, 0.2)];
    let names = codes(2);
    let file = lots(&shapes, &names);
    let begun = std::time::Instant::now();
    let refused = check(&file, &Surroundings::default(), &tolerances());
    assert!(matches!(refused, Err(TooManyOverlaps { lots: 2, .. })));
    assert!(begun.elapsed().as_secs() < 20);
}

#[test]
fn a_lot_without_ground_or_place_spoils_no_other() {
    let nowhere = shape(&[(f64::NAN, 0.), (10., 0.), (10., 20.)]);
    let findings = found(&[
        rectangle(0., 0., 10., 20.),
        MultiPolygon(vec![]),
        nowhere,
        rectangle(9., 0., 20., 20.),
    ]);
    assert!(said(&findings, "area").contains(&"traslape L1 L4 20.00".to_owned()));
}

/// Lots of a town that somebody's hand shook.
fn shaken_town() -> impl Strategy<Value = Vec<MultiPolygon<f64>>> {
    let shake = prop_oneof![3 => Just(0.0), 1 => -0.4..0.4_f64];
    prop::collection::vec((shake.clone(), shake), 16).prop_map(|shakes| {
        shakes
            .iter()
            .enumerate()
            .map(|(number, (dx, dy))| {
                let (x, y) = ((number % 4) as f64 * 10.0, (number / 4) as f64 * 20.0);
                shape(&[
                    (x, y),
                    (x + 10.0 + dx, y),
                    (x + 10.0, y + 20.0 + dy),
                    (x, y + 20.0),
                ])
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_the_file_changes_nothing_and_nothing_changes_the_file(
        town in shaken_town(),
        order in Just((0..16_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let names = codes(town.len());
        let before = town.clone();
        let file = lots(&town, &names);
        let shuffled: Vec<Lot<'_>> = order.iter().map(|&place| file[place]).collect();
        let around = Surroundings::default();
        let straight = check(&file, &around, &tolerances()).expect("a fabric");
        let mixed = check(&shuffled, &around, &tolerances()).expect("a fabric");
        prop_assert_eq!(straight, mixed);
        prop_assert_eq!(town, before);
    }
}
