//! One layer of one municipality.

use domain::{collection::Collection, feature::Feature, geometry::PreparedArea};
use geo::BoundingRect;
use geo_types::{Coord, Geometry, Rect};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use crate::Window;

type Entry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// The features in force of a layer, by code, with one packed tree over their boxes.
pub struct Layer {
    features: Vec<Feature>,
    tree: RTree<Entry>,
    /// For zones and overlays, which every ledger asks: their edges sorted, one for each feature.
    prepared: Vec<PreparedArea>,
}

impl Layer {
    /// Builds a layer; the features come in the order of their codes.
    pub fn new(collection: &Collection, features: Vec<Feature>) -> Self {
        debug_assert!(features.is_sorted_by(|a, b| a.code < b.code));
        let entries = features
            .iter()
            .zip(0_u32..)
            .filter_map(|(feature, index)| {
                let bounds = feature.geometry.bounding_rect()?;
                Some(Entry::new(Rectangle::from_aabb(aabb(bounds)), index))
            })
            .collect();
        let prepared = match collection {
            Collection::Zones | Collection::Overlays => features
                .iter()
                .map(|feature| prepare(&feature.geometry))
                .collect(),
            _ => Vec::new(),
        };
        Self {
            tree: RTree::bulk_load(entries),
            prepared,
            features,
        }
    }

    /// All features, by code.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The box around all of it, in EPSG:32718.
    pub fn bounds(&self) -> Option<Rect<f64>> {
        let envelope = self.tree.root().envelope();
        let (min, max) = (envelope.lower(), envelope.upper());
        (self.tree.size() > 0).then(|| Rect::new((min[0], min[1]), (max[0], max[1])))
    }

    /// The feature with a code.
    pub fn get(&self, code: &str) -> Option<&Feature> {
        let index = self
            .features
            .binary_search_by(|feature| (*feature.code).cmp(code))
            .ok()?;
        self.features.get(index)
    }

    /// Position of the first feature whose code comes after `code`.
    pub fn after(&self, code: &str) -> usize {
        self.features
            .partition_point(|feature| *feature.code <= *code)
    }

    /// Positions of the features whose boxes meet `area` (EPSG:32718), in no order.
    pub fn near(&self, area: Rect<f64>) -> impl Iterator<Item = usize> + '_ {
        self.tree
            .locate_in_envelope_intersecting(aabb(area))
            .map(|entry| entry.data as usize)
    }

    /// Positions of the features that have a point in common with a window, in no order.
    pub fn meeting(&self, window: &Window) -> Vec<usize> {
        self.tree
            .locate_in_envelope_intersecting(aabb(window.bounds()))
            .filter(|entry| {
                let (min, max) = (entry.geom().lower(), entry.geom().upper());
                let bounds = Rect::new((min[0], min[1]), (max[0], max[1]));
                window.surrounds(bounds)
                    || self
                        .features
                        .get(entry.data as usize)
                        .is_some_and(|feature| window.meets(&feature.geometry))
            })
            .map(|entry| entry.data as usize)
            .collect()
    }

    /// The zones or overlays whose boxes meet `area`, ready for a ledger, by code.
    pub fn areas_near(&self, area: Rect<f64>) -> Vec<(&Feature, &PreparedArea)> {
        let mut near: Vec<usize> = self.near(area).collect();
        near.sort_unstable();
        near.into_iter()
            .filter_map(|index| Some((self.features.get(index)?, self.prepared.get(index)?)))
            .collect()
    }

    /// The first area feature that a point lies in.
    pub fn at(&self, point: Coord<f64>) -> Option<&Feature> {
        let mut near: Vec<usize> = self.near(Rect::new(point, point)).collect();
        near.sort_unstable();
        near.into_iter()
            .filter_map(|index| self.features.get(index))
            .find(|feature| prepare(&feature.geometry).point_in(point))
    }
}

/// An area made ready to be asked; empty for points and lines.
pub fn prepare(geometry: &Geometry<f64>) -> PreparedArea {
    match geometry {
        Geometry::MultiPolygon(shape) => PreparedArea::new(shape),
        Geometry::Polygon(polygon) => {
            PreparedArea::new(&geo_types::MultiPolygon(vec![polygon.clone()]))
        }
        _ => PreparedArea::new(&geo_types::MultiPolygon(Vec::new())),
    }
}

fn aabb(area: Rect<f64>) -> AABB<[f64; 2]> {
    AABB::from_corners([area.min().x, area.min().y], [area.max().x, area.max().y])
}
