//! Who is near whom: a tree of boxes.

use geo::BoundingRect as _;
use geo_types::{Coord, MultiPolygon, Polygon};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::{TooManyOverlaps, meetings::slab_load, members::Members};
use crate::geometry::{Edge, PreparedArea, ledger};

/// Neighbours that a parcel may have on average, over all: in a fabric they are about eight, in a heap of copies all.
const NEIGHBOURS_MAX: u64 = 60;
/// Neighbours that are always looked at, so that a handful of parcels on one place is no heap.
const NEIGHBOURS_FREE: u64 = 10_000;
/// How often a side may be looked at on average: a river's parcel of thousands of sides has hundreds of neighbours.
const LOOKS_MAX: u64 = 1_000;
/// Looks that are always taken: a tenth of a second.
const LOOKS_FREE: u64 = 10_000_000;

/// A box, and the number of what is in it.
pub(in crate::survey) type Boxed = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// The box around two corners, grown by `reach` metres.
pub(in crate::survey) fn grown(min: Coord<f64>, max: Coord<f64>, reach: f64) -> AABB<[f64; 2]> {
    AABB::from_corners(
        [min.x - reach, min.y - reach],
        [max.x + reach, max.y + reach],
    )
}

/// The box around a side, grown.
pub(in crate::survey) fn grown_side(side: &Edge, reach: f64) -> AABB<[f64; 2]> {
    AABB::from_corners(
        [side.x_min() - reach, side.y_min() - reach],
        [side.x_max() + reach, side.y_max() + reach],
    )
}

/// A box to put in a tree.
pub(in crate::survey) fn boxed(envelope: &AABB<[f64; 2]>, number: usize) -> Boxed {
    // No file has four thousand million features.
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    Boxed::new(
        Rectangle::from_corners(envelope.lower(), envelope.upper()),
        number,
    )
}

/// The boxes of all parcels.
pub(in crate::survey) struct Index {
    tree: RTree<Boxed>,
}

impl Index {
    pub(super) fn new(members: &Members<'_>) -> Self {
        let boxes = members
            .all
            .iter()
            .enumerate()
            .map(|(number, member)| boxed(&grown(member.min, member.max, 0.0), number));
        Self {
            tree: RTree::bulk_load(boxes.collect()),
        }
    }

    /// Numbers of the parcels whose box comes within `reach` of a box, in order.
    pub(in crate::survey) fn near(&self, envelope: &AABB<[f64; 2]>, near: &mut Vec<u32>) {
        near.clear();
        near.extend(
            self.tree
                .locate_in_envelope_intersecting(*envelope)
                .map(|found| found.data),
        );
        near.sort_unstable();
    }

    /// Whether a parcel of the file comes within `reach` of a parcel.
    pub(super) fn is_near_file(&self, members: &Members<'_>, number: usize, reach: f64) -> bool {
        let member = &members.all[number];
        member.in_file
            || self
                .tree
                .locate_in_envelope_intersecting(grown(member.min, member.max, reach))
                .any(|found| members.all[found.data as usize].in_file)
    }

    /// Refuses heaps before any pair is looked at.
    pub(super) fn check_load(
        &self,
        members: &Members<'_>,
        reach: f64,
    ) -> Result<(), TooManyOverlaps> {
        let lots = members.all.len();
        let pairs_max = NEIGHBOURS_MAX * lots as u64 + NEIGHBOURS_FREE;
        let looks_max = looks_max(members);
        let (mut pairs, mut looks) = (0_u64, 0_u64);
        for member in &members.all {
            let own = members.sides(member).len() as u64;
            // What the ledger of this parcel against anything costs at least.
            looks += slab_load(members.sides(member), &[]);
            for found in self
                .tree
                .locate_in_envelope_intersecting(grown(member.min, member.max, reach))
            {
                pairs += 1;
                looks += own + members.sides(&members.all[found.data as usize]).len() as u64;
                if pairs > pairs_max || looks > looks_max {
                    return Err(TooManyOverlaps {
                        lots,
                        limit: if pairs > pairs_max {
                            pairs_max
                        } else {
                            looks_max
                        },
                    });
                }
            }
        }
        Ok(())
    }
}

/// Looks at single sides that are taken at most, over all pairs.
pub(super) fn looks_max(members: &Members<'_>) -> u64 {
    LOOKS_MAX * members.sides_of_all() as u64 + LOOKS_FREE
}

/// Whether a point lies on the ground of any parcel.
pub(in crate::survey) fn is_ground(
    members: &Members<'_>,
    index: &Index,
    point: Coord<f64>,
) -> bool {
    let here = AABB::from_point([point.x, point.y]);
    index
        .tree
        .locate_in_envelope_intersecting(here)
        .any(|found| members.holds(found.data as usize, point))
}

/// The share of a piece of ground that is nobody's.
pub(in crate::survey) fn nobodys_share(
    members: &Members<'_>,
    index: &Index,
    ground: &Polygon<f64>,
) -> f64 {
    let Some(bounds) = ground.bounding_rect() else {
        return 0.0;
    };
    let mut near = Vec::new();
    index.near(&grown(bounds.min(), bounds.max(), 0.0), &mut near);
    let near: Vec<_> = near
        .into_iter()
        .map(|number| members.ground(number as usize))
        .collect();
    let near: Vec<&PreparedArea> = near.iter().map(|area| &**area).collect();
    let ledger = ledger(&MultiPolygon(vec![ground.clone()]), &near);
    ledger.uncovered_m2 / ledger.parcel_area_m2
}
