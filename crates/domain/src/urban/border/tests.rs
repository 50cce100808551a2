use geo_types::{Rect, line_string};
use proptest::prelude::*;

use super::*;

const EAST: f64 = 280_000.0;
const NORTH: f64 = 9_332_000.0;

fn at(x: f64, y: f64) -> Coord<f64> {
    Coord {
        x: EAST + x,
        y: NORTH + y,
    }
}

fn lot(x0: f64, y0: f64, x1: f64, y1: f64) -> MultiPolygon<f64> {
    Rect::new(at(x0, y0), at(x1, y1)).to_polygon().into()
}

fn street(from: (f64, f64), to: (f64, f64)) -> Geometry<f64> {
    Geometry::LineString(line_string![at(from.0, from.1), at(to.0, to.1)])
}

fn told(stretches: &[Stretch], streets: &[Street<'_>]) -> Vec<String> {
    stretches
        .iter()
        .map(|stretch| {
            let facing = match stretch.facing {
                Facing::Street(Some(place)) => streets[place].name.unwrap_or("?").to_owned(),
                Facing::Street(None) => "street".to_owned(),
                Facing::Block => "block".to_owned(),
            };
            format!("{:?} {facing} {:.2}", stretch.side, stretch.length_m())
        })
        .collect()
}

#[test]
fn sides_are_told_from_the_front() {
    // A lot on the street in the south; the block goes on behind it and beside it.
    let (a, e) = (lot(10., 0., 20., 20.), lot(20., 12., 30., 20.));
    let block = lot(0., 0., 30., 40.);
    let south = street((-50., -6.), (90., -6.));
    let streets = [Street {
        name: Some("Jr. Lima"),
        width_m: Some(12.0),
        axis: &south,
    }];
    assert_eq!(
        told(&border(&a.0[0], &block, &streets), &streets),
        [
            "Left block 20.00",
            "Rear block 10.00",
            "Right block 20.00",
            "Front Jr. Lima 10.00",
        ]
    );
    // Beyond the east of the block is a street whose axis nobody has drawn.
    assert_eq!(
        told(&border(&e.0[0], &block, &streets), &streets),
        [
            "Rear block 8.00",
            "Right block 10.00",
            "Front street 8.00",
            "Left block 10.00"
        ]
    );
}

#[test]
fn without_a_front_the_compass_tells() {
    let (a, block) = (lot(5., 5., 15., 25.), lot(0., 0., 30., 40.));
    assert_eq!(
        told(&border(&a.0[0], &block, &[]), &[]),
        [
            "West block 20.00",
            "North block 10.00",
            "East block 20.00",
            "South block 10.00"
        ]
    );
}

#[test]
fn on_a_corner_the_longer_border_is_the_front() {
    let a = lot(0., 0., 10., 20.);
    let block = lot(0., 0., 30., 40.);
    let (south, west) = (
        street((-50., -6.), (90., -6.)),
        street((-8., -50.), (-8., 90.)),
    );
    let streets = [
        Street {
            name: Some("Jr. Lima"),
            width_m: None,
            axis: &south,
        },
        Street {
            name: Some("Jr. Puno"),
            width_m: None,
            axis: &west,
        },
    ];
    let told = told(&border(&a.0[0], &block, &streets), &streets);
    assert!(
        told.contains(&"Front Jr. Puno 20.00".to_owned()),
        "{told:?}"
    );
    // Coming in from the west, the street in the south is on the right.
    assert!(
        told.contains(&"Right Jr. Lima 10.00".to_owned()),
        "{told:?}"
    );
}

proptest! {
    #[test]
    fn stretches_make_up_the_border(corner in 1.0_f64..19.0, width in 3.0_f64..30.0) {
        let a = lot(0., 0., width, 20.);
        let block = lot(0., 0., width + 10.0, corner + 20.0);
        let stretches = border(&a.0[0], &block, &[]);
        let sum: f64 = stretches.iter().map(Stretch::length_m).sum();
        prop_assert!((sum - 2.0 * (width + 20.0)).abs() < 1e-6);
        for pair in stretches.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
        }
    }
}
