//! Parcels do not share ground: of one file, and with what stays in force beside it.
//!
//! Source: rules of the cadastral fabric (estructura gráfica, R. 05-2010-SNCP/CNC). Areas are exact, by sections; shapes
//! are cut out only for what is found.

use std::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use geo::{BooleanOps, InteriorPoint};
use geo_types::{Geometry, MultiPolygon};

use crate::{
    geometry::Scratch,
    survey::{Catalogue, Finding, RuleCode, compare::Parcel, compare::ground::Ground},
};

/// Two parcels that share ground. Of a pair within the file, `one` comes first in it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Overlap {
    /// Index among the file's parcels.
    pub one: usize,
    /// The other.
    pub other: Other,
    /// The common area, in square metres.
    pub area_m2: f64,
}

/// Which parcel the other is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Other {
    /// One of the file, by its index.
    OfFile(usize),
    /// One in force, by its index.
    InForce(usize),
}

/// Parcels lie on each other in heaps: no survey of land.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("parcels lie on each other in heaps")]
pub struct Heaps;

/// Pairs of neighbouring boxes that are looked at for each parcel on average. Lots of a town have about eight.
const PAIRS_A_PARCEL: usize = 40;
/// As many are always looked at.
const PAIRS_FREE: usize = 1_000_000;

/// All pairs that share more than `from_m2` square metres: of the file, and of the file with what is in force beside it.
///
/// # Errors
/// When there are so many pairs that the file is no survey of land.
pub fn overlaps(
    new: &[Parcel<'_>],
    in_force: &[Parcel<'_>],
    from_m2: f64,
) -> Result<Vec<Overlap>, Heaps> {
    let of_file = Ground::of(new.iter().map(|parcel| parcel.shape));
    let standing = Ground::of(in_force.iter().map(|parcel| parcel.shape));
    let pairs_max = PAIRS_FREE.max(new.len().saturating_mul(PAIRS_A_PARCEL));
    let looked = AtomicUsize::new(0);
    let share = |range: std::ops::Range<usize>| -> Result<Vec<Overlap>, Heaps> {
        let mut scratch = Scratch::default();
        let mut found = Vec::new();
        for one in range {
            let shape = new[one].shape;
            let mut take = |other, area_m2| {
                if area_m2 > from_m2 {
                    found.push(Overlap {
                        one,
                        other,
                        area_m2,
                    });
                }
            };
            let mut pairs = of_file.shared(
                &mut scratch,
                shape,
                |other| other > one,
                |other, area, _| take(Other::OfFile(other), area),
            );
            pairs += standing.shared(
                &mut scratch,
                shape,
                |_| true,
                |other, area, _| take(Other::InForce(other), area),
            );
            if looked.fetch_add(pairs, Ordering::Relaxed) + pairs > pairs_max {
                return Err(Heaps);
            }
        }
        Ok(found)
    };
    let hands = thread::available_parallelism().map_or(1, NonZero::get);
    let each = new.len().div_ceil(hands).max(1);
    let parts = thread::scope(|scope| {
        let working: Vec<_> = (0..new.len())
            .step_by(each)
            .map(|from| {
                let share = &share;
                scope.spawn(move || share(from..(from + each).min(new.len())))
            })
            .collect();
        working
            .into_iter()
            .map(|hand| hand.join().unwrap_or(Err(Heaps)))
            .collect::<Result<Vec<_>, _>>()
    })?;
    let mut found = parts.concat();
    found.sort_by_key(|overlap| (overlap.one, overlap.other));
    Ok(found)
}

impl Overlap {
    /// The finding, with the ground that is shared. `rows` are those of the file's parcels.
    pub fn finding(
        &self,
        new: &[Parcel<'_>],
        rows: &[u64],
        in_force: &[Parcel<'_>],
        catalogue: &Catalogue,
    ) -> Finding {
        let one = &new[self.one];
        let (other, told) = match self.other {
            Other::OfFile(at) => (&new[at], format!("{} (fila {})", new[at].code, rows[at])),
            Other::InForce(at) => (&in_force[at], format!("{}, en vigor,", in_force[at].code)),
        };
        let common = common(one.shape, other.shape);
        let error_from = catalogue.tolerance(RuleCode::Overlap, "error_desde_m2");
        let mut finding = Finding::new(RuleCode::Overlap, rows[self.one])
            .of(one.code)
            .beside(other.code)
            .with("este", one.code)
            .with("otro", told)
            .with("area", format!("{:.2}", self.area_m2))
            .at(common
                .as_ref()
                .and_then(InteriorPoint::interior_point)
                .map(|point| point.0));
        finding.fault = common.map(|common| Box::new(Geometry::MultiPolygon(common)));
        finding.lesser = error_from.is_some_and(|from| self.area_m2 < from);
        finding
    }
}

/// The ground that two shapes share; none where cutting it out leaves nothing.
fn common(one: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> Option<MultiPolygon<f64>> {
    let common = one.intersection(other);
    (!common.0.is_empty()).then_some(common)
}

#[cfg(test)]
mod tests {
    use geo_types::{Coord, Polygon};
    use proptest::prelude::*;

    use super::*;

    fn square(x: f64, y: f64, side: f64) -> MultiPolygon<f64> {
        let ring = [
            (0.0, 0.0),
            (side, 0.0),
            (side, side),
            (0.0, side),
            (0.0, 0.0),
        ];
        let ring: Vec<Coord<f64>> = ring
            .iter()
            .map(|(dx, dy)| Coord {
                x: 280_000.0 + x + dx,
                y: 9_330_000.0 + y + dy,
            })
            .collect();
        MultiPolygon(vec![Polygon::new(ring.into(), Vec::new())])
    }

    fn parcels<'a>(shapes: &'a [MultiPolygon<f64>], codes: &'a [String]) -> Vec<Parcel<'a>> {
        codes
            .iter()
            .zip(shapes)
            .map(|(code, shape)| Parcel { code, shape })
            .collect()
    }

    fn codes(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("X-{at:05}")).collect()
    }

    #[test]
    fn neighbours_share_a_border_and_no_ground() {
        let shapes = [
            square(0.0, 0.0, 10.0),
            square(10.0, 0.0, 10.0),
            square(19.5, 0.0, 10.0),
        ];
        let codes = codes(3);
        let found = overlaps(&parcels(&shapes, &codes), &[], 0.01).expect("no heaps");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].one, found[0].other), (1, Other::OfFile(2)));
        assert!((found[0].area_m2 - 5.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_in_force_beside_it_counts_too() {
        let (shapes, standing) = (
            [square(0.0, 0.0, 10.0)],
            [square(9.0, 0.0, 10.0), square(50.0, 0.0, 10.0)],
        );
        let (here, there) = (codes(1), codes(2));
        let found = overlaps(&parcels(&shapes, &here), &parcels(&standing, &there), 0.01)
            .expect("no heaps");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].other, Other::InForce(0));
    }

    #[test]
    fn heaps_are_no_survey() {
        let shapes: Vec<_> = (0..2_000)
            .map(|at| square(f64::from(at) * 1e-3, 0.0, 10.0))
            .collect();
        let codes = codes(2_000);
        assert_eq!(overlaps(&parcels(&shapes, &codes), &[], 0.01), Err(Heaps));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        /// The order of a file says nothing about the land.
        #[test]
        fn the_order_of_the_rows_does_not_matter(places in proptest::collection::vec((0.0..60.0, 0.0..60.0, 2.0..12.0), 2..25)) {
            let shapes: Vec<_> = places.iter().map(|(x, y, side)| square(*x, *y, *side)).collect();
            let codes = codes(shapes.len());
            let there = parcels(&shapes, &codes);
            let back: Vec<Parcel<'_>> = there.iter().rev().copied().collect();
            let named = |list: &[Parcel<'_>]| -> Vec<(String, String, i64)> {
                let mut pairs: Vec<_> = overlaps(list, &[], 0.01).expect("no heaps").iter().map(|o| {
                    let Other::OfFile(other) = o.other else { unreachable!() };
                    let mut pair = [list[o.one].code.to_owned(), list[other].code.to_owned()];
                    pair.sort();
                    let [a, b] = pair;
                    #[allow(clippy::cast_possible_truncation, reason = "square millimetres of a small town")]
                    (a, b, (o.area_m2 * 1e3).round() as i64)
                }).collect();
                pairs.sort();
                pairs
            };
            prop_assert_eq!(named(&there), named(&back));
        }
    }
}
