//! What a hostile or a broken file may not do, and what the order of its rows may not change.

use geo_types::MultiPolygon;
use proptest::prelude::*;

use super::{codes, found, lots, rectangle, said, shape, tolerances};
use crate::survey::fabric::{Lot, Surroundings, TooManyOverlaps, check};

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
