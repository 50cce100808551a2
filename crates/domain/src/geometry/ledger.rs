//! The area ledger: how much of a parcel lies in each of several areas, adding up to the parcel.
//!
//! No shape is cut out. The parcel's box is divided into upright slabs at every vertex and every crossing; inside
//! a slab all borders are straight and in one order, so the length of a section through its middle, times its
//! width, is the area. A crossing misplaced by rounding shifts a slab's edge, where the two orders agree but for
//! a point: the error is of second order, and there is no near-degenerate case to fail on.
//!
//! Measured on the parcel as surveyed: nothing is snapped, no sliver is dropped.

mod slabs;

use geo_types::{Coord, MultiPolygon, Rect};

use self::slabs::{Border, Slabs};
use super::{
    area::area_m2,
    predicates::passes_right_of,
    prepared::PreparedArea,
    stripes::{Edge, edges_of},
};

/// Areas of a parcel in square metres. `covered + uncovered` is the parcel, and the shares add up to
/// `covered + doubly covered`, up to the rounding of sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// The parcel's own area.
    pub parcel_area_m2: f64,
    /// Its area inside each of the others, in their order.
    pub shares_m2: Vec<f64>,
    /// Its area inside at least one of them.
    pub covered_m2: f64,
    /// Its area inside none.
    pub uncovered_m2: f64,
    /// Its area inside a second one, again for a third, and so on: what the shares count too often.
    pub doubly_covered_m2: f64,
}

/// Memory that ledgers made one after the other share.
#[derive(Default)]
pub struct Scratch {
    slabs: Slabs,
    /// Which of the others each owner number in `slabs` is.
    cutting: Vec<usize>,
}

/// The ledger of one parcel. It should be a valid shape in metres; an invalid one is read by the even-odd rule.
pub fn ledger(parcel: &MultiPolygon<f64>, others: &[&PreparedArea]) -> Ledger {
    ledger_with(&mut Scratch::default(), parcel, others)
}

/// As [`ledger`], for many parcels in turn.
pub fn ledger_with(
    scratch: &mut Scratch,
    parcel: &MultiPolygon<f64>,
    others: &[&PreparedArea],
) -> Ledger {
    let mut ledger = Ledger {
        shares_m2: vec![0.0; others.len()],
        ..Ledger::default()
    };
    let Some(ground) = bounds(parcel) else {
        return ledger;
    };
    let Scratch { slabs, cutting } = scratch;
    slabs.clear(ground.width(), ground.height());
    cutting.clear();

    // Marked with a share of infinity until its area is known: areas around the whole box.
    let mut surrounding = 0_u32;
    for (place, area) in others.iter().enumerate() {
        match meet(area, ground, slabs, cutting.len() + 1) {
            Meeting::Apart => {}
            Meeting::Around => {
                ledger.shares_m2[place] = f64::INFINITY;
                surrounding += 1;
            }
            Meeting::Cutting => cutting.push(place),
        }
    }

    if cutting.is_empty() {
        ledger.parcel_area_m2 = area_m2(parcel);
        if surrounding > 0 {
            ledger.covered_m2 = ledger.parcel_area_m2;
        } else {
            ledger.uncovered_m2 = ledger.parcel_area_m2;
        }
        ledger.doubly_covered_m2 = f64::from(surrounding.saturating_sub(1)) * ledger.parcel_area_m2;
    } else {
        for edge in parcel_edges(parcel) {
            slabs.add(Border::of_parcel(&edge, ground.min()));
        }
        let sections = slabs.sum(surrounding);
        ledger.covered_m2 = sections.covered;
        ledger.uncovered_m2 = sections.uncovered;
        ledger.doubly_covered_m2 = sections.doubly_covered;
        ledger.parcel_area_m2 = sections.covered + sections.uncovered;
        for (place, share) in cutting.iter().zip(slabs.shares_m2()) {
            ledger.shares_m2[*place] = *share;
        }
    }
    for share in ledger
        .shares_m2
        .iter_mut()
        .filter(|share| share.is_infinite())
    {
        *share = ledger.parcel_area_m2;
    }
    ledger
}

enum Meeting {
    Apart,
    Around,
    Cutting,
}

/// Adds the borders of an area near the box to the slabs, if there are any.
fn meet(area: &PreparedArea, ground: Rect<f64>, slabs: &mut Slabs, owner: usize) -> Meeting {
    let corner = ground.min();
    let mut cutting = false;
    area.each_edge_near(ground, |edge| {
        cutting = true;
        // Asked exactly as for the corner itself, below: where the two disagreed, all ground would change sides.
        slabs.add(Border::of_area(
            edge,
            corner,
            passes_right_of(edge.from, edge.to, corner),
            owner,
        ));
    });
    let corner_inside = area.point_in(corner);
    if cutting {
        slabs.start(owner, corner_inside);
        Meeting::Cutting
    } else if corner_inside {
        Meeting::Around
    } else {
        Meeting::Apart
    }
}

fn parcel_edges(parcel: &MultiPolygon<f64>) -> impl Iterator<Item = Edge> + '_ {
    let rings = parcel
        .0
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    rings.flat_map(edges_of)
}

fn bounds(parcel: &MultiPolygon<f64>) -> Option<Rect<f64>> {
    let mut shells = parcel.0.iter().flat_map(|part| &part.exterior().0);
    let first = *shells.next()?;
    let (min, max) = shells.fold((first, first), |(min, max), c| {
        (
            Coord {
                x: min.x.min(c.x),
                y: min.y.min(c.y),
            },
            Coord {
                x: max.x.max(c.x),
                y: max.y.max(c.y),
            },
        )
    });
    Some(Rect::new(min, max))
}

#[cfg(test)]
mod tests;
