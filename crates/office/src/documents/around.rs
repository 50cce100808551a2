//! A parcel and what is in force around it, now or in the past.

use chrono::{NaiveDate, Utc};
use domain::{
    collection::Collection, feature::Feature, id::CadastralCode, province::Municipality, time::AsOf,
};
use geo_types::{Geometry, Rect};
use query::{Layer, Snapshot};
use serde_json::{Map, Value};
use store::Store;

use crate::{Kind, Problem, checks, moment, parcels};

/// A parcel and what is near it, as of a day.
pub(super) struct Around {
    pub(super) parcel: Feature,
    pub(super) municipality: Municipality,
    pub(super) neighbours: Vec<Feature>,
    pub(super) block: Option<Feature>,
    pub(super) streets: Vec<Feature>,
    pub(super) day: NaiveDate,
    pub(super) version: i64,
}

/// So many parcels around one are drawn; more would hide it.
const NEIGHBOURS_MAX: usize = 1_500;

pub(super) fn now(snapshot: &Snapshot, code: &CadastralCode) -> Result<Around, Problem> {
    let (land, parcel) = snapshot
        .feature(&Collection::Parcels, code.as_str())
        .ok_or_else(|| checks::no_parcel(code))?;
    let seen = seen(parcel)?;
    let near = |collection: &Collection| -> Vec<Feature> {
        let layer = land.layer(collection);
        let near = layer.map(|layer: &Layer| {
            let mut places: Vec<usize> = layer.near(seen).collect();
            places.sort_unstable();
            places
                .into_iter()
                .map(|place| layer.features()[place].clone())
                .collect()
        });
        near.unwrap_or_default()
    };
    Ok(Around {
        neighbours: besides(near(&Collection::Parcels), parcel),
        block: block_of(near(&Collection::Manzanas), code),
        streets: near(&Collection::Roads),
        municipality: land.municipality.clone(),
        parcel: parcel.clone(),
        day: moment::day_at(Utc::now()),
        version: snapshot.change.0,
    })
}

pub(super) async fn in_archive(
    store: &Store,
    code: &CadastralCode,
    as_of: AsOf,
) -> Result<Around, Problem> {
    let parcel = parcels::parcel_as_of(store, code, as_of)
        .await?
        .ok_or_else(|| checks::no_parcel(code))?;
    let municipality = store
        .municipalities()
        .await?
        .into_iter()
        .find(|municipality| municipality.ubigeo == parcel.ubigeo)
        .ok_or_else(|| checks::no_parcel(code))?;
    let seen = Geometry::Polygon(seen(&parcel)?.to_polygon());
    let near = |collection| store.features_as_of(collection, parcel.ubigeo, &seen, as_of);
    let (lots, blocks, streets) = tokio::try_join!(
        near(&Collection::Parcels),
        near(&Collection::Manzanas),
        near(&Collection::Roads),
    )?;
    Ok(Around {
        neighbours: besides(lots, &parcel),
        block: block_of(blocks, code),
        streets,
        municipality,
        parcel,
        day: as_of.day,
        version: store.change_as_of(as_of).await?.0,
    })
}

fn seen(parcel: &Feature) -> Result<Rect<f64>, Problem> {
    documents::seen(&parcel.geometry).ok_or_else(|| {
        Problem::new(
            Kind::Internal,
            "El predio no tiene contorno.",
            "Avise a quien mantiene el programa.",
        )
    })
}

fn besides(mut near: Vec<Feature>, parcel: &Feature) -> Vec<Feature> {
    near.retain(|lot| lot.code != parcel.code);
    near.truncate(NEIGHBOURS_MAX);
    near
}

/// The block of a national code: its first eleven digits.
fn block_of(near: Vec<Feature>, code: &CadastralCode) -> Option<Feature> {
    near.into_iter()
        .find(|block| code.as_str().starts_with(&*block.code))
}

/// An attribute in words.
pub(super) fn text(feature: &Feature, name: &str) -> Option<String> {
    attributes(feature).get(name)?.as_str().map(str::to_owned)
}

/// An attribute in numbers.
pub(super) fn number(feature: &Feature, name: &str) -> Option<f64> {
    attributes(feature).get(name)?.as_f64()
}

fn attributes(feature: &Feature) -> Map<String, Value> {
    serde_json::from_str(&feature.attributes).unwrap_or_default()
}
