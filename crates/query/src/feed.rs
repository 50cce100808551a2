//! Keeps a snapshot of what is in force, and swaps it when a publication announces itself.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use chrono::{NaiveDate, Utc};
use domain::{
    collection::Collection,
    feature::Feature,
    geometry::PreparedArea,
    id::Ubigeo,
    province::Municipality,
    time::{AsOf, ChangeNumber, day_at},
};
use geo_types::Geometry;
use store::{Error, SqlError, Store, changes::Heads, land::Reading};
use tokio::{sync::watch, task::JoinHandle, time};

use crate::{Certificates, Layer, MunicipalityLand, NormShelf, Snapshot, tile};

/// The snapshot that answers now, and the task that keeps it fresh. Dropping it ends the task.
pub struct Feed {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    snapshot: ArcSwap<Snapshot>,
    /// Tiles drawn from it.
    tiles: tile::Cache,
    /// How far the snapshot goes, for those who wait for it.
    reached: watch::Sender<Heads>,
    /// Whether the database was there when it was last asked.
    fresh: watch::Sender<bool>,
}

/// A notice that was missed is noticed after this long.
const CHECK_EVERY: Duration = Duration::from_secs(3);
/// Between two tries to reach a database that is gone.
const RETRY_AFTER: Duration = Duration::from_millis(300);

impl Feed {
    /// Loads all that is in force, then goes on listening.
    pub async fn start(store: Store) -> Result<Self, Error> {
        // Ears first: what is published while the land is read will be heard.
        let announcements = store.listen().await?;
        let snapshot = next(&store, &Snapshot::default()).await?;
        tracing::info!(
            change = snapshot.change.0,
            municipalities = snapshot.municipalities.len(),
            "land loaded"
        );
        let tiles = tile::Cache::default();
        tiles.advance(&Snapshot::default(), &snapshot);
        let shared = Arc::new(Shared {
            tiles,
            reached: watch::Sender::new(heads(&snapshot)),
            fresh: watch::Sender::new(true),
            snapshot: ArcSwap::from_pointee(snapshot),
        });
        let task = tokio::spawn(follow(store, announcements, Arc::clone(&shared)));
        Ok(Self { shared, task })
    }

    /// What answers now. Whoever holds it goes on seeing the same land.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot.load_full()
    }

    /// The tiles that were drawn from it.
    pub fn tiles(&self) -> &tile::Cache {
        &self.shared.tiles
    }

    /// Whether the database answered lately, so that the snapshot is the last one.
    pub fn is_fresh(&self) -> bool {
        *self.shared.fresh.borrow()
    }

    /// Waits until the snapshot includes a change, so that a writer sees what it wrote.
    pub async fn wait_for(&self, change: ChangeNumber) {
        // The sender lives as long as we do.
        let _ = self
            .shared
            .reached
            .subscribe()
            .wait_for(|reached| reached.change >= change)
            .await;
    }

    /// Waits until the snapshot includes all that the database holds now.
    pub async fn catch_up(&self, store: &Store) -> Result<(), Error> {
        let heads = store.heads().await?;
        let _ = self
            .shared
            .reached
            .subscribe()
            .wait_for(|reached| reached.reach(heads))
            .await;
        Ok(())
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow(
    store: Store,
    mut announcements: store::changes::Announcements,
    shared: Arc<Shared>,
) {
    loop {
        // Heard, missed or neither: the number in the database decides.
        let listening = time::timeout(CHECK_EVERY, announcements.next()).await;
        let deaf = matches!(listening, Ok(Err(_)));
        match refresh(&store, &shared).await {
            Ok(()) => shared
                .fresh
                .send_if_modified(|fresh| !std::mem::replace(fresh, true)),
            // Who closed the store waits for our line to it, and wants nothing more.
            Err(Error::Sql(SqlError::PoolClosed)) => return,
            Err(error) => {
                let was_fresh = shared
                    .fresh
                    .send_if_modified(|fresh| std::mem::replace(fresh, false));
                if was_fresh {
                    tracing::warn!(%error, "the database is gone; answering from the last snapshot");
                }
                time::sleep(RETRY_AFTER).await;
                continue;
            }
        };
        if deaf {
            match store.listen().await {
                Ok(again) => announcements = again,
                Err(_) => time::sleep(RETRY_AFTER).await,
            }
        }
    }
}

async fn refresh(store: &Store, shared: &Shared) -> Result<(), Error> {
    let current = shared.snapshot.load_full();
    if heads(&current).reach(store.heads().await?) {
        return Ok(());
    }
    let snapshot = next(store, &current).await?;
    let heads = heads(&snapshot);
    let snapshot = Arc::new(snapshot);
    shared.snapshot.store(Arc::clone(&snapshot));
    shared.tiles.advance(&current, &snapshot);
    shared.reached.send_replace(heads);
    tracing::info!(
        change = heads.change.0,
        certificates = heads.certificates,
        "land reloaded"
    );
    Ok(())
}

/// How far a snapshot goes.
fn heads(snapshot: &Snapshot) -> Heads {
    Heads {
        change: snapshot.change,
        certificates: snapshot.certificates.version,
    }
}

/// The snapshot after `current`: layers that no change touched are shared with it. All of it is read at one moment.
async fn next(store: &Store, current: &Snapshot) -> Result<Snapshot, Error> {
    let mut reading = store.read().await?;
    let touched = reading.touched_since(current.change).await?;
    let mut municipalities = BTreeMap::new();
    for municipality in reading.municipalities().await? {
        let itself = Layer::new(&Collection::Municipalities, vec![as_feature(&municipality)]);
        let ubigeo = municipality.ubigeo;
        let mut land = match current.municipalities.get(&ubigeo) {
            Some(known) if known.municipality.outline == municipality.outline => MunicipalityLand {
                municipality,
                ..MunicipalityLand::clone(known)
            },
            Some(known) => MunicipalityLand {
                outline: Arc::new(PreparedArea::new(&municipality.outline)),
                municipality,
                ..MunicipalityLand::clone(known)
            },
            None => MunicipalityLand::new(municipality, []),
        };
        land.put(Collection::Municipalities, itself);
        municipalities.insert(ubigeo, land);
    }
    for ubigeo in reading.norms_touched_since(current.change).await? {
        let rows = reading.norms(ubigeo).await?;
        if let Some(land) = municipalities.get_mut(&ubigeo) {
            land.norms = Arc::new(NormShelf::new(&rows));
        }
    }
    for (ubigeo, collection) in touched {
        let Some(land) = municipalities.get_mut(&ubigeo) else {
            continue;
        };
        let layer = load(&mut reading, ubigeo, &collection).await?;
        land.put(collection, layer);
    }
    let municipalities = municipalities
        .into_iter()
        .map(|(ubigeo, land)| (ubigeo, Arc::new(land)))
        .collect();
    let heads = reading.heads();
    let known_at = Utc::now();
    let now = AsOf {
        day: day_at(known_at),
        known_at,
    };
    Ok(Snapshot {
        change: heads.change,
        municipalities,
        themes: reading.themes().await?.into(),
        certificates: Arc::new(Certificates {
            version: heads.certificates,
            protected: reading.protected(now).await?,
        }),
    })
}

/// A municipality as a feature of the layer of municipalities.
fn as_feature(municipality: &Municipality) -> Feature {
    let attributes = serde_json::json!({
        "nombre": municipality.name,
        "provincia": municipality.province,
        "exactitud_m": municipality.accuracy_m,
        "demostracion": municipality.demonstration,
    });
    Feature {
        ubigeo: municipality.ubigeo,
        code: municipality.ubigeo.as_str().into(),
        geometry: Geometry::MultiPolygon(municipality.outline.clone()),
        attributes: attributes.to_string().into_boxed_str(),
        valid_from: NaiveDate::MIN,
        change: ChangeNumber::default(),
    }
}

async fn load(
    reading: &mut Reading,
    ubigeo: Ubigeo,
    collection: &Collection,
) -> Result<Layer, Error> {
    let mut features = Vec::new();
    reading
        .features(ubigeo, collection, |feature| features.push(feature))
        .await?;
    features.shrink_to_fit();
    Ok(Layer::new(collection, features))
}
