//! No two parcels lie on the same ground.
//!
//! Source: lots of a block do not overlap. The area is exact, by the slabs of a ledger; the shape of the common ground
//! is only for people to look at.

use geo::{BooleanOps as _, InteriorPoint as _};
use geo_types::{Coord, Geometry, MultiPolygon};

use super::said;
use crate::survey::{
    Finding, RuleCode,
    fabric::{Member, Members},
    tolerances::Overlap,
};

/// Two parcels with ground in common.
#[derive(Clone, Copy, Debug)]
pub(in crate::survey) struct Common {
    /// Their numbers.
    pub(in crate::survey) members: [usize; 2],
    /// How much, in square metres.
    pub(in crate::survey) area_m2: f64,
}

/// So many overlaps are drawn, the largest: at about 0.1 ms each, a heap of copies would take hours.
const DRAWN_MAX: usize = 20_000;
/// Sides of both parcels up to which their common ground is drawn.
const DRAWN_SIDES_MAX: usize = 20_000;

/// One finding for each two parcels.
pub(in crate::survey) fn overlaps(
    members: &Members<'_>,
    mut common: Vec<Common>,
    tolerances: &Overlap,
) -> Vec<Finding> {
    common.sort_by(|a, b| {
        b.area_m2
            .total_cmp(&a.area_m2)
            .then(a.members.cmp(&b.members))
    });
    common
        .iter()
        .enumerate()
        .map(|(rank, common)| overlap(members, common, rank < DRAWN_MAX, tolerances))
        .collect()
}

fn overlap(members: &Members<'_>, common: &Common, drawn: bool, tolerances: &Overlap) -> Finding {
    let [a, b] = common.members.map(|number| &members.all[number]);
    let sides = members.sides(a).len() + members.sides(b).len();
    let ground = (drawn && sides <= DRAWN_SIDES_MAX)
        .then(|| a.lot.shape.intersection(b.lot.shape))
        .filter(|ground| !ground.0.is_empty());
    let width = ground.as_ref().map_or_else(String::new, |ground| {
        said::metres(mean_width_m(ground, common.area_m2))
    });
    let at = ground
        .as_ref()
        .and_then(largest_inside)
        .unwrap_or(middle(a, b));
    let (own, other) = said::first_of_file(a, b);
    let told = if other.in_file {
        format!("{} (fila {})", other.lot.code, other.lot.row)
    } else {
        format!("{}, en vigor,", other.lot.code)
    };
    Finding::new(RuleCode::Overlap, own.lot.row)
        .of(own.lot.code)
        .and(other.lot.code)
        .with("codigo", own.lot.code)
        .with("otro", told)
        .with("area", said::square_metres(common.area_m2))
        .with("ancho", width)
        .at(at)
        .fault(ground.map(Geometry::MultiPolygon))
        .lesser(common.area_m2 <= tolerances.lesser.get())
}

/// A point inside the largest piece.
fn largest_inside(ground: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    use crate::geometry::area::polygon_area_m2;
    let largest = ground
        .iter()
        .max_by(|a, b| polygon_area_m2(a).total_cmp(&polygon_area_m2(b)))?;
    largest.interior_point().map(Coord::from)
}

/// Twice the area over the perimeter: the width of a strip.
fn mean_width_m(ground: &MultiPolygon<f64>, area_m2: f64) -> f64 {
    let perimeter = said::perimeter_m(ground);
    if perimeter > 0.0 {
        2.0 * area_m2 / perimeter
    } else {
        0.0
    }
}

/// The middle of what the boxes of two parcels have in common.
fn middle(a: &Member<'_>, b: &Member<'_>) -> Coord<f64> {
    Coord {
        x: f64::midpoint(a.min.x.max(b.min.x), a.max.x.min(b.max.x)),
        y: f64::midpoint(a.min.y.max(b.min.y), a.max.y.min(b.max.y)),
    }
}
