use geo_types::{LineString, MultiLineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::*;
use crate::parcel::technical_data;

fn shape(corners: &[[f64; 2]]) -> MultiPolygon<f64> {
    let ring: LineString<f64> = corners.iter().map(|[x, y]| (*x, *y)).collect();
    MultiPolygon(vec![Polygon::new(ring, vec![])])
}

fn box_of([x, y, width, depth]: [f64; 4]) -> MultiPolygon<f64> {
    shape(&[
        [x, y],
        [x + width, y],
        [x + width, y + depth],
        [x, y + depth],
    ])
}

fn street(from: [f64; 2], to: [f64; 2]) -> MultiLineString<f64> {
    MultiLineString(vec![LineString::from(vec![from, to])])
}

/// The border of a lot as lines of words, between neighbours and streets.
fn told(
    lot: &MultiPolygon<f64>,
    parcels: &[(&str, MultiPolygon<f64>)],
    streets: &[(&str, MultiLineString<f64>)],
    address: Option<&str>,
) -> Vec<String> {
    let around = Around {
        parcels: parcels.iter().map(|(code, shape)| (*code, shape)).collect(),
        streets: streets.iter().map(|(name, axis)| (*name, axis)).collect(),
        address,
    };
    let told = boundaries(&technical_data(lot), &around);
    let stretches = told.stretches.iter();
    stretches
        .map(|stretch| {
            let who = match &stretch.facing {
                Facing::Parcel(code) => code,
                Facing::Street(name) => name,
                Facing::Unknown => "?",
            };
            let sides: Vec<&str> = stretch
                .pieces
                .iter()
                .map(|piece| piece.side.as_str())
                .collect();
            format!(
                "{:?}: {who} {:.2} ({})",
                stretch.toward,
                stretch.length_m(),
                sides.join(", ")
            )
        })
        .collect()
}

#[test]
fn a_lot_in_a_row_is_told_from_its_street() {
    assert_eq!(
        told(
            &box_of([10.0, 0.0, 10.0, 20.0]),
            &[
                ("west", box_of([0.0, 0.0, 10.0, 20.0])),
                ("east", box_of([20.0, 0.0, 10.0, 20.0])),
                ("behind", box_of([0.0, 20.0, 30.0, 20.0])),
            ],
            &[("Jr. Sol", street([-10.0, -6.0], [40.0, -6.0]))],
            None,
        ),
        // Who enters from the south has the east to the right.
        [
            "Front: Jr. Sol 10.00 (C-D)",
            "Right: east 20.00 (B-C)",
            "Left: west 20.00 (D-A)",
            "Back: behind 10.00 (A-B)",
        ]
    );
}

#[test]
fn a_side_on_two_neighbours_is_told_in_two_pieces() {
    assert_eq!(
        told(
            &box_of([0.0, 0.0, 10.0, 20.0]),
            &[
                ("one", box_of([0.0, 20.0, 4.0, 5.0])),
                ("two", box_of([4.0, 20.0, 8.0, 5.0])),
            ],
            &[("Jr. Sol", street([-10.0, -6.0], [40.0, -6.0]))],
            None,
        ),
        [
            "Front: Jr. Sol 10.00 (C-D)",
            "Right: ? 20.00 (B-C)",
            "Left: ? 20.00 (D-A)",
            "Back: one 4.00 (A-B)",
            "Back: two 6.00 (A-B)",
        ]
    );
}

#[test]
fn the_front_of_a_corner_lot_is_where_its_address_says() {
    let lot = box_of([0.0, 0.0, 10.0, 20.0]);
    let streets = [
        ("Jr. Sol", street([-10.0, -6.0], [40.0, -6.0])),
        ("Jr. Sol Naciente", street([-6.0, -10.0], [-6.0, 40.0])),
    ];
    let by_address = told(&lot, &[], &streets, Some("JR. SOL NACIENTE 120"));
    assert_eq!(
        by_address,
        [
            "Front: Jr. Sol Naciente 20.00 (D-A)",
            "Right: Jr. Sol 10.00 (C-D)",
            "Left: ? 10.00 (A-B)",
            "Back: ? 20.00 (B-C)",
        ]
    );
    assert_eq!(
        told(&lot, &[], &streets, None),
        [
            "North: ? 10.00 (A-B)",
            "East: ? 20.00 (B-C)",
            "South: Jr. Sol 10.00 (C-D)",
            "West: Jr. Sol Naciente 20.00 (D-A)",
        ]
    );
}

#[test]
fn a_street_beyond_another_parcel_is_not_faced() {
    assert_eq!(
        told(
            &box_of([0.0, 0.0, 10.0, 10.0]),
            &[("over", box_of([0.0, 12.0, 10.0, 10.0]))],
            &[("Jr. Sol", street([-10.0, 30.0], [40.0, 30.0]))],
            None,
        )[0],
        "North: ? 10.00 (A-B)"
    );
}

#[test]
fn a_neighbour_that_touches_a_corner_alone_is_none() {
    let lines = told(
        &shape(&[[0.0, 0.0], [0.4, 0.0], [0.4, 10.0], [0.0, 10.0]]),
        &[
            ("corner", box_of([0.4, -5.0, 5.0, 5.0])),
            ("east", box_of([0.4, 0.0, 10.0, 10.0])),
        ],
        &[],
        None,
    );
    assert_eq!(
        lines,
        [
            "North: ? 0.40 (A-B)",
            "East: east 10.00 (B-C)",
            "South: ? 0.40 (C-D)",
            "West: ? 10.00 (D-A)",
        ]
    );
}

#[test]
fn who_is_in_a_hole_is_told() {
    let hole = box_of([10.0, 10.0, 5.0, 5.0]);
    let lot = MultiPolygon(vec![Polygon::new(
        box_of([0.0, 0.0, 30.0, 30.0]).0[0].exterior().clone(),
        vec![hole.0[0].exterior().clone()],
    )]);
    let lines = told(&lot, &[("inner", hole)], &[], None);
    assert_eq!(lines[4], "Inside: inner 20.00 (E-F, F-G, G-H, H-E)");
}

proptest! {
    #[test]
    fn the_stretches_are_as_long_as_the_border(
        corners in proptest::collection::vec(5.0_f64..40.0, 3..12),
        others in proptest::collection::vec((-40.0_f64..40.0, -40.0_f64..40.0, 1.0_f64..30.0, 1.0_f64..30.0), 0..6),
    ) {
        let count = corners.len() as f64;
        let ring: Vec<[f64; 2]> = corners
            .iter()
            .enumerate()
            .map(|(i, far)| {
                let turn = i as f64 / count * std::f64::consts::TAU;
                [turn.cos() * far, turn.sin() * far]
            })
            .collect();
        let data = technical_data(&shape(&ring));
        let others: Vec<MultiPolygon<f64>> = others.into_iter().map(|(x, y, w, d)| box_of([x, y, w, d])).collect();
        let around = Around {
            parcels: others.iter().map(|shape| ("x", shape)).collect(),
            streets: Vec::new(),
            address: None,
        };
        let told: f64 = boundaries(&data, &around).stretches.iter().map(Stretch::length_m).sum();
        prop_assert!((told - data.perimeter_m).abs() < 1e-6);
    }
}
