//! The land and the law of a municipality at one point in time, by which its ground is judged.

use std::sync::Arc;

use domain::{
    collection::Collection,
    id::Ubigeo,
    plan::{Theme, book::NormBook},
    time::AsOf,
};
use geo_types::Geometry;
use query::{Layer, MunicipalityLand, Ready, Snapshot};
use serde_json::{Map, Value, json};
use store::{Store, norms::NormRow};

use super::place;
use crate::{
    Problem,
    data::{self, Sliver},
    moment,
};

/// Land and law at one point in time.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) land: Arc<MunicipalityLand>,
    pub(crate) norms: Arc<NormBook>,
    pub(crate) themes: Arc<[Theme]>,
    pub(crate) as_of: AsOf,
    /// The last change that it knows.
    pub(crate) version: i64,
    pub(crate) sliver: Sliver,
}

/// The layers that are asked.
const ASKED: [Collection; 5] = [
    Collection::Parcels,
    Collection::Zones,
    Collection::Overlays,
    Collection::Manzanas,
    Collection::Roads,
];

impl World {
    /// What is in force now, from memory.
    pub(crate) fn now(snapshot: &Snapshot, land: &Arc<MunicipalityLand>) -> Self {
        let as_of = moment::now();
        Self {
            norms: Arc::clone(land.norms.on(as_of.day)),
            land: Arc::clone(land),
            themes: Arc::clone(&snapshot.themes),
            as_of,
            version: snapshot.change.0,
            sliver: data::sliver(),
        }
    }

    /// What held on a day and was known at a moment, from the archive: all of a municipality or, where a place is
    /// named (EPSG:32718), what meets its box.
    pub(crate) async fn as_of(
        store: &Store,
        ubigeo: Ubigeo,
        place: Option<&Geometry<f64>>,
        as_of: AsOf,
    ) -> Result<Self, Problem> {
        let municipalities = store.municipalities().await?;
        let municipality = municipalities
            .into_iter()
            .find(|municipality| municipality.ubigeo == ubigeo)
            .ok_or_else(place::no_municipality)?;
        let mut layers = Vec::new();
        for collection in ASKED {
            let features = match place {
                Some(place) => {
                    store
                        .features_as_of(&collection, ubigeo, place, as_of)
                        .await?
                }
                None => store.layer_as_of(&collection, ubigeo, as_of).await?,
            };
            let layer = Layer::new(&collection, features);
            layers.push((collection, layer));
        }
        let mut land = MunicipalityLand::new(municipality, layers);
        // Of the whole municipality, whatever is near.
        land.theme_days = Arc::new(store.theme_days_as_of(ubigeo, as_of).await?);
        Ok(Self {
            land: Arc::new(land),
            norms: Arc::new(query::norms::book(&store.norms_as_of(ubigeo, as_of).await?)),
            themes: store.themes().await?.into(),
            as_of,
            version: store.change_as_of(as_of).await?.0,
            sliver: data::sliver(),
        })
    }

    /// The same land under norms of which one is another.
    pub(crate) async fn with_norm(
        mut self,
        store: &Store,
        norm: &NormRow,
    ) -> Result<Self, Problem> {
        let ubigeo = self.land.municipality.ubigeo;
        let mut norms = store.norms_as_of(ubigeo, self.as_of).await?;
        norms.retain(|known| known.instrument != norm.instrument);
        norms.push(norm.clone());
        self.norms = Arc::new(query::norms::book(&norms));
        Ok(self)
    }

    /// Whether a layer has a feature of which its code and attributes say so.
    pub(super) fn has(
        &self,
        collection: &Collection,
        is_it: impl Fn(&str, &Ready) -> bool,
    ) -> bool {
        let layer = self.land.layer(collection);
        layer.is_some_and(|layer| {
            layer
                .ready()
                .any(|found| is_it(&found.feature.code, found.ready))
        })
    }

    /// Whether so much of some ground is more than the survey's error.
    pub(crate) fn is_significant(&self, area_m2: f64, ground_m2: f64) -> bool {
        area_m2 >= self.sliver.area_m2 || area_m2 >= self.sliver.proportion * ground_m2
    }

    /// Of what point in time an answer is.
    pub(crate) fn head(&self) -> Map<String, Value> {
        let head = json!({
            "ubigeo": self.land.municipality.ubigeo,
            "fecha": self.as_of.day,
            "conocido_a": self.as_of.known_at,
            "version_datos": self.version,
            "version_normas": self.norms.version(),
        });
        match head {
            Value::Object(mut head) => {
                if self.land.municipality.demonstration {
                    head.insert("demostracion".to_owned(), Value::Bool(true));
                }
                head
            }
            _ => Map::new(),
        }
    }
}
