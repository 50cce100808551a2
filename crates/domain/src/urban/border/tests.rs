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

fn told(stretches: &[Stretch<'_>], streets: &[Street<'_>]) -> Vec<String> {
    stretches
        .iter()
        .map(|stretch| {
            let facing = match stretch.facing {
                Facing::Parcel(code) => code.to_owned(),
                Facing::Street(Some(place)) => streets[place].name.unwrap_or("?").to_owned(),
                Facing::Street(None) => "street".to_owned(),
                Facing::Unknown => "nobody".to_owned(),
            };
            format!("{:?} {facing} {:.2}", stretch.side, stretch.length_m())
        })
        .collect()
}

#[test]
fn neighbours_and_streets_are_told_from_the_front() {
    // Lot A between B (left as one comes in from the street in the south), D and E (right), C behind.
    let (a, b, c) = (
        lot(10., 0., 20., 20.),
        lot(0., 0., 10., 20.),
        lot(0., 20., 20., 40.),
    );
    let (d, e) = (lot(20., 0., 30., 12.), lot(20., 12., 30., 20.));
    let block = lot(0., 0., 30., 40.);
    let south = street((-50., -6.), (90., -6.));
    let north = street((-50., 46.), (90., 46.));
    let streets = [
        Street {
            name: Some("Jr. Lima"),
            width_m: Some(12.0),
            axis: &south,
        },
        Street {
            name: Some("Jr. Cusco"),
            width_m: None,
            axis: &north,
        },
    ];
    let parcels = [("B", &b), ("C", &c), ("D", &d), ("E", &e)];
    let around = Around {
        parcels: &parcels,
        block: Some(&block),
        streets: &streets,
    };
    let stretches = border(&a.0[0], &around);
    assert_eq!(
        told(&stretches, &streets),
        [
            "Left B 20.00",
            "Rear C 10.00",
            "Right E 8.00",
            "Right D 12.00",
            "Front Jr. Lima 10.00",
        ]
    );
    // Beside E, inside the block, is nobody's ground and no street; the street on its other side has no axis.
    let stretches = border(&e.0[0], &around);
    assert_eq!(
        told(&stretches, &streets)[1..3],
        ["Right nobody 10.00", "Front street 8.00"]
    );
}

#[test]
fn without_a_front_the_compass_tells() {
    let (a, b) = (lot(0., 0., 10., 20.), lot(10., 0., 20., 20.));
    let parcels = [("B", &b)];
    let around = Around {
        parcels: &parcels,
        ..Around::default()
    };
    assert_eq!(
        told(&border(&a.0[0], &around), &[]),
        [
            "West nobody 20.00",
            "North nobody 10.00",
            "East B 20.00",
            "South nobody 10.00"
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
    let around = Around {
        block: Some(&block),
        streets: &streets,
        ..Around::default()
    };
    let told = told(&border(&a.0[0], &around), &streets);
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
    fn stretches_make_up_the_border(cut in 1.0_f64..19.0, shift in -0.2_f64..0.2, width in 3.0_f64..30.0) {
        let a = lot(0., 0., width, 20.);
        let (b, c) = (lot(width + shift, 0., 60., cut), lot(width + shift, cut, 60., 20.));
        let parcels = [("B", &b), ("C", &c)];
        let around = Around { parcels: &parcels, block: Some(&a), ..Around::default() };
        let stretches = border(&a.0[0], &around);
        let sum: f64 = stretches.iter().map(Stretch::length_m).sum();
        prop_assert!((sum - 2.0 * (width + 20.0)).abs() < 1e-6);
        for pair in stretches.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
        }
    }
}
