//! The rules said once more, slowly and plainly, about lots made of upright strips; compared with [`judge`] under
//! thousands of random proposals. It shares no line with the judge: where the two disagree one of them is wrong.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{
    norms,
    scene::{Scene, Width},
};
use crate::{
    plan::book::NormBook,
    urban::{Outcome, RawProposal, RawSetbacks},
};

#[derive(Clone, Copy, PartialEq, Debug)]
enum Answer {
    Yes,
    No,
    Unknown,
    Nothing,
}
use Answer::{No, Nothing, Unknown, Yes};

/// Whether strips of a lot of this width and depth are more than the survey's error.
fn counts(area: f64, lot: f64) -> bool {
    area >= 0.5 || area >= lot * 0.01
}

/// A building that takes so much of ground that is not for it.
fn takes(area: f64, lot: f64) -> Answer {
    if counts(area, lot) {
        No
    } else if area > 1e-4 {
        Unknown
    } else {
        Yes
    }
}

fn at_most(value: Option<f64>, limit: Option<f64>, slack: f64) -> Answer {
    match (value, limit) {
        (_, None) | (None, _) => Unknown,
        (Some(value), Some(limit)) => {
            if value <= limit + slack + limit * 1e-9 {
                Yes
            } else {
                No
            }
        }
    }
}

fn at_least(value: Option<f64>, limit: f64, slack: f64) -> Answer {
    value.map_or(Unknown, |value| {
        if value >= limit - slack - limit * 1e-9 {
            Yes
        } else {
            No
        }
    })
}

/// The limits of one class, one answer each.
fn class_answers(class: char, scene: &Scene, is_building: bool) -> Vec<(&'static str, Answer)> {
    let raw = &scene.raw;
    let [width, depth] = scene.lot;
    let area = width * depth;
    let street = scene.south.and_then(|width| width.0);
    // Only the south has a street in these scenes.
    let has_front = scene.south.is_some();
    let use_ = raw.uso.as_deref();
    let mut answers = Vec::new();
    if let Some(use_) = use_ {
        answers.push((
            "use",
            match (class, use_) {
                ('R', "Vivienda") | ('C', "Comercio" | "Vivienda") => Yes,
                ('R', "Industria") => No,
                _ => Unknown,
            },
        ));
    }
    if let Some(activity) = raw.actividad_ciiu.as_deref() {
        answers.push((
            "activity",
            match (class, activity) {
                ('C', "4711" | "4721") => Yes,
                ('R', "4721") => No,
                _ => Unknown,
            },
        ));
    }
    if !is_building {
        return answers;
    }
    let front = if has_front {
        Some(width)
    } else {
        raw.lote_frente_m
    };
    // With a footprint, what is drawn counts; without, what is declared.
    let open = scene
        .footprint
        .map(|[west, south, east, north]| {
            let inside = (east.min(width) - west.max(0.0)).max(0.0)
                * (north.min(depth) - south.max(0.0)).max(0.0);
            (1.0 - inside / area) * 100.0
        })
        .or(raw.area_libre_pct);
    let drawn_front = scene
        .footprint
        .filter(|_| has_front)
        .map(|[west, south, east, north]| {
            // Distance of a box from the southern border, a line from (0, 0) to (width, 0).
            let dy = if south <= 0.0 && north >= 0.0 {
                0.0
            } else {
                south.abs().min(north.abs())
            };
            let dx = (0.0_f64).max(-east).max(west - width);
            dx.hypot(dy)
        });
    // A box that lies around the border touches it with its sides, not with its middle.
    let setback = drawn_front.or(raw.retiros_m.and_then(|setbacks| setbacks.frontal));
    match class {
        'R' => {
            let floors = match (has_front, street) {
                (true, Some(street)) => Some(if street >= 20.0 { 5.0 } else { 3.0 }),
                _ => None,
            };
            answers.push(("floors", at_most(raw.pisos, floors, 0.0)));
            answers.push(("open", at_least(open, 30.0, 0.0)));
            answers.push(("setback", at_least(setback, 3.0, 0.05)));
            answers.push(("lot", at_least(Some(area), 90.0, 0.9)));
            answers.push(("front", at_least(front, 6.0, 0.05)));
        }
        'C' => {
            answers.push(("floors", at_most(raw.pisos, Some(4.0), 0.0)));
            let height = street.filter(|_| has_front).map(|street| 1.5 * street);
            answers.push(("height", at_most(raw.altura_m, height, 0.05)));
            answers.push((
                "ratio",
                at_most(
                    raw.area_techada_m2.map(|built| built / area),
                    Some(2.8),
                    0.028,
                ),
            ));
            let parking = match use_ {
                None => None,
                Some("Vivienda") => raw.viviendas.map(|dwellings| (dwellings / 2.0).ceil()),
                Some(_) => Some(0.0),
            };
            answers.push((
                "parking",
                match parking {
                    None => Unknown,
                    Some(parking) => at_least(raw.estacionamientos, parking, 0.0),
                },
            ));
        }
        _ => answers.push(("floors", Unknown)),
    }
    answers
}

#[expect(
    clippy::too_many_lines,
    reason = "the rules one after the other, to be read as they are"
)]
fn plainly(scene: &Scene) -> Outcome {
    let [width, depth] = scene.lot;
    let lot = width * depth;
    let raw = &scene.raw;
    let setback = raw
        .retiros_m
        .is_some_and(|s| s.frontal.is_some() || s.lateral.is_some() || s.posterior.is_some());
    let is_building = raw.pisos.is_some()
        || raw.altura_m.is_some()
        || raw.area_techada_m2.is_some()
        || raw.area_libre_pct.is_some()
        || setback
        || raw.estacionamientos.is_some()
        || raw.viviendas.is_some()
        || scene.footprint.is_some();
    if *raw == RawProposal::default() && scene.footprint.is_none() {
        return Outcome::Inconclusive;
    }
    let mut answers: Vec<Answer> = Vec::new();

    // Zones are strips over the whole depth; what is in a strip is a length times the depth.
    let strip = |at: &[f64; 4]| (at[2].min(width) - at[0].max(0.0)).max(0.0) * depth;
    let zones: Vec<(char, f64)> = scene
        .zones
        .iter()
        .map(|(class, at)| (*class, strip(at)))
        .filter(|(_, area)| *area > 0.0 && counts(*area, lot))
        .collect();
    let steps = 100_000;
    let (mut none, mut twice) = (0.0, 0.0);
    for step in 0..steps {
        let x = (f64::from(step) + 0.5) / f64::from(steps) * width;
        let over = scene
            .zones
            .iter()
            .filter(|(_, at)| at[0] <= x && x < at[2])
            .count();
        let piece = lot / f64::from(steps);
        none += if over == 0 { piece } else { 0.0 };
        twice += over.saturating_sub(1) as f64 * piece;
    }
    let known: Vec<(char, f64)> = zones
        .iter()
        .filter(|(class, _)| "RCW".contains(*class))
        .copied()
        .collect();
    let mut classes: Vec<(char, f64)> = Vec::new();
    for (class, area) in &known {
        match classes.iter_mut().find(|(other, _)| other == class) {
            Some((_, sum)) => *sum += area,
            None => classes.push((*class, *area)),
        }
    }
    if zones.is_empty() || known.len() < zones.len() || (!zones.is_empty() && counts(none, lot)) {
        answers.push(Unknown);
    }
    if classes.len() > 1 && counts(twice, lot) {
        answers.push(Unknown);
    }
    if scene.rule == "mayor_proporcion" {
        let unknown = zones.iter().filter(|(class, _)| !"RCW".contains(*class));
        let unruled: f64 = unknown.map(|(_, area)| *area).sum();
        let unruled = unruled + if counts(none, lot) { none } else { 0.0 };
        let largest = classes.iter().map(|(_, area)| *area).fold(0.0, f64::max);
        classes.retain(|(_, area)| counts(largest - unruled, lot) && !counts(largest - area, lot));
    }
    let mut asked = classes
        .iter()
        .flat_map(|(class, _)| class_answers(*class, scene, is_building))
        .map(|(_, answer)| answer)
        .collect::<Vec<_>>();
    if classes.is_empty() && (raw.uso.is_some() || raw.actividad_ciiu.is_some()) {
        asked.push(Unknown);
    }
    answers.append(&mut asked);

    if let Some([west, south, east, north]) = scene.footprint {
        let whole = (east - west) * (north - south);
        let inside = (east.min(width) - west.max(0.0)).max(0.0)
            * (north.min(depth) - south.max(0.0)).max(0.0);
        // How far each corner of the box is from the lot.
        let corner = |x: f64, y: f64| {
            let dx = (-x).max(x - width).max(0.0);
            let dy = (-y).max(y - depth).max(0.0);
            dx.hypot(dy)
        };
        let reach = [
            corner(west, south),
            corner(west, north),
            corner(east, south),
            corner(east, north),
        ]
        .into_iter()
        .fold(0.0, f64::max);
        let tolerance = if classes.is_empty() { 0.02 } else { 0.05 };
        answers.push(if reach <= tolerance {
            Yes
        } else {
            takes(whole - inside, lot)
        });
    }
    for (kind, at) in &scene.overlays {
        let area = strip(at);
        if area <= 0.0 || !counts(area, lot) {
            continue;
        }
        let over = scene.footprint.map(|[west, south, east, north]| {
            (east.min(at[2]) - west.max(at[0])).max(0.0)
                * (north.min(at[3]) - south.max(at[1])).max(0.0)
        });
        answers.push(match kind.as_str() {
            "theme" | "conditions" => Unknown,
            "informs" => Nothing,
            _ if !is_building => Unknown,
            _ => match over {
                _ if !counts(lot - area, lot) => No,
                Some(over) => takes(over, lot),
                None => Unknown,
            },
        });
    }
    if scene.nodata && is_building {
        answers.push(Unknown);
    }
    if answers.contains(&No) {
        Outcome::NotConforming
    } else if answers.contains(&Unknown) || !answers.contains(&Yes) {
        Outcome::Inconclusive
    } else {
        Outcome::Conforming
    }
}

static BOOKS: LazyLock<[(&str, NormBook); 2]> =
    LazyLock::new(|| ["mas_restrictiva", "mayor_proporcion"].map(|rule| (rule, norms(rule))));

/// Round numbers near the limits, and now and then none.
fn near(values: &'static [f64]) -> impl Strategy<Value = Option<f64>> {
    prop::option::weighted(0.9, prop::sample::select(values))
}

fn proposal() -> impl Strategy<Value = RawProposal> {
    let numbers = (
        near(&[1.0, 2.0, 3.0, 3.0, 4.0, 5.0, 6.0]),
        near(&[6.0, 9.0, 9.0, 17.9, 18.0, 18.1, 30.0]),
        near(&[50.0, 100.0, 150.0, 300.0, 560.0, 900.0]),
        near(&[0.0, 29.0, 30.0, 60.0, 70.0]),
        near(&[2.0, 2.9, 3.0, 5.0, 6.0]),
        near(&[0.0, 1.0, 2.0, 2.0]),
        near(&[1.0, 3.0, 4.0]),
        near(&[5.0, 6.0, 9.0]),
    );
    let words = (
        prop::option::of(prop::sample::select(
            &["Vivienda", "Comercio", "Industria", "Circo"][..],
        )),
        prop::option::weighted(0.3, prop::sample::select(&["4711", "4721", "5610"][..])),
    );
    (numbers, words, prop::bool::weighted(0.6)).prop_map(
        |(
            (floors, height, built, open, front, parking, dwellings, declared),
            (use_, activity),
            builds,
        )| {
            let word = |text: Option<&str>| text.map(str::to_owned);
            if !builds {
                return RawProposal {
                    uso: word(use_),
                    actividad_ciiu: word(activity),
                    ..RawProposal::default()
                };
            }
            RawProposal {
                actividad_ciiu: word(activity),
                uso: word(use_),
                pisos: floors,
                altura_m: height,
                area_techada_m2: built,
                area_libre_pct: open,
                retiros_m: front.map(|front| RawSetbacks {
                    frontal: Some(front),
                    ..RawSetbacks::default()
                }),
                estacionamientos: parking,
                lote_frente_m: declared,
                viviendas: dwellings,
                habitantes: None,
            }
        },
    )
}

fn scene() -> impl Strategy<Value = Scene> {
    let lot = (
        prop::sample::select(&[5.0, 6.0, 10.0, 14.0][..]),
        prop::sample::select(&[14.0, 16.0, 20.0, 30.0][..]),
    );
    let zone = (
        prop::sample::select(&['R', 'R', 'R', 'C', 'C', 'C', 'W', 'X'][..]),
        0.0_f64..1.2,
    );
    let zones = prop_oneof![
        3 => prop::collection::vec(zone.clone(), 1..2),
        1 => prop::collection::vec(zone, 0..3),
    ];
    let overlay = (
        prop::sample::select(&["prohibits", "conditions", "informs", "theme"][..]),
        0.0_f64..1.1,
        0.0_f64..1.1,
    );
    let overlays = prop_oneof![
        2 => Just(Vec::new()),
        1 => prop::collection::vec(overlay, 0..2),
    ];
    let footprint = prop::option::weighted(
        0.6,
        (-0.05_f64..0.4, 0.0_f64..0.4, 0.5_f64..1.02, 0.5_f64..1.02),
    );
    let street = prop::option::weighted(
        0.9,
        prop::option::weighted(0.9, prop::sample::select(&[8.0, 12.0, 20.0][..])),
    );
    let rest = (street, prop::bool::weighted(0.05), prop::bool::ANY);
    (lot, zones, overlays, footprint, rest, proposal()).prop_map(
        |((width, depth), zones, overlays, footprint, (south, nodata, strict), raw)| {
            let whole = zones.len() == 1;
            let mut from = 0.0;
            let zones = zones
                .into_iter()
                .map(|(class, to)| {
                    // One zone alone mostly covers all; others begin where the last one ends, or a little before.
                    let to = if whole { 1.2 } else { to };
                    let at = [from * width, -1.0, to * width, depth + 1.0];
                    from = (to - 0.02).max(0.0);
                    (class, at)
                })
                .filter(|(_, at)| at[2] - at[0] > 1e-3)
                .collect();
            let overlays = overlays
                .into_iter()
                .map(|(kind, a, b)| {
                    (
                        kind.to_owned(),
                        [a.min(b) * width, -1.0, a.max(b) * width, depth + 1.0],
                    )
                })
                .filter(|(_, at)| at[2] - at[0] > 1e-3)
                .collect();
            Scene {
                lot: [width, depth],
                zones,
                overlays,
                south: south.map(Width),
                east: None,
                footprint: footprint.map(|(west, south, east, north)| {
                    [west * width, south * depth, east * width, north * depth]
                }),
                nodata,
                rule: BOOKS[usize::from(!strict)].0.to_owned(),
                raw,
            }
        },
    )
}

fn judged(scene: &Scene) -> Outcome {
    let book = BOOKS
        .iter()
        .find(|(rule, _)| *rule == scene.rule)
        .map(|(_, book)| book);
    scene.judged_by(book.expect("a book")).outcome
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_judge_says_what_the_plain_rules_say(scene in scene()) {
        prop_assert_eq!(judged(&scene), plainly(&scene));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whoever says less learns less, and is never told that more complies.
    #[test]
    fn a_datum_less_never_makes_a_proposal_comply(scene in scene(), which in 0_usize..7) {
        let before = judged(&scene);
        let mut less = scene.clone();
        match which {
            0 => less.south = less.south.map(|_| Width(None)),
            1 => less.raw.altura_m = None,
            2 => less.raw.area_techada_m2 = None,
            3 => less.raw.estacionamientos = None,
            4 => less.nodata = true,
            5 => less.zones.clear(),
            _ => less.raw.viviendas = None,
        }
        let still_builds = |scene: &Scene| scene.footprint.is_some() || scene.raw.pisos.is_some();
        prop_assume!(still_builds(&scene) && still_builds(&less));
        if before == Outcome::Inconclusive {
            prop_assert_ne!(judged(&less), Outcome::Conforming);
        }
    }
}

/// A comparison that never meets a right proposal would prove nothing.
#[test]
fn the_random_scenes_reach_every_outcome() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut reached = [0; 3];
    for _ in 0..2_000 {
        let scene = scene().new_tree(&mut runner).expect("a scene").current();
        let place = match judged(&scene) {
            Outcome::Conforming => 0,
            Outcome::NotConforming => 1,
            Outcome::Inconclusive => 2,
        };
        reached[place] += 1;
    }
    assert!(reached.iter().all(|count| *count > 40), "{reached:?}");
}
