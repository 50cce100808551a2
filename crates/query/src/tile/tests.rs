//! Tiles of a small town, kept and drawn; and the geometry of all of them.

use std::sync::Arc;

use domain::{
    collection::Collection, feature::Feature, id::Ubigeo, plan::palette::Palette,
    province::Municipality, time::ChangeNumber,
};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::{
    clip::{self, GREATEST, LEAST, Point},
    tidy, *,
};
use crate::{Layer, MunicipalityLand, Snapshot};

const X0: f64 = 279_000.0;
const Y0: f64 = 9_331_000.0;

fn square(x: f64, y: f64, side: f64) -> MultiPolygon<f64> {
    let (x, y) = (X0 + x, Y0 + y);
    let ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
    let shell = LineString::from(ring.to_vec());
    MultiPolygon(vec![Polygon::new(shell, Vec::new())])
}

fn ubigeo() -> Ubigeo {
    "220101".parse().expect("six digits")
}

/// A town of `count` lots of `side` metres in rows of a hundred; `edit` may make another of one of them.
fn town(count: u32, side: f64, change: i64, edit: impl Fn(u32, &mut Feature)) -> Snapshot {
    let lots = (0..count).map(|number| {
        let (column, row) = (f64::from(number % 100), f64::from(number / 100));
        let mut lot = Feature {
            ubigeo: ubigeo(),
            code: format!("220101{number:08}").into(),
            geometry: Geometry::MultiPolygon(square(column * side, row * side, side)),
            attributes: "{}".into(),
            valid_from: "2026-01-01".parse().expect("a day"),
            change: ChangeNumber(1),
        };
        edit(number, &mut lot);
        lot
    });
    let layer = Layer::new(&Collection::Parcels, lots.collect());
    let municipality = Municipality {
        ubigeo: ubigeo(),
        name: "Ejemplo".to_owned(),
        province: "Ejemplo".to_owned(),
        outline: square(-500.0, -500.0, 9_000.0),
        accuracy_m: 500.0,
        demonstration: false,
    };
    let land = MunicipalityLand::new(municipality, [(Collection::Parcels, layer)]);
    Snapshot {
        change: ChangeNumber(change),
        municipalities: [(ubigeo(), Arc::new(land))].into(),
        themes: Arc::default(),
        certificates: Arc::default(),
    }
}

fn palette() -> Palette {
    Palette::parse(r##"{"clases": [], "otras": "#ffffff"}"##).expect("a palette")
}

/// The tile around a place of the town.
fn place(zoom: u8, x: f64, y: f64) -> Place {
    let mut at = [Coord {
        x: X0 + x,
        y: Y0 + y,
    }];
    gis::crs::to_lon_lat(&mut at).expect("a place");
    Place::around(zoom, at[0]).expect("a tile")
}

fn wanted(place: Place) -> Wanted {
    Wanted {
        collections: [Collection::Parcels].into(),
        place,
    }
}

#[test]
fn a_publication_drops_the_tiles_that_it_changed_and_no_others() {
    let before = town(10_000, 20.0, 1, |_, _| {});
    let (near, far) = (place(17, 5.0, 5.0), place(17, 1_900.0, 1_900.0));
    let cache = Cache::default();
    cache.advance(&Snapshot::default(), &before);
    let tile = |snapshot: &Snapshot, at| cache.tile(snapshot, &wanted(at), &palette());
    let (near_before, far_before) = (tile(&before, near), tile(&before, far));
    assert!(!near_before.is_empty() && !far_before.is_empty());
    assert_eq!(
        cache.counts(),
        Counts {
            kept: 0,
            drawn: 2,
            dropped: 0
        }
    );

    // The first lot becomes smaller.
    let after = town(10_000, 20.0, 2, |number, lot| {
        if number == 0 {
            lot.geometry = Geometry::MultiPolygon(square(0.0, 0.0, 10.0));
            lot.change = ChangeNumber(2);
        }
    });
    // Between the publication and its arrival nothing of it is kept.
    assert_ne!(tile(&after, near).digest(), near_before.digest());
    cache.advance(&before, &after);
    assert_eq!(
        cache.counts(),
        Counts {
            kept: 0,
            drawn: 3,
            dropped: 1
        }
    );
    assert!(Arc::ptr_eq(&tile(&after, far), &far_before));
    assert_ne!(tile(&after, near).digest(), near_before.digest());
    assert_eq!(
        cache.counts(),
        Counts {
            kept: 1,
            drawn: 4,
            dropped: 1
        }
    );
    // Who still holds the land before gets its own tile.
    assert_eq!(tile(&before, near).digest(), near_before.digest());
}

#[test]
fn a_lot_that_is_gone_or_new_changes_its_tile_too() {
    let full = town(200, 20.0, 1, |_, _| {});
    let fewer = town(199, 20.0, 2, |_, _| {});
    let at = place(18, 99.5 * 20.0, 30.0);
    let elsewhere = place(18, 5.0, 5.0);
    for (before, after) in [(&full, &fewer), (&fewer, &full)] {
        let cache = Cache::default();
        cache.advance(&Snapshot::default(), before);
        for place in [at, elsewhere] {
            let _ = cache.tile(before, &wanted(place), &palette());
        }
        cache.advance(before, after);
        assert_eq!(cache.counts().dropped, 1);
        assert!(cache.kept(after, &wanted(at)).is_none());
        assert!(cache.kept(after, &wanted(elsewhere)).is_some());
    }
}

#[test]
fn tiles_are_let_go_of_when_there_are_too_many() {
    let town = town(10_000, 20.0, 1, |_, _| {});
    let cache = Cache::new(60_000);
    cache.advance(&Snapshot::default(), &town);
    let places: Vec<Place> = (0..8)
        .map(|step| place(17, 200.0 * f64::from(step), 900.0))
        .collect();
    for place in &places {
        let _ = cache.tile(&town, &wanted(*place), &palette());
    }
    let kept = places
        .iter()
        .filter(|place| cache.kept(&town, &wanted(**place)).is_some())
        .count();
    assert!((1..8).contains(&kept), "{kept}");
    assert!(
        cache.kept(&town, &wanted(places[7])).is_some(),
        "the last one stays"
    );
}

#[test]
fn those_who_ask_for_a_tile_at_once_wait_for_one_drawing() {
    let town = town(10_000, 20.0, 1, |_, _| {});
    let cache = Cache::default();
    cache.advance(&Snapshot::default(), &town);
    let at = wanted(place(14, 1_000.0, 1_000.0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| cache.tile(&town, &at, &palette()));
        }
    });
    assert_eq!(cache.counts().drawn, 1);
}

#[test]
fn small_lots_are_thinned_and_overviews_stay_light() {
    let town = town(40_000, 15.0, 1, |_, _| {});
    let size = |zoom| {
        draw(
            &town,
            &Collection::Parcels,
            place(zoom, 750.0, 3_000.0),
            &palette(),
        )
        .len()
    };
    assert_eq!(size(11), 0, "no lots in overviews");
    for zoom in 12..=20 {
        assert!(
            size(zoom) <= bytes_max(zoom) + 1_000,
            "{zoom}: {}",
            size(zoom)
        );
        assert!(size(zoom) > 100, "{zoom}");
    }
    // Half of the lots would do; that many are all.
    assert!(size(12) < 40_000 * 8, "{}", size(12));
    let municipality = draw(
        &town,
        &Collection::Municipalities,
        place(9, 0.0, 0.0),
        &palette(),
    );
    assert!(
        municipality.is_empty(),
        "there is no such layer in this town"
    );
}

fn ring() -> impl Strategy<Value = Vec<Point>> {
    let coordinate = LEAST * 3..GREATEST + 3 * clip::GREATEST / 64;
    prop::collection::vec([coordinate.clone(), coordinate], 3..12)
}

/// A ring that does not cross itself: around a centre, by angle.
fn star() -> impl Strategy<Value = Vec<Point>> {
    let centre = [LEAST..GREATEST, LEAST..GREATEST];
    let reach = prop::collection::vec(1.0_f64..3_000.0, 3..24);
    (centre, reach).prop_map(|([x, y], reach)| {
        let step = std::f64::consts::TAU / reach.len() as f64;
        (0..)
            .zip(&reach)
            .map(|(index, reach)| {
                let angle = step * f64::from(index);
                #[expect(clippy::cast_possible_truncation, reason = "a few thousand units")]
                let at = |part: f64| (part * reach).round() as i64;
                [x + at(angle.cos()), y + at(angle.sin())]
            })
            .collect()
    })
}

fn is_within(points: &[Point]) -> bool {
    points
        .iter()
        .flatten()
        .all(|part| (LEAST..=GREATEST).contains(part))
}

proptest! {
    #[test]
    fn what_is_cut_lies_within_and_has_no_more_area(ring in star()) {
        let before = tidy::double_area(&ring).abs();
        let mut cut = ring.clone();
        clip::ring(&mut cut, &mut Vec::new());
        prop_assert!(is_within(&cut));
        // The points on the sides are rounded to whole units: half a unit along each edge, of which there are 24.
        let slack = 2 * (GREATEST - LEAST) * 24;
        prop_assert!(tidy::double_area(&cut).abs() <= before + slack);
        if is_within(&ring) {
            prop_assert_eq!(cut, ring);
        }
    }

    #[test]
    fn tidying_keeps_the_area_and_leaves_a_ring_or_nothing(mut ring in ring()) {
        let before = tidy::double_area(&ring);
        tidy::ring(&mut ring);
        prop_assert_eq!(tidy::double_area(&ring), before);
        let count = ring.len();
        prop_assert!(count == 0 || count >= 3);
        for index in 0..count {
            prop_assert!(ring[index] != ring[(index + 1) % count]);
        }
    }

    #[test]
    fn parts_of_a_line_lie_within_and_a_line_within_is_whole(line in ring()) {
        let mut parts = Vec::new();
        clip::line(&line, |part| parts.push(part.to_vec()));
        for part in &parts {
            prop_assert!(is_within(part) && part.len() > 1);
        }
        if is_within(&line) {
            prop_assert_eq!(parts, vec![line]);
        }
    }
}

#[test]
fn crossing_edges_are_seen() {
    assert!(tidy::crosses_itself(&[[0, 0], [10, 10], [10, 0], [0, 10]]));
    assert!(!tidy::crosses_itself(&[[0, 0], [10, 0], [10, 10], [0, 10]]));
}

#[test]
fn ids_are_codes_or_stand_apart_from_them() {
    let lot = |code: &str| Feature {
        ubigeo: ubigeo(),
        code: code.into(),
        geometry: Geometry::MultiPolygon(square(0.0, 0.0, 1.0)),
        attributes: "{}".into(),
        valid_from: "2026-01-01".parse().expect("a day"),
        change: ChangeNumber(1),
    };
    assert_eq!(attributes::id(&lot("22010101001014")), 22_010_101_001_014);
    let made = attributes::id(&lot("P-220101-00000001"));
    assert!((1 << 52..1 << 53).contains(&made));
    assert_ne!(made, attributes::id(&lot("P-220101-00000002")));
    let share = |limit: f64| {
        let codes = (0..10_000).map(|number| lot(&format!("220101{number:08}")));
        codes.filter(|lot| attributes::lot(lot) < limit).count()
    };
    assert!((4_800..5_200).contains(&share(0.5)), "{}", share(0.5));
    assert!((900..1_100).contains(&share(0.1)), "{}", share(0.1));
}
