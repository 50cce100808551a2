//! All that is in force, up to one change number.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    collection::Collection,
    feature::Feature,
    geometry::PreparedArea,
    id::{CadastralCode, Ubigeo},
    plan::Theme,
    province::Municipality,
    time::ChangeNumber,
};
use geo_types::{Coord, Rect};
use store::certificates::Protected;

use crate::{Layer, NormShelf, ThemeDays, Window};

/// What one municipality holds.
#[derive(Clone)]
pub struct MunicipalityLand {
    /// The municipality.
    pub municipality: Municipality,
    /// Its outline, ready to be asked.
    pub outline: Arc<PreparedArea>,
    /// Its layers.
    pub layers: BTreeMap<Collection, Arc<Layer>>,
    /// The themes of overlays that it has data of.
    pub theme_days: Arc<ThemeDays>,
    /// Its norms.
    pub norms: Arc<NormShelf>,
}

/// What is in force, up to a change number. Never changed: the next one takes its place.
#[derive(Clone, Default)]
pub struct Snapshot {
    /// The last change in it.
    pub change: ChangeNumber,
    /// Municipalities by ubigeo.
    pub municipalities: BTreeMap<Ubigeo, Arc<MunicipalityLand>>,
    /// Themes of overlays, by code.
    pub themes: Arc<[Theme]>,
    /// Certificates in force.
    pub certificates: Arc<Certificates>,
}

/// Certificates in force when the snapshot was made.
#[derive(Default)]
pub struct Certificates {
    /// How many acts on certificates are in it.
    pub version: i64,
    /// By the parcels that they protect. One may have expired since.
    pub protected: Protected,
}

/// Which features of a layer are asked for.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Those with a point in common with this ground.
    pub area: Option<Window>,
    /// Those after this key: municipality and code.
    pub after: Option<(Ubigeo, String)>,
    /// Those after so many.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
}

/// The answer to a [`Page`].
pub struct PageOf<'a> {
    /// The features, by municipality and code.
    pub features: Vec<&'a Feature>,
    /// How many there are in all, without key, offset and limit.
    pub matched: usize,
    /// Whether there are more.
    pub more: bool,
}

impl MunicipalityLand {
    /// Land with its layers and norms.
    pub fn new(
        municipality: Municipality,
        layers: impl IntoIterator<Item = (Collection, Layer)>,
    ) -> Self {
        let mut land = Self {
            outline: Arc::new(PreparedArea::new(&municipality.outline)),
            municipality,
            layers: BTreeMap::new(),
            theme_days: Arc::default(),
            norms: Arc::default(),
        };
        for (collection, layer) in layers {
            land.put(collection, layer);
        }
        land
    }

    /// Puts a layer in the place of the one that it held. One without features is none.
    pub fn put(&mut self, collection: Collection, layer: Layer) {
        if collection == Collection::Overlays {
            self.theme_days = Arc::new(layer.theme_days());
        }
        if layer.features().is_empty() {
            self.layers.remove(&collection);
        } else {
            self.layers.insert(collection, Arc::new(layer));
        }
    }

    /// A layer of it, if it holds any such.
    pub fn layer(&self, collection: &Collection) -> Option<&Layer> {
        self.layers.get(collection).map(Arc::as_ref)
    }
}

impl Snapshot {
    /// All layers of the province that hold something.
    pub fn collections(&self) -> std::collections::BTreeSet<&Collection> {
        self.municipalities
            .values()
            .flat_map(|land| land.layers.keys())
            .collect()
    }

    /// A feature of a layer by its code, with its municipality.
    pub fn feature(
        &self,
        collection: &Collection,
        code: &str,
    ) -> Option<(&Arc<MunicipalityLand>, &Feature)> {
        self.municipalities
            .values()
            .find_map(|land| Some((land, land.layer(collection)?.get(code)?)))
    }

    /// A parcel in force by its code, with its municipality: the code names it.
    pub fn parcel(&self, code: &CadastralCode) -> Option<(&Arc<MunicipalityLand>, &Feature)> {
        let land = self.municipalities.get(&code.ubigeo().ok()?)?;
        let parcel = land.layer(&Collection::Parcels)?.get(code.as_str())?;
        Some((land, parcel))
    }

    /// The municipality that a point belongs to (EPSG:32718): the one with a parcel or a zone there, else the one whose
    /// outline holds it. Outlines are generalised by hundreds of metres, so they have the last word only.
    pub fn municipality_at(&self, point: Coord<f64>) -> Option<&Arc<MunicipalityLand>> {
        let lands = || self.municipalities.values();
        let holding = |collection: Collection| {
            lands().find(|land| {
                land.layer(&collection)
                    .is_some_and(|layer| layer.at(point).is_some())
            })
        };
        holding(Collection::Parcels)
            .or_else(|| holding(Collection::Zones))
            .or_else(|| lands().find(|land| land.outline.point_in(point)))
    }

    /// The parcel at a point (EPSG:32718).
    pub fn parcel_at(&self, point: Coord<f64>) -> Option<(&Arc<MunicipalityLand>, &Feature)> {
        self.municipalities
            .values()
            .find_map(|land| Some((land, land.layer(&Collection::Parcels)?.at(point)?)))
    }

    /// How many features a layer has.
    pub fn count(&self, collection: &Collection) -> usize {
        self.layers_of(collection)
            .map(|(_, layer)| layer.features().len())
            .sum()
    }

    /// The box around a layer, in EPSG:32718.
    pub fn bounds(&self, collection: &Collection) -> Option<Rect<f64>> {
        self.layers_of(collection)
            .filter_map(|(_, layer)| layer.bounds())
            .reduce(domain::geometry::joined)
    }

    /// Whether any of the land is made up.
    pub fn has_demonstration(&self) -> bool {
        self.municipalities
            .values()
            .any(|land| land.municipality.demonstration)
    }

    /// A page of a layer, by municipality and code.
    pub fn page<'a>(&'a self, collection: &'a Collection, page: &Page) -> PageOf<'a> {
        let mut answer = PageOf {
            features: Vec::new(),
            matched: 0,
            more: false,
        };
        let mut skip = page.offset;
        for (ubigeo, layer) in self.layers_of(collection) {
            let first = match &page.after {
                Some((after, _)) if ubigeo < *after => layer.features().len(),
                Some((after, code)) if ubigeo == *after => layer.after(code),
                _ => 0,
            };
            match &page.area {
                None => {
                    answer.matched += layer.features().len();
                    answer.take(layer.features()[first..].iter(), &mut skip, page.limit);
                }
                Some(area) => {
                    let mut near = layer.meeting(area);
                    answer.matched += near.len();
                    near.retain(|index| *index >= first);
                    near.sort_unstable();
                    answer.take(
                        near.into_iter().map(|index| &layer.features()[index]),
                        &mut skip,
                        page.limit,
                    );
                }
            }
        }
        answer
    }

    pub(crate) fn layers_of<'a>(
        &'a self,
        collection: &'a Collection,
    ) -> impl Iterator<Item = (Ubigeo, &'a Layer)> {
        self.municipalities
            .iter()
            .filter_map(move |(ubigeo, land)| Some((*ubigeo, land.layer(collection)?)))
    }
}

impl<'a> PageOf<'a> {
    fn take(
        &mut self,
        features: impl ExactSizeIterator<Item = &'a Feature>,
        skip: &mut usize,
        limit: usize,
    ) {
        let there = features.len();
        let skipped = there.min(*skip);
        *skip -= skipped;
        let room = limit - self.features.len();
        self.more |= there - skipped > room;
        self.features.extend(features.skip(skipped).take(room));
    }
}

#[cfg(test)]
mod tests;
