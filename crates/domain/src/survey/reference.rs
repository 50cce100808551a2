//! In which reference system a file is: how well its parcels lie in the municipality and on those in force, read in one
//! system or another.
//!
//! Source: Directiva 02-2006-SNCP/CNC (official cartography); plans and titles before it are in PSAD56, some 430 m off.

mod fit;

use geo_types::Coord;

pub use self::fit::{Fit, Placed, REACH_M, Shift, fit};
use super::tolerances::DoubtfulCrs;

/// How a file lies where it is read in one system.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Verdict {
    /// On the parcels in force, and where they are.
    Fits(Shift),
    /// On the parcels in force, all of it moved by as much.
    Apart(Shift),
    /// In the municipality; no parcel in force says more.
    Possible,
    /// Mostly outside of the municipality.
    Elsewhere,
    /// Its coordinates do not exist in that system.
    Impossible,
}

/// Above this share outside of the municipality a file is of another place, or read in a wrong system.
const INSIDE_SHARE: f64 = 0.5;
/// Systems that put a file within this many metres of each other cannot be told apart by it, and need not be.
const SAME_PLACE_M: f64 = 1.5;

/// What a fit means; none where the coordinates do not exist.
pub fn verdict(fit: Option<&Fit>, tolerances: DoubtfulCrs) -> Verdict {
    let Some(fit) = fit else {
        return Verdict::Impossible;
    };
    match fit.shift {
        Some(shift) if shift.spread_m <= tolerances.spread.get() => {
            if shift.length_m() <= tolerances.shift.get() {
                Verdict::Fits(shift)
            } else {
                Verdict::Apart(shift)
            }
        }
        _ if fit.inside < INSIDE_SHARE => Verdict::Elsewhere,
        _ => Verdict::Possible,
    }
}

/// Which of the systems to propose, by its place in the list; the likelier ones come first in it.
pub fn proposed(tried: &[(Option<Fit>, Verdict)]) -> Option<usize> {
    let fitting = || {
        tried
            .iter()
            .enumerate()
            .filter_map(|(at, (_, verdict))| match verdict {
                Verdict::Fits(shift) => Some((at, shift.length_m())),
                _ => None,
            })
    };
    if let Some((_, best_m)) = fitting().min_by(|a, b| a.1.total_cmp(&b.1)) {
        let mut near = fitting().filter(|(_, shift_m)| shift_m - best_m <= SAME_PLACE_M);
        return near.next().map(|(at, _)| at);
    }
    let possible: Vec<(usize, Coord<f64>)> = tried
        .iter()
        .enumerate()
        .filter(|(_, (_, verdict))| *verdict == Verdict::Possible)
        .filter_map(|(at, (fit, _))| Some((at, fit.as_ref()?.middle?)))
        .collect();
    let (first, place) = *possible.first()?;
    let is_here = |other: Coord<f64>| (other.x - place.x).hypot(other.y - place.y) <= SAME_PLACE_M;
    possible
        .iter()
        .all(|(_, other)| is_here(*other))
        .then_some(first)
}

/// Whether somebody has to say how a file is to be read, that claims one system: its parcels lie apart from those in
/// force, or it lies elsewhere while it would not in another system.
pub fn is_doubtful(claimed: Verdict, others: &[Verdict]) -> bool {
    match claimed {
        Verdict::Apart(_) => true,
        Verdict::Elsewhere | Verdict::Impossible => others
            .iter()
            .any(|other| matches!(other, Verdict::Fits(_) | Verdict::Possible)),
        Verdict::Fits(_) | Verdict::Possible => false,
    }
}

#[cfg(test)]
mod tests;
