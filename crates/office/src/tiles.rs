//! Tiles of the land, today's and those of another day.

use std::{
    sync::{Arc, LazyLock, OnceLock},
    thread,
};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{collection::Collection, feature::Feature, plan::palette::Palette};
use geo_types::Geometry;
use query::{
    Layer, Snapshot,
    tile::{self, Place, Tile, Wanted},
};
use tokio::{sync::Semaphore, task};

use crate::{
    Kind, Office, Problem, data,
    layers::{LayerQuestion, Times},
};

/// Another day than today, or what was known at another moment.
#[derive(Clone, Copy, Debug)]
pub struct PastTile {
    /// The day.
    pub day: NaiveDate,
    /// What was known at this moment; now, where none is named.
    pub known_at: Option<DateTime<Utc>>,
}

/// Tiles that are drawn at one time: one for each core, as drawing is all computing.
static DRAWING: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(thread::available_parallelism().map_or(1, usize::from)));

/// The colours of zones, read once.
pub fn palette() -> Result<&'static Palette, Problem> {
    static PALETTE: OnceLock<Palette> = OnceLock::new();
    if let Some(known) = PALETTE.get() {
        return Ok(known);
    }
    let read = data::palette()?;
    Ok(PALETTE.get_or_init(|| read))
}

impl Office {
    /// A tile of layers as they are in force.
    pub async fn tile(
        &self,
        snapshot: Arc<Snapshot>,
        collections: Arc<[Collection]>,
        place: Place,
    ) -> Result<Arc<Tile>, Problem> {
        let wanted = Wanted { collections, place };
        if let Some(kept) = self.feed.tiles().kept(&snapshot, &wanted) {
            return Ok(kept);
        }
        let palette = palette()?;
        let feed = Arc::clone(&self.feed);
        drawn(move || feed.tiles().tile(&snapshot, &wanted, palette)).await
    }

    /// A tile of layers as they were: read from the archive, drawn alike, and not kept. Of a layer at most
    /// [`tile::FEATURES_MAX`] features are read.
    pub async fn past_tile(
        &self,
        snapshot: Arc<Snapshot>,
        collections: Arc<[Collection]>,
        place: Place,
        moment: PastTile,
    ) -> Result<Arc<Tile>, Problem> {
        let palette = palette()?;
        let ground = place.ground().map_err(|error| broken(&error))?;
        let mut read = Vec::new();
        for collection in collections.iter() {
            let Some(ground) = ground.filter(|_| tile::shows(collection, place.zoom())) else {
                continue;
            };
            // Municipalities come from files, and have no past.
            let features = if *collection == Collection::Municipalities {
                let lands = snapshot.municipalities.values();
                lands
                    .filter_map(|land| Some(land.layer(collection)?.features().to_vec()))
                    .flatten()
                    .collect()
            } else {
                let day = Some(moment.day);
                let question = LayerQuestion {
                    times: Times {
                        days: Some((day, day)),
                        known_at: moment.known_at,
                    },
                    area: Some(Geometry::Polygon(ground.to_polygon())),
                    limit: tile::FEATURES_MAX,
                    ..LayerQuestion::default()
                };
                self.page(collection, &question).await?.features
            };
            read.push((collection.clone(), features));
        }
        drawn(move || {
            let mut bytes = Vec::new();
            for (collection, features) in read {
                let layers = by_municipality(&collection, features);
                let layers: Vec<&Layer> = layers.iter().collect();
                let themes = &snapshot.themes;
                bytes.extend(tile::draw_land(
                    &layers,
                    &collection,
                    place,
                    palette,
                    themes,
                ));
            }
            Arc::new(Tile::new(bytes))
        })
        .await
    }
}

/// Draws on a thread that may take its time, when it is its turn.
async fn drawn(draw: impl FnOnce() -> Arc<Tile> + Send + 'static) -> Result<Arc<Tile>, Problem> {
    let turn = DRAWING.acquire().await.map_err(|error| broken(&error))?;
    let tile = task::spawn_blocking(draw)
        .await
        .map_err(|error| broken(&error))?;
    drop(turn);
    Ok(tile)
}

/// Features that come by municipality and code, as one layer of each.
fn by_municipality(collection: &Collection, features: Vec<Feature>) -> Vec<Layer> {
    let mut parts: Vec<Vec<Feature>> = Vec::new();
    for feature in features {
        match parts.last_mut() {
            Some(part)
                if part
                    .last()
                    .is_some_and(|last| last.ubigeo == feature.ubigeo) =>
            {
                part.push(feature);
            }
            _ => parts.push(vec![feature]),
        }
    }
    parts
        .into_iter()
        .map(|part| Layer::new(collection, part))
        .collect()
}

fn broken(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "tile");
    Problem::new(
        Kind::Internal,
        "La tesela no se pudo dibujar.",
        "El detalle está en el registro del servicio.",
    )
}
