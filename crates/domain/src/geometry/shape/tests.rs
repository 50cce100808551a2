use geo_types::{LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::{FaultKind, ParcelShape};
use wkt::multi_polygon;

mod wkt;

fn verdict(text: &str) -> Option<FaultKind> {
    let shape = multi_polygon(text).expect("a polygon as text");
    ParcelShape::parse(shape).err().map(|fault| fault.kind)
}

#[track_caller]
fn check_valid(text: &str) {
    assert_eq!(verdict(text), None);
}

#[track_caller]
fn check_fault(text: &str, kind: FaultKind) {
    assert_eq!(verdict(text), Some(kind));
}

#[test]
fn common_shapes_are_valid() {
    check_valid("POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))");
    check_valid("POLYGON((0 0, 0 10, 10 10, 10 0, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))");
    check_valid("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))");
}

#[test]
fn repeated_corners_in_a_row_are_valid() {
    check_valid("POLYGON((0 0, 0 0, 10 0, 10 10, 10 10, 10 10, 0 10, 0 0, 0 0))");
}

#[test]
fn too_few_corners() {
    check_fault("POLYGON((0 0, 10 0, 0 0, 0 0))", FaultKind::TooFewPoints);
    check_fault("POLYGON((5 5, 5 5, 5 5, 5 5))", FaultKind::TooFewPoints);
    check_fault(
        "POLYGON((0 0, 10 0, 10 10, 0 0), (2 1, 2 1, 3 1, 2 1))",
        FaultKind::TooFewPoints,
    );
}

#[test]
fn nothing_is_a_fault() {
    assert_eq!(
        ParcelShape::parse(MultiPolygon(vec![]))
            .err()
            .map(|fault| fault.kind),
        Some(FaultKind::Empty)
    );
}

#[test]
fn coordinates_that_are_no_place() {
    check_fault("POLYGON((0 0, 10 0, NaN 10, 0 0))", FaultKind::NotFinite);
    check_fault("POLYGON((0 0, 10 0, 10 inf, 0 0))", FaultKind::NotFinite);
    check_fault("POLYGON((0 0, 10 0, 10 1e9, 0 0))", FaultKind::NotFinite);
    check_valid("POLYGON((0 0, 10 0, 10 999999999, 0 0))");
}

#[test]
fn a_bow_tie_crosses_itself() {
    check_fault(
        "POLYGON((0 0, 10 10, 10 0, 0 10, 0 0))",
        FaultKind::SelfIntersection,
    );
}

#[test]
fn spikes_run_along_themselves() {
    check_fault(
        "POLYGON((0 0, 10 0, 10 20, 10 10, 0 10, 0 0))",
        FaultKind::Spike,
    );
    check_fault("POLYGON((0 0, 5 0, 10 0, 0 0))", FaultKind::Spike);
}

#[test]
fn a_ring_that_meets_itself_at_a_corner() {
    check_fault(
        "POLYGON((0 0, 5 5, 10 0, 10 10, 5 5, 0 10, 0 0))",
        FaultKind::RingSelfTouch,
    );
    check_fault(
        "POLYGON((0 0, 10 0, 10 10, 5 0, 0 10, 0 0))",
        FaultKind::RingSelfTouch,
    );
}

#[test]
fn holes_and_their_shell() {
    check_fault(
        "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (20 2, 24 2, 24 4, 20 2))",
        FaultKind::HoleOutsideShell,
    );
    check_fault(
        "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (9 2, 14 2, 14 4, 9 2))",
        FaultKind::HoleOutsideShell,
    );
    check_fault(
        "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (5 2, 14 2, 14 4, 5 2))",
        FaultKind::SelfIntersection,
    );
    check_fault(
        "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (0 0, 9 0, 9 9, 0 9, 0 0))",
        FaultKind::DuplicateRings,
    );
    check_fault(
        "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1), (2 2, 4 2, 4 4, 2 2))",
        FaultKind::NestedHoles,
    );
    // The hole's first corner is on the shell's border, once at a corner of it, once between two.
    check_valid("POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (0 0, 4 2, 2 4, 0 0))");
    check_valid("POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (4 0, 5 3, 3 3, 4 0))");
    check_valid("POLYGON((0 0, 0 9, 9 9, 9 0, 0 0), (4 0, 5 3, 3 3, 4 0))");
}

#[test]
fn touching_rings_may_not_cut_the_ground() {
    check_fault(
        "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (0 5, 5 4, 9 5, 5 6, 0 5))",
        FaultKind::DisconnectedInterior,
    );
    check_fault(
        "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (0 5, 3 4, 5 5, 3 6, 0 5), (5 5, 7 4, 9 5, 7 6, 5 5))",
        FaultKind::DisconnectedInterior,
    );
    // Three holes at one point leave the ground in one piece.
    check_valid(
        "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (5 5, 3 4, 3 6, 5 5), (5 5, 7 4, 7 6, 5 5), (5 5, 4 8, 6 8, 5 5))",
    );
}

#[test]
fn parts_and_each_other() {
    check_valid("MULTIPOLYGON(((0 0, 5 0, 5 5, 0 5, 0 0)), ((5 5, 9 5, 9 9, 5 9, 5 5)))");
    check_fault(
        "MULTIPOLYGON(((0 0, 9 0, 9 9, 0 9, 0 0)), ((2 2, 4 2, 4 4, 2 2)))",
        FaultKind::NestedShells,
    );
    check_fault(
        "MULTIPOLYGON(((0 0, 9 0, 9 9, 0 9, 0 0)), ((0 0, 4 2, 2 4, 0 0)))",
        FaultKind::NestedShells,
    );
    check_fault(
        "MULTIPOLYGON(((0 0, 5 0, 5 5, 0 5, 0 0)), ((5 0, 9 0, 9 5, 5 5, 5 0)))",
        FaultKind::SelfIntersection,
    );
    check_fault(
        "MULTIPOLYGON(((0 0, 5 0, 5 5, 0 0)), ((5 0, 5 5, 0 0, 5 0)))",
        FaultKind::DuplicateRings,
    );
    // An island in a lake, also one that touches the shore all round.
    check_valid(
        "MULTIPOLYGON(((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 7 2, 7 7, 2 7, 2 2)), ((3 3, 5 3, 5 5, 3 3)))",
    );
    check_valid(
        "MULTIPOLYGON(((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 7 2, 7 7, 2 7, 2 2)), ((4 2, 7 4, 4 7, 2 4, 4 2)))",
    );
}

#[test]
fn a_corner_that_misses_a_border_by_the_last_bit_is_decided_exactly() {
    // (0.1, 0.1 × 3) is not on the line y = 3 x: 0.1 × 3 rounds up.
    let y = 0.1_f64 * 3.0;
    check_valid(&format!(
        "MULTIPOLYGON(((0 0, 1 3, 1 0, 0 0)), ((0.1 {y}, 0 1, -1 1, 0.1 {y})))"
    ));
}

/// Rings of a hundred thousand corners, in the shapes that make sweeps quadratic.
#[test]
fn large_rings_take_no_forever() {
    let teeth = 25_000;
    let comb = |turn: fn(f64, f64) -> (f64, f64)| {
        let mut corners: Vec<(f64, f64)> = Vec::new();
        for tooth in 0..teeth {
            let x = f64::from(tooth) * 4.0;
            corners.extend([
                turn(x, 1.0),
                turn(x + 1.0, 1e5),
                turn(x + 2.0, 1e5),
                turn(x + 3.0, 1.0),
            ]);
        }
        corners.extend([turn(f64::from(teeth) * 4.0, 0.0), turn(0.0, 0.0)]);
        MultiPolygon(vec![Polygon::new(LineString::from(corners), vec![])])
    };
    let started = std::time::Instant::now();
    assert!(ParcelShape::parse(comb(|x, y| (x, y))).is_ok());
    assert!(ParcelShape::parse(comb(|x, y| (y, x))).is_ok());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

/// The cases of the Java Topology Suite, where they are at hand.
#[test]
fn the_verdicts_are_those_of_the_topology_suite() {
    for file in ["TestValid.xml", "TestValid2.xml"] {
        let path = format!(
            "{}/../../../shared/data/vectores-topologia/general/{file}",
            env!("CARGO_MANIFEST_DIR")
        );
        let Ok(text) = std::fs::read_to_string(&path) else {
            #[expect(clippy::print_stderr, reason = "says what was not tested")]
            {
                eprintln!("skipped: no {file}");
            }
            continue;
        };
        let mut compared = 0;
        for case in wkt::cases(&text) {
            let Some(shape) = multi_polygon(&case.shape) else {
                continue;
            };
            let parsed = ParcelShape::parse(shape.clone());
            if matches!(&parsed, Err(fault) if fault.kind == FaultKind::Empty) {
                continue; // valid there, on purpose not here
            }
            assert_eq!(
                parsed.is_ok(),
                case.valid,
                "{file}: {} {:?} {:?}",
                case.name,
                parsed.err(),
                case.shape
            );
            compared += 1;
        }
        assert!(compared > 20, "{file}: only {compared} cases read");
    }
}

fn any_ring() -> impl Strategy<Value = LineString<f64>> {
    prop::collection::vec((0_u8..6, 0_u8..6), 3..8).prop_map(|corners| {
        let mut ring: Vec<(f64, f64)> = corners
            .into_iter()
            .map(|(x, y)| (f64::from(x), f64::from(y)))
            .collect();
        ring.push(ring[0]);
        LineString::from(ring)
    })
}

fn any_shape() -> impl Strategy<Value = MultiPolygon<f64>> {
    let part = (any_ring(), prop::collection::vec(any_ring(), 0..2))
        .prop_map(|(shell, holes)| Polygon::new(shell, holes));
    prop::collection::vec(part, 1..3).prop_map(MultiPolygon)
}

proptest! {
    #[test]
    fn the_verdict_does_not_depend_on_where_a_ring_begins_nor_on_its_turn(shape in any_shape(), first in 0_usize..8) {
        let turned = MultiPolygon(shape.0.iter().map(|part| {
            Polygon::new(turn(part.exterior(), first), part.interiors().iter().map(|hole| turn(hole, first)).collect())
        }).rev().collect());
        prop_assert_eq!(ParcelShape::parse(shape).is_ok(), ParcelShape::parse(turned).is_ok());
    }
}

fn turn(ring: &LineString<f64>, first: usize) -> LineString<f64> {
    let mut corners = ring.0[1..].to_vec();
    let first = first % corners.len();
    corners.rotate_left(first);
    corners.reverse();
    LineString(corners)
}
