//! Parcels divided and joined, at the size of real coordinates.

use geo_types::{LineString, MultiPolygon};
use proptest::prelude::*;

use super::*;
use crate::{
    geometry::{ParcelShape, PreparedArea, area::polygon_area_m2, area_m2, ledger},
    survey::rules::samples::{X0, Y0, rectangle, shape},
};

fn at(x: f64, y: f64) -> Coord<f64> {
    Coord {
        x: X0 + x,
        y: Y0 + y,
    }
}

fn line(places: &[(f64, f64)]) -> LineString<f64> {
    LineString(places.iter().map(|(x, y)| at(*x, *y)).collect())
}

fn whole(part: &Polygon<f64>) -> MultiPolygon<f64> {
    MultiPolygon(vec![part.clone()])
}

/// Vertices of a shape, whatever ring begins where.
fn vertices(shape: &MultiPolygon<f64>) -> Vec<(u64, u64)> {
    let rings = shape
        .iter()
        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    let mut all: Vec<_> = rings
        .flat_map(|ring| ring.0.iter().map(|at| (at.x.to_bits(), at.y.to_bits())))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A street corner with a yard in it.
fn with_yard() -> MultiPolygon<f64> {
    let mut lot = rectangle(0.0, 0.0, 20.0, 30.0);
    lot.0[0].interiors_push(LineString(vec![
        at(8.0, 10.0),
        at(12.0, 10.0),
        at(12.0, 20.0),
        at(8.0, 20.0),
        at(8.0, 10.0),
    ]));
    lot
}

#[test]
fn a_line_divides_and_its_ends_need_not_be_exact() {
    let lot = rectangle(0.0, 0.0, 10.0, 20.0);
    for drawn in [
        line(&[(0.0, 8.0), (10.0, 8.0)]),
        line(&[(0.3, 8.0), (9.8, 8.0)]),
        line(&[(-5.0, 8.0), (15.0, 8.0)]),
        line(&[(0.0, 8.0), (4.0, 8.0), (10.0, 8.0)]),
    ] {
        let parts = by_line(&lot, &drawn).expect("two parts");
        let areas: Vec<f64> = parts.iter().map(polygon_area_m2).collect();
        assert_eq!(areas.len(), 2);
        assert!(
            (areas[0] - 80.0).abs() < 1e-6 && (areas[1] - 120.0).abs() < 1e-6,
            "{areas:?}"
        );
    }
    let short = by_line(&lot, &line(&[(0.0, 8.0), (7.0, 8.0)]));
    let Err(Refusal::DoesNotDivide {
        short: Some((end, metres)),
    }) = short
    else {
        unreachable!("{short:?}");
    };
    assert!((end.x - X0 - 7.0).abs() < 1e-9 && (metres - 3.0).abs() < 1e-9);
    assert_eq!(
        by_line(&lot, &line(&[(20.0, 0.0), (20.0, 30.0)])),
        Err(Refusal::DoesNotDivide { short: None })
    );
}

#[test]
fn a_yard_stays_a_yard() {
    let lot = with_yard();
    let beside = by_line(&lot, &line(&[(4.0, -1.0), (4.0, 31.0)])).expect("two parts");
    assert_eq!(
        beside
            .iter()
            .map(|part| part.interiors().len())
            .sum::<usize>(),
        1
    );
    // Through the yard there are two parts as well, and none has it inside.
    let through = by_line(&lot, &line(&[(10.0, -1.0), (10.0, 31.0)])).expect("two parts");
    assert_eq!(through.len(), 2);
    assert!(through.iter().all(|part| part.interiors().is_empty()));
    assert!((polygon_area_m2(&through[0]) - 280.0).abs() < 1e-6);
}

#[test]
fn areas_are_met_to_the_square_centimetre() {
    let bent = shape(&[
        (0.0, 0.0),
        (30.0, 0.0),
        (30.0, 10.0),
        (10.0, 10.0),
        (10.0, 25.0),
        (0.0, 25.0),
    ]);
    for bearing in [0.0, 90.0, 37.0, 180.0] {
        let parts = by_areas(&bent, &[100.0, 150.5], bearing);
        let parts = parts.unwrap_or_else(|error| unreachable!("{bearing}: {error}"));
        let areas: Vec<f64> = parts.iter().map(polygon_area_m2).collect();
        assert_eq!(areas.len(), 3, "{bearing}: {areas:?}");
        for (area, asked) in areas.iter().zip([100.0, 150.5, 199.5]) {
            assert!((area - asked).abs() < 1e-4, "{bearing}: {areas:?}");
        }
    }
    assert!(matches!(
        by_areas(&bent, &[400.0, 100.0], 0.0),
        Err(Refusal::NotEnough { .. })
    ));
    assert_eq!(by_areas(&bent, &[], 0.0), Err(Refusal::NoAreas));
    assert_eq!(by_areas(&bent, &[-5.0], 0.0), Err(Refusal::NoAreas));
    assert_eq!(
        by_areas(&bent, &[450.0], 0.0),
        Err(Refusal::DoesNotDivide { short: None })
    );
    // A horseshoe cut across both of its legs.
    let horseshoe = shape(&[
        (0.0, 0.0),
        (30.0, 0.0),
        (30.0, 30.0),
        (20.0, 30.0),
        (20.0, 10.0),
        (10.0, 10.0),
        (10.0, 30.0),
        (0.0, 30.0),
    ]);
    assert!(matches!(
        by_areas(&horseshoe, &[400.0], 90.0),
        Err(Refusal::InPieces { .. })
    ));
}

#[test]
fn neighbours_become_one_and_others_do_not() {
    let (a, b) = (
        rectangle(0.0, 0.0, 10.0, 20.0),
        rectangle(10.0, 0.0, 18.0, 20.0),
    );
    let joined = join(&[&a, &b], &[]).expect("one parcel");
    assert!((polygon_area_m2(&joined) - 360.0).abs() < 1e-9);
    assert_eq!(
        joined.exterior().0.len(),
        5,
        "the ends of the old border are gone"
    );
    // A neighbour behind has its corner there: it stays.
    let behind = rectangle(10.0, 20.0, 18.0, 30.0);
    assert_eq!(
        join(&[&a, &b], &[&behind]).expect("one").exterior().0.len(),
        6
    );
    // Drawn four millimetres apart they are neighbours all the same; a metre apart, or at a corner, they are not.
    let near = rectangle(10.004, 0.0, 18.0, 20.0);
    assert!(join(&[&a, &near], &[]).is_ok());
    assert_eq!(
        join(&[&a, &rectangle(11.0, 0.0, 18.0, 20.0)], &[]),
        Err(Refusal::Apart)
    );
    assert_eq!(
        join(&[&a, &rectangle(10.0, 20.0, 18.0, 40.0)], &[]),
        Err(Refusal::Apart)
    );
}

#[test]
fn what_one_gains_the_other_loses() {
    let (a, b) = (
        rectangle(0.0, 0.0, 10.0, 20.0),
        rectangle(10.0, 0.0, 18.0, 20.0),
    );
    let parts = correct_border(&a, &b, &line(&[(10.0, -0.2), (11.0, 20.3)]), &[]).expect("two");
    let areas: Vec<f64> = parts.iter().map(polygon_area_m2).collect();
    assert!(areas[0] > 200.0 && areas[1] < 160.0, "{areas:?}");
    assert!((areas[0] + areas[1] - 360.0).abs() < 1e-6);
    assert!(matches!(
        correct_border(
            &a,
            &b,
            &line(&[(2.0, -1.0), (2.0, 21.0), (4.0, 21.0), (4.0, -1.0)]),
            &[]
        ),
        Err(Refusal::OtherParts { parts: 3 })
    ));
}

#[test]
fn neighbours_have_one_border_in_common() {
    let one = rectangle(0.0, 0.0, 10.0, 20.0);
    let other = rectangle(10.0, 5.0, 18.0, 30.0);
    let border = common_border(&one, &other);
    assert_eq!(border.len(), 1, "{border:?}");
    let mut ends = [border[0].0[0], border[0].0[border[0].0.len() - 1]];
    ends.sort_by(|a, b| a.y.total_cmp(&b.y));
    assert_eq!(ends, [at(10.0, 5.0), at(10.0, 20.0)]);
    // A corner alone is no border.
    assert!(common_border(&one, &rectangle(10.0, 20.0, 18.0, 30.0)).is_empty());
    // Once corrected along their own border, both are what they were.
    let parts = correct_border(&one, &other, &border[0], &[]).expect("two parts");
    let areas: Vec<f64> = parts
        .iter()
        .map(|part| area_m2(&whole(part)).round())
        .collect();
    assert_eq!(areas, [200.0, 200.0]);
}

#[test]
fn the_front_is_what_lies_on_the_border_of_the_block() {
    let block = rectangle(0.0, 0.0, 100.0, 40.0);
    let lot = rectangle(0.0, 0.0, 8.0, 20.0);
    assert!(
        (front_m(&lot.0[0], &block) - 28.0).abs() < 1e-9,
        "a corner has two"
    );
    let inner = rectangle(8.0, 20.1, 16.0, 39.0);
    assert!(front_m(&inner.0[0], &block).abs() < 1e-9);
}

/// A star-shaped parcel, with a yard or without.
fn parcel() -> impl Strategy<Value = MultiPolygon<f64>> {
    (
        proptest::collection::vec(8.0..25.0_f64, 3..14),
        proptest::bool::ANY,
    )
        .prop_map(|(radii, yard)| {
            let around = |radii: &[f64]| -> LineString<f64> {
                let step = std::f64::consts::TAU / radii.len() as f64;
                let mut ring: Vec<Coord<f64>> = radii
                    .iter()
                    .enumerate()
                    .map(|(number, radius)| {
                        let (sin, cos) = (step * number as f64).sin_cos();
                        at(radius * cos, radius * sin)
                    })
                    .collect();
                ring.extend(ring.first().copied());
                LineString(ring)
            };
            let holes = if yard {
                vec![around(&[1.0, 1.2, 1.1, 0.9])]
            } else {
                Vec::new()
            };
            MultiPolygon(vec![Polygon::new(around(&radii), holes)])
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Divided and joined again a parcel is what it was, to the last bit; no ground is lost or had twice meanwhile.
    #[test]
    fn divided_and_joined_it_is_what_it_was(lot in parcel(), ends in proptest::array::uniform4(-1.0..1.0_f64), bend in -3.0..3.0_f64) {
        prop_assume!(ParcelShape::check(&lot).is_ok());
        let drawn = line(&[(-30.0, 20.0 * ends[0]), (10.0 * ends[2], bend), (30.0, 20.0 * ends[1])]);
        let Ok(parts) = by_line(&lot, &drawn) else { return Ok(()) };
        let sum: f64 = parts.iter().map(polygon_area_m2).sum();
        prop_assert!((sum - area_m2(&lot)).abs() < 1e-6, "{} of {}", sum, area_m2(&lot));
        for (number, part) in parts.iter().enumerate() {
            prop_assert!(ParcelShape::check(&whole(part)).is_ok());
            for other in &parts[number + 1..] {
                let ground = PreparedArea::new(&whole(other));
                prop_assert!(ledger(&whole(part), &[&ground]).covered_m2 < 1e-6);
            }
        }
        let wholes: Vec<MultiPolygon<f64>> = parts.iter().map(whole).collect();
        let Ok(joined) = join(&wholes.iter().collect::<Vec<_>>(), &[]) else {
            return Err(TestCaseError::fail("parts of one parcel lie beside each other"));
        };
        let joined = whole(&joined);
        prop_assert!((area_m2(&joined) - area_m2(&lot)).abs() < 1e-6);
        prop_assert_eq!(vertices(&joined), vertices(&lot));
    }

    /// Parts have the areas that were asked for, whatever the direction.
    #[test]
    fn areas_are_met(lot in parcel(), share in 0.1..0.9_f64, bearing in 0.0..360.0_f64) {
        prop_assume!(ParcelShape::check(&lot).is_ok());
        let there = area_m2(&lot);
        match by_areas(&lot, &[share * there], bearing) {
            Ok(parts) => {
                prop_assert_eq!(parts.len(), 2);
                prop_assert!((polygon_area_m2(&parts[0]) - share * there).abs() < 1e-4);
                prop_assert!((polygon_area_m2(&parts[1]) - (1.0 - share) * there).abs() < 1e-4);
            }
            Err(Refusal::InPieces { .. }) => {}
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
