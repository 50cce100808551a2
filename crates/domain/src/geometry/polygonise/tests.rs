use geo::Area;
use geo_types::{Coord, LineString};
use proptest::prelude::*;

use super::*;

fn line(coords: &[(f64, f64)]) -> LineString<f64> {
    coords.iter().copied().collect()
}

/// The areas, each with its holes' number, in order of size; and the open ends.
#[track_caller]
fn check(lines: &[LineString<f64>], areas: &[(f64, usize)], open: &[(f64, f64)]) -> Polygonised {
    let found = polygonise(lines, 0.01, 10_000).expect("not tangled");
    let mut sizes: Vec<(f64, usize)> = found
        .polygons
        .iter()
        .map(|polygon| (polygon.unsigned_area(), polygon.interiors().len()))
        .collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(sizes.len(), areas.len(), "{sizes:?}");
    for (found, expected) in sizes.iter().zip(areas) {
        assert!(
            (found.0 - expected.0).abs() < 0.1 && found.1 == expected.1,
            "{sizes:?}"
        );
    }
    let mut ends: Vec<(f64, f64)> = found.open.iter().map(|end| (end.at.x, end.at.y)).collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    assert_eq!(ends, open);
    found
}

const SQUARE: [(f64, f64); 5] = [
    (0.0, 0.0),
    (10.0, 0.0),
    (10.0, 10.0),
    (0.0, 10.0),
    (0.0, 0.0),
];

#[test]
fn lines_that_cross_and_touch_enclose_lots() {
    let square = line(&SQUARE);
    check(std::slice::from_ref(&square), &[(100.0, 0)], &[]);
    // A wall through it that reaches both sides, one from side to wall, one drawn twice.
    let wall = line(&[(4.0, 0.0), (4.0, 10.0)]);
    let branch = line(&[(4.0, 5.0), (10.0, 5.0)]);
    check(
        &[square.clone(), wall.clone(), branch.clone(), branch],
        &[(30.0, 0), (30.0, 0), (40.0, 0)],
        &[],
    );
    // Walls that go a little too far.
    let beyond = line(&[(4.0, -0.5), (4.0, 10.5)]);
    check(
        &[square, beyond],
        &[(40.0, 0), (60.0, 0)],
        &[(4.0, -0.5), (4.0, 10.5)],
    );
}

#[test]
fn ends_within_the_tolerance_meet() {
    let sides = [
        line(&[(0.0, 0.0), (10.0, 0.004)]),
        line(&[(10.003, 0.0), (10.0, 10.0)]),
        line(&[(10.0, 10.0), (0.0, 10.0)]),
        line(&[(0.0, 9.995), (0.004, 0.0)]),
        // Ends seven millimetres before the line.
        line(&[(5.0, 0.009), (5.0, 9.993)]),
    ];
    check(&sides, &[(50.0, 0), (50.0, 0)], &[]);
}

#[test]
fn an_unclosed_lot_is_located_with_the_nearest_place() {
    let lines = [
        line(&[
            (0.0, 0.0),
            (10.0, 0.0),
            (10.0, 10.0),
            (0.0, 10.0),
            (0.0, 0.3),
        ]),
        line(&[
            (20.0, 0.0),
            (30.0, 0.0),
            (30.0, 10.0),
            (20.0, 10.0),
            (20.0, 0.0),
        ]),
    ];
    let found = check(&lines, &[(100.0, 0)], &[(0.0, 0.0), (0.0, 0.3)]);
    assert_eq!(found.open[0].line, 0);
    let other = |end: &OpenEnd| end.nearest.expect("a place near");
    assert_eq!(other(&found.open[0]), Coord { x: 0.0, y: 0.3 });
    assert_eq!(other(&found.open[1]), Coord { x: 0.0, y: 0.0 });
    // A wall that ends half a metre before the other side.
    let short = [line(&SQUARE), line(&[(4.0, 0.0), (4.0, 9.5)])];
    let found = check(&short, &[(100.0, 0)], &[(4.0, 9.5)]);
    assert_eq!(other(&found.open[0]), Coord { x: 4.0, y: 10.0 });
}

#[test]
fn what_lies_inside_is_a_hole_and_a_face() {
    let yard = line(&[(2.0, 2.0), (4.0, 2.0), (4.0, 4.0), (2.0, 4.0), (2.0, 2.0)]);
    let halved = line(&[(3.0, 2.0), (3.0, 4.0)]);
    let square = line(&SQUARE);
    check(&[square.clone(), yard.clone()], &[(4.0, 0), (96.0, 1)], &[]);
    check(
        &[square.clone(), yard.clone(), halved],
        &[(2.0, 0), (2.0, 0), (96.0, 1)],
        &[],
    );
    // A bridge from the yard to the side bounds nothing.
    let bridge = line(&[(0.0, 3.0), (2.0, 3.0)]);
    check(&[square.clone(), yard, bridge], &[(4.0, 0), (96.0, 1)], &[]);
    // A yard that touches the side at a corner.
    let corner = line(&[(0.0, 5.0), (2.0, 4.0), (2.0, 6.0), (0.0, 5.0)]);
    check(&[square, corner], &[(2.0, 0), (98.0, 1)], &[]);
}

#[test]
fn a_tangle_is_refused() {
    let rows = (0..60).map(|n| line(&[(0.0, f64::from(n)), (60.0, f64::from(n))]));
    let columns = (0..60).map(|n| line(&[(f64::from(n), -1.0), (f64::from(n), 60.0)]));
    let lines: Vec<_> = rows.chain(columns).collect();
    assert_eq!(
        polygonise(&lines, 0.01, 1_000),
        Err(Tangled { limit: 1_000 })
    );
    assert_eq!(
        polygonise(&lines, 0.01, 10_000)
            .expect("a grid")
            .polygons
            .len(),
        59 * 59
    );
    assert_eq!(polygonise(&[], 0.01, 10), Ok(Polygonised::default()));
    let odd = [
        line(&[(f64::NAN, 0.0), (1.0, f64::INFINITY)]),
        line(&[(1.0, 1.0)]),
    ];
    assert_eq!(polygonise(&odd, 0.01, 10), Ok(Polygonised::default()));
}

proptest! {
    /// Faces of any lines do not overlap: their areas add up to what all lines of the grid enclose at most.
    #[test]
    fn faces_of_anything_are_simple(ends in prop::collection::vec((0_u8..12, 0_u8..12, 0_u8..12, 0_u8..12), 0..30)) {
        let lines: Vec<_> = ends
            .iter()
            .map(|(a, b, c, d)| line(&[(f64::from(*a), f64::from(*b)), (f64::from(*c), f64::from(*d))]))
            .collect();
        let found = polygonise(&lines, 0.001, 100_000).expect("not tangled");
        let total: f64 = found.polygons.iter().map(Area::unsigned_area).sum();
        prop_assert!(total <= 121.0 + 1e-3, "{total}");
        for polygon in found.polygons {
            let shape = geo_types::MultiPolygon(vec![polygon]);
            prop_assert!(crate::geometry::ParcelShape::parse(shape.clone()).is_ok(), "{shape:?}");
        }
    }
}
