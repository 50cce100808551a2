//! A parcel and what lies around it, from one snapshot or from the archive as of one moment.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use documents::Drawing;
use domain::{
    collection::Collection,
    feature::Feature,
    geometry::{areas, bounds, joined},
    id::CadastralCode,
    parcel::{STREET_REACH_M, TechnicalData},
    province::Municipality,
    time::AsOf,
};
use geo_types::{Coord, Geometry, MultiPolygon, Rect};
use query::{Page, Snapshot, Window};
use serde_json::Value;

use super::laid_out;
use crate::{
    Kind, Office, Problem,
    layers::{LayerQuestion, Times},
    moment,
};

/// Up to this scale, one to so many, all lots on the map are drawn; beyond it those around the parcel.
pub(crate) const LOTS_UP_TO: u32 = 2_500;
/// Up to this scale all blocks and streets on the map are drawn.
pub(crate) const BLOCKS_UP_TO: u32 = 10_000;
/// Most features of a layer in one document: an A3 map at 1:2500 shows some 2 000 lots of a dense town.
const FEATURES_MAX: usize = 5_000;

/// All that a document of a parcel is made of.
pub(super) struct Land {
    pub code: CadastralCode,
    pub parcel: Feature,
    pub shape: MultiPolygon<f64>,
    pub data: TechnicalData,
    pub drawing: Drawing,
    pub municipality: Municipality,
    pub sector: Option<Feature>,
    pub parcels: Vec<Feature>,
    pub blocks: Vec<Feature>,
    pub streets: Vec<Feature>,
    pub as_of: AsOf,
    pub version: i64,
}

impl Land {
    pub async fn of(
        office: &Office,
        code: CadastralCode,
        day: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Self, Problem> {
        let archive = Archive::of(office, day, known_at)?;
        let Some(parcel) = archive
            .feature(&Collection::Parcels, &code, code.as_str())
            .await?
        else {
            return Err(crate::parcels::absent(&code));
        };
        let shape = areas(&parcel.geometry).ok_or_else(shapeless)?;
        let (data, drawing) = laid_out(&shape)?;
        let ground = bounds(&shape).ok_or_else(shapeless)?;
        let reach = Coord::from((STREET_REACH_M, STREET_REACH_M));
        let near = Rect::new(ground.min() - reach, ground.max() + reach);
        let seen = |up_to: u32| {
            if drawing.frame.denominator <= up_to {
                joined(near, drawing.frame.window)
            } else {
                near
            }
        };
        let sector = match &code {
            CadastralCode::Lot(lot) => {
                archive
                    .feature(&Collection::Sectors, &code, &lot.as_str()[..8])
                    .await?
            }
            CadastralCode::Provisional(_) => None,
        };
        Ok(Self {
            parcels: archive
                .within(Collection::Parcels, seen(LOTS_UP_TO))
                .await?,
            blocks: archive
                .within(Collection::Manzanas, seen(BLOCKS_UP_TO))
                .await?,
            streets: archive
                .within(Collection::Roads, seen(BLOCKS_UP_TO))
                .await?,
            municipality: archive.municipality(&parcel).await?,
            version: archive.version().await?,
            as_of: archive.as_of,
            code,
            parcel,
            shape,
            data,
            drawing,
            sector,
        })
    }
}

/// Where features are read: the snapshot for now, the database for the past.
pub(crate) struct Archive<'a> {
    office: &'a Office,
    snapshot: Option<Arc<Snapshot>>,
    as_of: AsOf,
}

impl<'a> Archive<'a> {
    /// The land on a day as it was known at a moment; from memory, where that is now.
    pub(crate) fn of(
        office: &'a Office,
        day: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Self, Problem> {
        let past = moment::of(day, known_at)?;
        Ok(Self {
            office,
            snapshot: past.is_none().then(|| office.feed.snapshot()),
            as_of: past.unwrap_or_else(moment::now),
        })
    }

    /// The land as it was, whatever is in force now.
    pub(crate) fn as_of(office: &'a Office, as_of: AsOf) -> Self {
        Self {
            office,
            snapshot: None,
            as_of,
        }
    }

    /// One feature of a layer; of a parcel's municipality.
    pub(crate) async fn feature(
        &self,
        collection: &Collection,
        parcel: &CadastralCode,
        code: &str,
    ) -> Result<Option<Feature>, Problem> {
        if let Some(snapshot) = &self.snapshot {
            return Ok(snapshot
                .feature(collection, code)
                .map(|entry| entry.feature().clone()));
        }
        let Ok(ubigeo) = parcel.ubigeo() else {
            return Ok(None);
        };
        let store = &self.office.store;
        Ok(store
            .feature_as_of(collection, ubigeo, code, self.as_of)
            .await?)
    }

    /// The features of a layer with a point in a box, in all municipalities: a border between two is one between neighbours.
    pub(crate) async fn within(
        &self,
        collection: Collection,
        box_: Rect<f64>,
    ) -> Result<Vec<Feature>, Problem> {
        let (features, more) = if let Some(snapshot) = &self.snapshot {
            let page = Page {
                area: window(box_),
                limit: FEATURES_MAX,
                ..Page::default()
            };
            let found = snapshot.page(&collection, &page);
            {
                let features = found.features.iter().map(|entry| entry.feature().clone());
                (features.collect(), found.more)
            }
        } else {
            let day = Some(self.as_of.day);
            let question = LayerQuestion {
                times: Times {
                    days: Some((day, day)),
                    known_at: Some(self.as_of.known_at),
                },
                area: Some(Geometry::Polygon(box_.to_polygon())),
                limit: FEATURES_MAX,
                ..LayerQuestion::default()
            };
            let page = self.office.page(&collection, &question).await?;
            (page.features, page.more)
        };
        if more {
            return Err(Problem::new(
                Kind::Refused,
                format!(
                    "Alrededor del predio hay más de {FEATURES_MAX} elementos de la capa «{collection}»."
                ),
                "Un plano con todos ellos no se podría leer; su forma está en /ogc/collections/lotes/items.",
            ));
        }
        Ok(features)
    }

    /// The point on both axes of which it tells.
    pub(crate) fn point(&self) -> AsOf {
        self.as_of
    }

    /// The municipality of a parcel.
    pub(crate) async fn municipality(&self, parcel: &Feature) -> Result<Municipality, Problem> {
        let found = if let Some(snapshot) = &self.snapshot {
            let land = snapshot.municipalities.get(&parcel.ubigeo);
            land.map(|land| land.municipality.clone())
        } else {
            let all = self.office.store.municipalities().await?;
            all.into_iter()
                .find(|municipality| municipality.ubigeo == parcel.ubigeo)
        };
        found.ok_or_else(shapeless)
    }

    /// The last change that it knows.
    pub(crate) async fn version(&self) -> Result<i64, Problem> {
        match &self.snapshot {
            Some(snapshot) => Ok(snapshot.change.0),
            None => Ok(self.office.store.change_as_of(self.as_of).await?.0),
        }
    }
}

fn window(box_: Rect<f64>) -> Option<Window> {
    let (min, max) = (box_.min(), box_.max());
    let corner = |x: f64, y: f64| Coord { x, y };
    Window::new([
        vec![corner(min.x, min.y), corner(max.x, min.y)],
        vec![corner(max.x, min.y), corner(max.x, max.y)],
        vec![corner(max.x, max.y), corner(min.x, max.y)],
        vec![corner(min.x, max.y), corner(min.x, min.y)],
    ])
}

/// The name of a feature, if it has one.
pub(crate) fn named(feature: &Feature) -> Option<String> {
    let attributes: Value = serde_json::from_str(&feature.attributes).ok()?;
    let name = attributes["nombre"].as_str()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

fn shapeless() -> Problem {
    Problem::new(
        Kind::Internal,
        "El predio no tiene una superficie que dibujar.",
        "El detalle está en el registro del servicio.",
    )
}
