//! The database that the arguments name, open for as long as a command runs.

use std::future::Future;

use office::Problem;
use store::{Store, cluster::Cluster};

use crate::arguments::Place;

/// A database to be reached, kept running where it is our own.
pub struct Database {
    /// Address for its owner.
    owner: String,
    /// Address for the service.
    service: String,
    /// Outlives every pool: whoever holds this drops it last.
    _cluster: Option<Cluster>,
}

impl Database {
    /// The one that is named, or our own, started.
    pub fn open(place: &Place) -> Result<Self, Problem> {
        if let Some(url) = &place.database {
            return Ok(Self {
                owner: url.clone(),
                service: url.clone(),
                _cluster: None,
            });
        }
        let cluster = Cluster::open(&place.data_dir)?;
        Ok(Self {
            owner: cluster.url(),
            service: cluster.service_url(),
            _cluster: Some(cluster),
        })
    }

    /// Address for its owner.
    pub fn url(&self) -> &str {
        &self.owner
    }

    /// Whether the address is the service's own: it serves, and changes no schema.
    pub fn is_for_service_only(&self) -> bool {
        store::is_of_service(&self.owner)
    }

    /// Runs `work` as the owner, with the schema up to date.
    pub async fn as_owner<T, F>(&self, work: impl FnOnce(Store) -> F) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        then_close(Store::open(&self.owner).await?, work).await
    }

    /// Runs `work` as the service, which owns nothing.
    pub async fn as_service<T, F>(&self, work: impl FnOnce(Store) -> F) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        then_close(Store::serving(&self.service).await?, work).await
    }
}

/// Opens the database as its owner for one command, runs `work` on it, closes it again. Where a server already runs,
/// the command only visits: keeping that server alive is the business of who started it.
pub fn visiting<T, F>(place: &Place, work: impl FnOnce(Store) -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    match Cluster::status(&place.data_dir) {
        Some(running) if place.database.is_none() => {
            block_on(async { then_close(Store::open(&running).await?, work).await })
        }
        _ => {
            let database = Database::open(place)?;
            if database.is_for_service_only() {
                return Err(Problem::new(
                    office::Kind::BadRequest,
                    "Esta orden necesita la dirección del dueño de la base de datos.",
                    "La que se dio es la del servicio, que no es dueño de nada. Pase la otra con --database postgres://…",
                ));
            }
            block_on(database.as_owner(work))
        }
    }
}

async fn then_close<T, F>(store: Store, work: impl FnOnce(Store) -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    let done = work(store.clone()).await;
    store.close().await;
    done
}

/// Runs a command's work.
pub fn block_on<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            tracing::error!(%error, "runtime");
            Problem::new(
                office::Kind::Internal,
                "El sistema no dejó arrancar el programa.",
                "Compruebe los límites de procesos y de memoria de la cuenta.",
            )
        })?
        .block_on(work)
}
