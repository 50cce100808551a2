//! Which sides of two parcels come near each other.

use geo_types::Coord;

use crate::geometry::Edge;

/// Below this many pairs of sides each is held against each: less than sorting costs.
const FEW_PAIRS: usize = 1_024;
/// Below this many sides a ledger is never dear.
const FEW_SIDES: usize = 1_024;

/// A parcel's sides, and its box.
type Sides<'a> = (&'a [Edge], Coord<f64>, Coord<f64>);

/// Working memory.
#[derive(Default)]
pub(super) struct Meetings {
    own: Vec<u32>,
    theirs: Vec<u32>,
}

impl Meetings {
    /// Calls `visit` for every two sides whose boxes come within `reach`; gives how many were looked at, or `None`
    /// where that is more than `looks_max`.
    pub(super) fn each(
        &mut self,
        own: Sides<'_>,
        theirs: Sides<'_>,
        reach: f64,
        looks_max: u64,
        mut visit: impl FnMut(usize, usize),
    ) -> Option<u64> {
        let low = Coord {
            x: own.1.x.max(theirs.1.x) - reach,
            y: own.1.y.max(theirs.1.y) - reach,
        };
        let high = Coord {
            x: own.2.x.min(theirs.2.x) + reach,
            y: own.2.y.min(theirs.2.y) + reach,
        };
        within(own.0, low, high, &mut self.own);
        within(theirs.0, low, high, &mut self.theirs);
        let (own, theirs) = (own.0, theirs.0);
        let mut looks = (own.len() + theirs.len()) as u64;
        if self.own.len() * self.theirs.len() <= FEW_PAIRS {
            for &side in &self.own {
                for &beside in &self.theirs {
                    if near(&own[side as usize], &theirs[beside as usize], reach) {
                        visit(side as usize, beside as usize);
                    }
                }
            }
            return Some(looks + (self.own.len() * self.theirs.len()) as u64);
        }
        self.theirs.sort_unstable_by(|&a, &b| {
            theirs[a as usize]
                .x_min()
                .total_cmp(&theirs[b as usize].x_min())
        });
        let widest = self
            .theirs
            .iter()
            .map(|&beside| theirs[beside as usize].x_max() - theirs[beside as usize].x_min())
            .fold(0.0, f64::max);
        for &side in &self.own {
            let a = &own[side as usize];
            let first = self.theirs.partition_point(|&beside| {
                theirs[beside as usize].x_min() < a.x_min() - widest - reach
            });
            for &beside in &self.theirs[first..] {
                let b = &theirs[beside as usize];
                if b.x_min() > a.x_max() + reach {
                    break;
                }
                looks += 1;
                if near(a, b, reach) {
                    visit(side as usize, beside as usize);
                }
            }
            if looks > looks_max {
                return None;
            }
        }
        Some(looks)
    }
}

fn within(sides: &[Edge], low: Coord<f64>, high: Coord<f64>, found: &mut Vec<u32>) {
    found.clear();
    found.extend((0_u32..).zip(sides).filter_map(|(number, side)| {
        let inside = side.x_max() >= low.x
            && side.x_min() <= high.x
            && side.y_max() >= low.y
            && side.y_min() <= high.y;
        inside.then_some(number)
    }));
}

fn near(a: &Edge, b: &Edge, reach: f64) -> bool {
    a.x_min() <= b.x_max() + reach
        && b.x_min() <= a.x_max() + reach
        && a.y_min() <= b.y_max() + reach
        && b.y_min() <= a.y_max() + reach
}

/// How many borders the slabs of a ledger of two parcels hold, all slabs together: what it costs. Thousands of long
/// sides side by side cost their square.
pub(super) fn slab_load(own: &[Edge], theirs: &[Edge]) -> u64 {
    if own.len() + theirs.len() <= FEW_SIDES {
        return 0;
    }
    let sides = || own.iter().chain(theirs);
    let mut cuts: Vec<f64> = sides().map(|side| side.from.x).collect();
    cuts.sort_unstable_by(f64::total_cmp);
    sides()
        .map(|side| {
            let to = cuts.partition_point(|&cut| cut < side.x_max());
            (to - cuts.partition_point(|&cut| cut < side.x_min())) as u64
        })
        .sum()
}
