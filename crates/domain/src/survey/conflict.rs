//! Two surveys that are not decided yet, and cannot both be published as they are.
//!
//! Source: lots do not overlap, and a parcel is closed once; whichever survey is published second is compared again.

use std::collections::HashSet;

use geo::BooleanOps as _;
use geo_types::MultiPolygon;

use super::{compare::ground::Ground, fabric::Lot, tolerances::Overlap};
use crate::geometry::Scratch;

/// What a survey would do to the land.
#[derive(Clone, Debug, Default)]
pub struct Touched<'a> {
    /// Codes that it closes or opens.
    pub codes: HashSet<&'a str>,
    /// Parcels that it opens.
    pub opened: Vec<Lot<'a>>,
}

/// One thing that both surveys claim.
#[derive(Clone, PartialEq, Debug)]
pub enum Conflict<'a> {
    /// Both close or open this code.
    Code(&'a str),
    /// They open different parcels on the same ground.
    Ground {
        /// The code of the one.
        ours: &'a str,
        /// The code of the other.
        theirs: &'a str,
        /// How much of it, in square metres.
        area_m2: f64,
        /// The ground itself, in EPSG:32718.
        ground: MultiPolygon<f64>,
    },
}

/// All conflicts between two surveys: codes first, in order; then ground, by the codes of the parcels.
pub fn conflicts<'a>(
    ours: &Touched<'a>,
    theirs: &Touched<'a>,
    tolerances: &Overlap,
) -> Vec<Conflict<'a>> {
    let mut codes: Vec<&str> = ours.codes.intersection(&theirs.codes).copied().collect();
    codes.sort_unstable();
    let mut found: Vec<Conflict<'a>> = codes.into_iter().map(Conflict::Code).collect();
    let standing = Ground::of(theirs.opened.iter().map(|lot| lot.shape));
    let mut scratch = Scratch::default();
    let mut shared = Vec::new();
    for lot in &ours.opened {
        standing.shared(
            &mut scratch,
            lot.shape,
            |other| theirs.opened[other].code != lot.code,
            |other, area_m2, _| {
                if area_m2 > tolerances.counted.get() {
                    shared.push((lot, &theirs.opened[other], area_m2));
                }
            },
        );
    }
    shared.sort_by_key(|(lot, other, _)| (lot.code, other.code));
    found.extend(
        shared
            .into_iter()
            .map(|(lot, other, area_m2)| Conflict::Ground {
                ours: lot.code,
                theirs: other.code,
                area_m2,
                ground: lot.shape.intersection(other.shape),
            }),
    );
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::rules::samples::{rectangle, tolerances};

    #[test]
    fn a_code_and_a_piece_of_ground_are_claimed_once() {
        let shapes = [
            rectangle(0.0, 0.0, 10.0, 10.0),
            rectangle(9.0, 0.0, 20.0, 10.0),
            rectangle(20.0, 0.0, 30.0, 10.0),
        ];
        let touched = |lots: &[(&'static str, usize)], closed: &'static str| Touched {
            codes: lots.iter().map(|(code, _)| *code).chain([closed]).collect(),
            opened: lots
                .iter()
                .map(|(code, at)| Lot {
                    row: 1,
                    code,
                    shape: &shapes[*at],
                    declared_area_m2: None,
                })
                .collect(),
        };
        let ours = touched(&[("A", 0)], "P");
        let theirs = touched(&[("B", 1), ("C", 2)], "P");
        let found = conflicts(&ours, &theirs, &tolerances().overlap);
        assert_eq!(found[0], Conflict::Code("P"));
        let [
            _,
            Conflict::Ground {
                ours,
                theirs,
                area_m2,
                ground,
            },
        ] = &found[..]
        else {
            unreachable!("{found:?}");
        };
        assert_eq!((*ours, *theirs, ground.0.len()), ("A", "B", 1));
        assert!((area_m2 - 10.0).abs() < 1e-6);
        // Beside each other they get along.
        let neighbour = touched(&[("C", 2)], "Q");
        assert!(
            conflicts(
                &touched(&[("B", 1)], "R"),
                &neighbour,
                &tolerances().overlap
            )
            .is_empty()
        );
    }
}
