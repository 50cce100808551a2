use geo::{Area as _, BooleanOps as _};
use geo_types::{Coord, LineString, MultiPolygon, Polygon, polygon};
use proptest::prelude::*;

use super::{Ledger, Scratch, ledger, ledger_with};
use crate::geometry::{
    drawing::{X0, Y0, blocks},
    prepared::PreparedArea,
};

/// Draws one lot and its zones, a letter 10 m by 10 m, and compares the ledger in words.
fn check_shares(lot: &str, zones: &str, expected: &str) {
    let lots = blocks(lot);
    assert_eq!(lots.len(), 1, "draw one lot");
    let lot = &lots[0].1;
    let zones = blocks(zones);
    let prepared: Vec<PreparedArea> = zones
        .iter()
        .map(|(_, zone)| PreparedArea::new(zone))
        .collect();
    let ledger = ledger(lot, &prepared.iter().collect::<Vec<_>>());
    assert_balanced(&ledger);
    let shares = zones
        .iter()
        .zip(&ledger.shares_m2)
        .map(|((name, _), share)| format!("{name} {share:.2}"));
    let rest = [
        format!("none {:.2}", ledger.uncovered_m2),
        format!("twice {:.2}", ledger.doubly_covered_m2),
    ];
    assert_eq!(shares.chain(rest).collect::<Vec<_>>().join(", "), expected);
}

fn assert_balanced(ledger: &Ledger) {
    let shares: f64 = ledger.shares_m2.iter().sum();
    let near = 1e-9 * ledger.parcel_area_m2 + 1e-9;
    assert!(
        (shares - ledger.covered_m2 - ledger.doubly_covered_m2).abs() < near,
        "{ledger:?}"
    );
    assert!(
        (ledger.covered_m2 + ledger.uncovered_m2 - ledger.parcel_area_m2).abs() < near,
        "{ledger:?}"
    );
}

#[test]
fn a_lot_cut_by_two_zones_gets_both_shares() {
    check_shares(
        "aaa\naaa",
        "RRC\nRRC",
        "C 200.00, R 400.00, none 0.00, twice 0.00",
    );
}

#[test]
fn a_zone_around_the_lot_takes_it_whole() {
    check_shares(
        "....\n.aa.\n....",
        "RRRR\nRRRR\nRRRR",
        "R 200.00, none 0.00, twice 0.00",
    );
}

#[test]
fn a_zone_along_the_border_takes_nothing() {
    check_shares(
        "..aa\n..aa",
        "RR..\nRR..",
        "R 0.00, none 400.00, twice 0.00",
    );
    check_shares(
        "....\n..aa",
        "..RR\n....",
        "R 0.00, none 200.00, twice 0.00",
    );
    check_shares(
        "..aa\n....",
        "....\n..RR",
        "R 0.00, none 200.00, twice 0.00",
    );
    check_shares(
        "aa..\naa..",
        "..RR\n..RR",
        "R 0.00, none 400.00, twice 0.00",
    );
}

#[test]
fn a_zone_that_touches_at_a_corner_takes_nothing() {
    check_shares(".a\n..", "..\nR.", "R 0.00, none 100.00, twice 0.00");
    check_shares("..\na.", ".R\n..", "R 0.00, none 100.00, twice 0.00");
}

#[test]
fn a_hole_in_the_zone_is_uncovered() {
    check_shares(
        "aaa\naaa\naaa",
        "RRR\nR.R\nRRR",
        "R 800.00, none 100.00, twice 0.00",
    );
    check_shares(
        "...\n.a.\n...",
        "RRR\nR.R\nRRR",
        "R 0.00, none 100.00, twice 0.00",
    );
}

#[test]
fn a_courtyard_is_nobodys_share() {
    check_shares(
        "aaa\na.a\naaa",
        "RRR\nRRR\nCCC",
        "C 300.00, R 500.00, none 0.00, twice 0.00",
    );
    check_shares(
        "aaa\na.a\naaa",
        "...\n.R.\n...",
        "R 0.00, none 800.00, twice 0.00",
    );
}

#[test]
fn the_same_zone_twice_covers_doubly() {
    let lot = &blocks("aa")[0].1;
    let zone = PreparedArea::new(&blocks("RC")[1].1);
    let ledger = ledger(lot, &[&zone, &zone, &zone]);
    assert_balanced(&ledger);
    assert!(
        (ledger.covered_m2 - 100.0).abs() < 1e-9 && (ledger.doubly_covered_m2 - 200.0).abs() < 1e-9,
        "{ledger:?}"
    );
}

#[test]
fn no_zones_and_no_parcel_are_answers_too() {
    let lot = &blocks("a")[0].1;
    assert!((ledger(lot, &[]).uncovered_m2 - 100.0).abs() < 1e-9);
    let zone = PreparedArea::new(lot);
    assert_eq!(
        ledger(&MultiPolygon(vec![]), &[&zone]),
        Ledger {
            shares_m2: vec![0.0],
            ..Ledger::default()
        }
    );
    let empty = PreparedArea::new(&MultiPolygon(vec![]));
    assert_eq!(ledger(lot, &[&empty]).shares_m2, vec![0.0]);
}

#[test]
fn a_zone_that_is_the_parcel_covers_it_exactly() {
    let lot = MultiPolygon(vec![polygon![
        (x: X0 + 0.1, y: Y0 + 0.3), (x: X0 + 17.7, y: Y0 - 2.9), (x: X0 + 21.3, y: Y0 + 33.3), (x: X0 - 4.1, y: Y0 + 28.7),
    ]]);
    let ledger = ledger(&lot, &[&PreparedArea::new(&lot)]);
    assert!(ledger.uncovered_m2.abs() < 1e-9, "{ledger:?}");
    assert!(
        (ledger.shares_m2[0] - lot.unsigned_area()).abs() < 1e-6,
        "{ledger:?}"
    );
}

fn star(x: f64, y: f64, radii: &[f64]) -> MultiPolygon<f64> {
    let step = std::f64::consts::TAU / radii.len() as f64;
    let corners = radii.iter().enumerate().map(|(corner, radius)| {
        let (sin, cos) = (step * corner as f64).sin_cos();
        Coord {
            x: X0 + x + radius * cos,
            y: Y0 + y + radius * sin,
        }
    });
    MultiPolygon(vec![Polygon::new(LineString(corners.collect()), vec![])])
}

/// Corners on a coarse grid: shared vertices, collinear and upright borders come by themselves.
fn grid_triangle(corners: [(u8, u8); 3]) -> MultiPolygon<f64> {
    let corners = corners.map(|(x, y)| Coord {
        x: X0 + f64::from(x),
        y: Y0 + f64::from(y),
    });
    MultiPolygon(vec![Polygon::new(LineString(corners.to_vec()), vec![])])
}

fn any_star() -> impl Strategy<Value = MultiPolygon<f64>> {
    (
        -20.0..20.0,
        -20.0..20.0,
        prop::collection::vec(5.0..40.0, 3..40),
    )
        .prop_map(|(x, y, radii)| star(x, y, &radii))
}

fn any_triangle() -> impl Strategy<Value = MultiPolygon<f64>> {
    prop::array::uniform3((0_u8..6, 0_u8..6)).prop_map(grid_triangle)
}

fn check_against_geo(lot: &MultiPolygon<f64>, zone: &MultiPolygon<f64>) {
    let ledger = ledger(lot, &[&PreparedArea::new(zone)]);
    assert_balanced(&ledger);
    // geo's clipper works on a grid of its own making: good to about 1e-7 of the extent.
    let expected = lot.intersection(zone).unsigned_area();
    assert!(
        (ledger.shares_m2[0] - expected).abs() < 2e-3,
        "{} here, {expected} there",
        ledger.shares_m2[0]
    );
}

proptest! {
    #[test]
    fn a_share_is_the_area_of_the_intersection(lot in any_star(), zone in any_star()) {
        check_against_geo(&lot, &zone);
    }

    #[test]
    fn a_share_is_the_area_of_the_intersection_on_a_grid(lot in any_triangle(), zone in any_triangle()) {
        check_against_geo(&lot, &zone);
    }

    #[test]
    fn a_zone_and_what_it_leaves_make_the_whole_parcel(lot in any_star(), zone in any_star()) {
        let mut rest = star(0.0, 0.0, &[500.0; 8]);
        rest.0[0].interiors_push(zone.0[0].exterior().clone());
        let ledger = ledger(&lot, &[&PreparedArea::new(&zone), &PreparedArea::new(&rest)]);
        assert_balanced(&ledger);
        prop_assert!(ledger.uncovered_m2.abs() < 1e-8 && ledger.doubly_covered_m2.abs() < 1e-8, "{ledger:?}");
        prop_assert!((ledger.covered_m2 - lot.unsigned_area()).abs() < 1e-5);
    }

    #[test]
    fn the_order_of_the_zones_does_not_matter(lot in any_triangle(), zones in prop::collection::vec(any_triangle(), 4)) {
        let zones: Vec<_> = zones.iter().map(PreparedArea::new).collect();
        let mut scratch = Scratch::default();
        let one = ledger_with(&mut scratch, &lot, &zones.iter().collect::<Vec<_>>());
        let other = ledger_with(&mut scratch, &lot, &zones.iter().rev().collect::<Vec<_>>());
        assert_balanced(&one);
        for (a, b) in one.shares_m2.iter().zip(other.shares_m2.iter().rev()) {
            prop_assert!((a - b).abs() < 1e-9);
        }
        prop_assert!((one.covered_m2 - other.covered_m2).abs() < 1e-9);
    }

    #[test]
    fn a_point_is_inside_as_geo_says(zone in any_star(), x in -50.0..50.0, y in -50.0..50.0) {
        use geo::Contains as _;
        let point = Coord { x: X0 + x, y: Y0 + y };
        prop_assert_eq!(PreparedArea::new(&zone).point_in(point), zone.contains(&point));
    }
}

#[test]
fn twenty_thousand_borders_through_one_parcel_add_up() {
    let teeth = 5_000;
    let mut corners = vec![Coord {
        x: X0 - 1.0,
        y: Y0 - 1.0,
    }];
    for tooth in 0..teeth {
        let x = X0 + 0.02 * f64::from(tooth);
        corners.extend(
            [(0.0, 60.0), (0.01, 60.0), (0.01, 20.0), (0.02, 20.0)].map(|(dx, dy)| Coord {
                x: x + dx,
                y: Y0 + dy,
            }),
        );
    }
    corners.push(Coord {
        x: X0 + 100.0,
        y: Y0 - 1.0,
    });
    let comb = PreparedArea::new(&MultiPolygon(vec![Polygon::new(
        LineString(corners),
        vec![],
    )]));
    let lot = MultiPolygon(vec![polygon![
        (x: X0, y: Y0), (x: X0 + 100.0, y: Y0), (x: X0 + 100.0, y: Y0 + 40.0), (x: X0, y: Y0 + 40.0),
    ]]);
    let ledger = ledger(&lot, &[&comb]);
    assert_balanced(&ledger);
    assert!((ledger.shares_m2[0] - 3_000.0).abs() < 1e-4, "{ledger:?}");
}
