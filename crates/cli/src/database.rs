//! The database that the arguments name, open for as long as a command runs.

use std::future::Future;

use office::Problem;
use store::{Store, cluster::Cluster};

use crate::arguments::Place;

/// Opens the database for one command, runs `work` on it, closes it again. Where a server already runs, the command
/// only visits: keeping that server alive is the business of who started it.
pub fn visiting<T, F>(place: &Place, work: impl FnOnce(Store) -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    match Cluster::status(&place.data_dir) {
        Some(running) if place.database.is_none() => run(&running, work),
        _ => with_store(place, work),
    }
}

/// Opens the database, keeps it running while `work` does, closes it again.
pub fn with_store<T, F>(place: &Place, work: impl FnOnce(Store) -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    // Outlives the pool: declared first, dropped last.
    let cluster = embedded(place)?;
    run(&url(place, cluster.as_ref()), work)
}

fn run<T, F>(url: &str, work: impl FnOnce(Store) -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    runtime()?.block_on(async {
        let store = Store::open(url).await?;
        let done = work(store.clone()).await;
        store.close().await;
        done
    })
}

/// A cluster to keep open, where no database is named.
pub fn embedded(place: &Place) -> Result<Option<Cluster>, Problem> {
    match place.database {
        Some(_) => Ok(None),
        None => Ok(Some(Cluster::open(&place.data_dir)?)),
    }
}

/// Address of the database.
pub fn url(place: &Place, cluster: Option<&Cluster>) -> String {
    place
        .database
        .clone()
        .or_else(|| cluster.map(Cluster::url))
        .unwrap_or_default()
}

fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
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
        })
}
