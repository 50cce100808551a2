//! Where one snapshot differs from another.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{collection::Collection, feature::Feature, geometry::joined};
use geo::BoundingRect;
use geo_types::{Coord, Rect};
use rstar::{AABB, RTree, primitives::Rectangle};

use super::{BUFFER, Place};
use crate::Snapshot;

/// Boxes of the features that are new, gone or another version, by layer.
pub(super) struct Changes {
    by_layer: BTreeMap<Collection, Changed>,
}

enum Changed {
    /// In degrees.
    Boxes(RTree<Rectangle<[f64; 2]>>),
    All,
}

impl Changes {
    /// What differs between two snapshots. Layers that they share are not looked at.
    pub(super) fn between(old: &Snapshot, new: &Snapshot) -> Self {
        let mut boxes: BTreeMap<Collection, Vec<Rect<f64>>> = BTreeMap::new();
        let ubigeos = old.municipalities.keys().chain(
            new.municipalities
                .keys()
                .filter(|ubigeo| !old.municipalities.contains_key(ubigeo)),
        );
        for ubigeo in ubigeos {
            let lands = [old, new].map(|snapshot| snapshot.municipalities.get(ubigeo));
            let collections = lands.iter().flatten().flat_map(|land| land.layers.keys());
            let collections: BTreeSet<&Collection> = collections.collect();
            for collection in collections {
                let layers = lands.map(|land| land.and_then(|land| land.layers.get(collection)));
                if let [Some(before), Some(after)] = layers
                    && Arc::ptr_eq(before, after)
                {
                    continue;
                }
                let [before, after] =
                    layers.map(|layer| layer.map_or(&[][..], |layer| layer.features()));
                let changed = boxes.entry(collection.clone()).or_default();
                differences(collection, before, after, changed);
            }
        }
        let mut by_layer: BTreeMap<Collection, Changed> = boxes
            .into_iter()
            .filter(|(_, boxes)| !boxes.is_empty())
            .map(|(collection, boxes)| (collection, in_degrees(&boxes)))
            .collect();
        if old.themes != new.themes {
            by_layer.insert(Collection::Overlays, Changed::All);
        }
        Self { by_layer }
    }

    /// Whether nothing differs that a tile could show.
    pub(super) fn is_empty(&self) -> bool {
        self.by_layer.is_empty()
    }

    /// Whether a layer differs on a tile.
    pub(super) fn touch(&self, collection: &Collection, place: Place) -> bool {
        match self.by_layer.get(collection) {
            None => false,
            Some(Changed::All) => true,
            Some(Changed::Boxes(tree)) => {
                // Twice the buffer: the corners of a box are not all of its sides.
                let degrees = place.degrees(2 * BUFFER);
                let around = AABB::from_corners(
                    [degrees.min().x, degrees.min().y],
                    [degrees.max().x, degrees.max().y],
                );
                tree.locate_in_envelope_intersecting(around)
                    .next()
                    .is_some()
            }
        }
    }
}

/// The boxes of what only one of two versions of a layer has, both by code.
fn differences(
    collection: &Collection,
    before: &[Feature],
    after: &[Feature],
    boxes: &mut Vec<Rect<f64>>,
) {
    let mut add = |feature: &Feature| boxes.extend(feature.geometry.bounding_rect());
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    loop {
        match (old.peek(), new.peek()) {
            (None, None) => return,
            (Some(a), Some(b)) if a.code == b.code => {
                // Municipalities come from files, and bear no number.
                let is_same =
                    a.change == b.change && (*collection != Collection::Municipalities || a == b);
                if !is_same {
                    add(a);
                    add(b);
                }
                old.next();
                new.next();
            }
            (Some(a), Some(b)) if a.code > b.code => new.next().into_iter().for_each(&mut add),
            (Some(_), _) => old.next().into_iter().for_each(&mut add),
            (None, Some(_)) => new.next().into_iter().for_each(&mut add),
        }
    }
}

/// Boxes of EPSG:32718 as boxes of degrees, a little wider: their sides are curves there.
fn in_degrees(boxes: &[Rect<f64>]) -> Changed {
    let mut corners: Vec<Coord<f64>> = boxes
        .iter()
        .flat_map(|area| {
            let (min, max) = (area.min(), area.max());
            let (x, y) = (area.width() * 0.01 + 1.0, area.height() * 0.01 + 1.0);
            [
                (min.x - x, min.y - y),
                (max.x + x, max.y + y),
                (min.x - x, max.y + y),
                (max.x + x, min.y - y),
            ]
            .map(Coord::from)
        })
        .collect();
    if gis::crs::to_lon_lat(&mut corners).is_err() {
        return Changed::All;
    }
    let around = corners
        .chunks(4)
        .filter_map(|corners| corners.iter().map(|at| Rect::new(*at, *at)).reduce(joined));
    let boxes = around.map(|area| {
        Rectangle::from_corners([area.min().x, area.min().y], [area.max().x, area.max().y])
    });
    Changed::Boxes(RTree::bulk_load(boxes.collect()))
}
