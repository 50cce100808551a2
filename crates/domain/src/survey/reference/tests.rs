//! Towns, and files of them that lie here and there.

use geo_types::{MultiPolygon, Polygon};
use proptest::prelude::*;

use super::*;
use crate::{
    geometry::PreparedArea,
    survey::{
        Catalogue,
        fabric::Lot,
        rules::samples::{X0, Y0, rectangle, tolerances},
    },
};

/// Blocks of lots of many widths: a town as it grew.
fn town(count: usize) -> Vec<(String, MultiPolygon<f64>)> {
    let mut at = 0.0;
    (0..count)
        .map(|number| {
            let row = (number / 20) as f64;
            if number % 20 == 0 {
                at = 0.0;
            }
            let width = 6.0 + ((number * 37) % 23) as f64 * 0.4;
            let depth = 15.0 + ((number * 17) % 11) as f64;
            let lot = rectangle(at, row * 40.0, at + width, row * 40.0 + depth);
            at += width;
            (
                format!("22010101{:03}{:03}", number / 20 + 1, number % 20 + 1),
                lot,
            )
        })
        .collect()
}

fn moved(shape: &MultiPolygon<f64>, east: f64, north: f64) -> MultiPolygon<f64> {
    use geo::MapCoords as _;
    shape.map_coords(|at| Coord {
        x: at.x + east,
        y: at.y + north,
    })
}

fn outline() -> PreparedArea {
    let around = [(-5e3, -5e3), (5e3, -5e3), (5e3, 5e3), (-5e3, 5e3)];
    let ring: Vec<Coord<f64>> = around
        .iter()
        .map(|(x, y)| Coord {
            x: X0 + x,
            y: Y0 + y,
        })
        .collect();
    PreparedArea::new(&MultiPolygon(vec![Polygon::new(ring.into(), Vec::new())]))
}

fn told(
    file: &[(Option<String>, MultiPolygon<f64>)],
    town: &[(String, MultiPolygon<f64>)],
) -> Verdict {
    let sample: Vec<Placed<'_>> = file
        .iter()
        .map(|(code, shape)| Placed {
            code: code.as_deref(),
            shape,
        })
        .collect();
    let fabric: Vec<Lot<'_>> = town
        .iter()
        .map(|(code, shape)| Lot {
            row: 0,
            code,
            shape,
            declared_area_m2: None,
        })
        .collect();
    verdict(
        Some(&fit(&sample, &outline(), &fabric)),
        tolerances().doubtful_crs,
    )
}

fn copy(
    town: &[(String, MultiPolygon<f64>)],
    coded: bool,
    (east, north): (f64, f64),
) -> Vec<(Option<String>, MultiPolygon<f64>)> {
    town.iter()
        .map(|(code, shape)| (coded.then(|| code.clone()), moved(shape, east, north)))
        .collect()
}

#[test]
fn a_shift_is_measured_with_codes_and_without() {
    let town = town(120);
    for coded in [true, false] {
        assert!(matches!(
            told(&copy(&town, coded, (0.0, 0.0)), &town),
            Verdict::Fits(_)
        ));
        assert!(matches!(
            told(&copy(&town, coded, (3.0, -2.0)), &town),
            Verdict::Fits(_)
        ));
        let Verdict::Apart(shift) = told(&copy(&town, coded, (221.3, 369.2)), &town) else {
            unreachable!("coded: {coded}");
        };
        assert!((shift.east_m - 221.3).abs() < 0.01 && (shift.north_m - 369.2).abs() < 0.01);
        // A part of it is enough; that half of it is new does not matter where it has codes.
        let part = &copy(&town, coded, (221.3, 369.2))[..30];
        assert!(matches!(told(part, &town), Verdict::Apart(_)), "{coded}");
    }
}

#[test]
fn a_new_quarter_beside_the_town_is_no_shift() {
    // Equal lots in a row look like each other wherever they lie.
    let row = |from: usize, north: f64| -> Vec<(String, MultiPolygon<f64>)> {
        (from..from + 40)
            .map(|n| {
                let x = (n % 40) as f64 * 8.0;
                (
                    format!("22010109001{n:03}"),
                    rectangle(x, north, x + 8.0, north + 20.0),
                )
            })
            .collect()
    };
    let standing = row(0, 0.0);
    let new = copy(&row(100, 60.0), false, (0.0, 0.0));
    assert_eq!(told(&new, &standing), Verdict::Possible);
    // Where they are in force they are recognised all the same.
    assert!(matches!(
        told(&copy(&standing, false, (0.0, 0.0)), &standing),
        Verdict::Fits(_)
    ));
}

#[test]
fn without_parcels_in_force_the_outline_alone_speaks() {
    let town = town(40);
    assert_eq!(told(&copy(&town, true, (0.0, 0.0)), &[]), Verdict::Possible);
    assert_eq!(
        told(&copy(&town, true, (90_000.0, 0.0)), &[]),
        Verdict::Elsewhere
    );
    assert_eq!(
        verdict(None, tolerances().doubtful_crs),
        Verdict::Impossible
    );
}

#[test]
fn the_first_of_those_that_cannot_be_told_apart_is_proposed() {
    let shift = |east_m| Shift {
        east_m,
        north_m: 0.0,
        spread_m: 0.0,
    };
    let at = |x: f64, verdict: Verdict| {
        let fit = Fit {
            inside: 1.0,
            on_fabric: 0,
            shift: None,
            middle: Some(Coord { x, y: 0.0 }),
        };
        (Some(fit), verdict)
    };
    let fits = |metres| Verdict::Fits(shift(metres));
    assert_eq!(
        proposed(&[at(0.0, fits(0.4)), at(0.4, fits(0.0)), at(9.0, fits(9.0))]),
        Some(0)
    );
    assert_eq!(
        proposed(&[at(0.0, Verdict::Possible), at(0.4, Verdict::Possible)]),
        Some(0)
    );
    assert_eq!(
        proposed(&[at(0.0, Verdict::Possible), at(430.0, Verdict::Possible)]),
        None
    );
    assert_eq!(
        proposed(&[at(0.0, Verdict::Elsewhere), at(430.0, fits(1.0))]),
        Some(1)
    );
    assert!(is_doubtful(Verdict::Apart(shift(430.0)), &[]));
    assert!(is_doubtful(Verdict::Elsewhere, &[Verdict::Possible]));
    assert!(!is_doubtful(Verdict::Elsewhere, &[Verdict::Elsewhere]));
    assert!(!is_doubtful(Verdict::Possible, &[fits(0.0)]));
}

#[test]
fn the_catalogue_says_from_where_on_a_shift_is_one() {
    let file = include_str!("../../../../../data/reglas/levantamiento.json");
    let catalogue = Catalogue::parse(file).expect("a catalogue");
    assert!(
        catalogue.tolerances().doubtful_crs.shift.get() > 16.0,
        "the accuracy of EPSG:1208"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever the shift and however the borders were drawn again, a town is found again.
    #[test]
    fn any_shift_is_found(east in -450.0..450.0_f64, north in -450.0..450.0_f64, coded: bool, slack in 0.0..0.05_f64) {
        let town = town(100);
        let mut file = copy(&town, coded, (east, north));
        for (number, (_, shape)) in file.iter_mut().enumerate() {
            *shape = moved(shape, slack * (number % 3) as f64, -slack * (number % 2) as f64);
        }
        match told(&file, &town) {
            Verdict::Fits(shift) | Verdict::Apart(shift) => {
                prop_assert!((shift.east_m - east).abs() < 0.2 && (shift.north_m - north).abs() < 0.2, "{:?}", shift);
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
