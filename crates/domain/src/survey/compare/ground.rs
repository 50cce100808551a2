//! How much ground two sides share, and how far a border lies from another.

use geo_types::{Coord, LineString, MultiPolygon, Rect};
use rstar::{RTree, RTreeObject, primitives::GeomWithData, primitives::Rectangle};

use crate::geometry::{PreparedArea, Scratch, area_m2, ledger_with, to_side_m};

/// Areas that are asked again and again what they share with a shape.
pub(crate) struct Ground {
    areas: Vec<PreparedArea>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Ground {
    pub(crate) fn of<'a>(shapes: impl Iterator<Item = &'a MultiPolygon<f64>>) -> Self {
        let areas: Vec<PreparedArea> = shapes.map(PreparedArea::new).collect();
        let boxes = areas
            .iter()
            .enumerate()
            .filter_map(|(at, area)| Some(GeomWithData::new(rectangle(area.bounds()?), at)));
        Self {
            tree: RTree::bulk_load(boxes.collect()),
            areas,
        }
    }

    /// Calls `each` for every area that shares ground with a shape, of those that `of_interest` picks: its place, the
    /// common area and the area of the smaller of the two, in square metres. Gives how many were looked at.
    pub(crate) fn shared(
        &self,
        scratch: &mut Scratch,
        shape: &MultiPolygon<f64>,
        of_interest: impl Fn(usize) -> bool,
        mut each: impl FnMut(usize, f64, f64),
    ) -> usize {
        use geo::BoundingRect;
        let Some(bounds) = shape.bounding_rect() else {
            return 0;
        };
        let near: Vec<usize> = self
            .tree
            .locate_in_envelope_intersecting(rectangle(bounds).envelope())
            .map(|found| found.data)
            .filter(|at| of_interest(*at))
            .collect();
        if near.is_empty() {
            return 0;
        }
        let areas: Vec<&PreparedArea> = near.iter().map(|at| &self.areas[*at]).collect();
        let ledger = ledger_with(scratch, shape, &areas);
        for (at, common) in near.iter().zip(&ledger.shares_m2) {
            if *common > 0.0 {
                let smaller = self.areas[*at].area_m2().min(ledger.parcel_area_m2);
                each(*at, *common, smaller);
            }
        }
        near.len()
    }
}

fn rectangle(bounds: Rect<f64>) -> Rectangle<[f64; 2]> {
    let (min, max) = (bounds.min(), bounds.max());
    Rectangle::from_corners([min.x, min.y], [max.x, max.y])
}

/// Vertices of a shape that was moved as a whole agree with the mean shift to this many metres.
const STIFF_M: f64 = 0.05;

/// Whether two shapes are the same, vertex by vertex, but for one shift of all of it.
pub(crate) fn moved_whole(before: &MultiPolygon<f64>, after: &MultiPolygon<f64>) -> bool {
    if before == after {
        return true;
    }
    let (from, to) = (vertices(before), vertices(after));
    if from.len() != to.len() || from.is_empty() {
        return false;
    }
    // Near ones only: the same shape in another block is another parcel.
    let first = to[0] - from[0];
    let size = area_m2(before).sqrt();
    first.x.hypot(first.y) <= size
        && from.iter().zip(&to).all(|(a, b)| {
            let off = *b - *a - first;
            off.x.hypot(off.y) <= STIFF_M
        })
}

/// How far apart two borders are at most, in metres: from the vertices of each to the border of the other.
pub(crate) fn displacement_m(before: &MultiPolygon<f64>, after: &MultiPolygon<f64>) -> f64 {
    if before == after {
        return 0.0;
    }
    one_way_m(before, after).max(one_way_m(after, before))
}

fn one_way_m(from: &MultiPolygon<f64>, to: &MultiPolygon<f64>) -> f64 {
    let sides: Vec<(Coord<f64>, Coord<f64>)> = rings(to)
        .flat_map(|ring| ring.0.windows(2).map(|pair| (pair[0], pair[1])))
        .collect();
    vertices(from)
        .into_iter()
        .map(|at| {
            sides
                .iter()
                .map(|(a, b)| to_side_m(at, *a, *b))
                .fold(f64::INFINITY, f64::min)
        })
        .filter(|distance| distance.is_finite())
        .fold(0.0, f64::max)
}

fn rings(shape: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    shape
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
}

fn vertices(shape: &MultiPolygon<f64>) -> Vec<Coord<f64>> {
    rings(shape)
        .flat_map(|ring| ring.0.iter().copied())
        .collect()
}
