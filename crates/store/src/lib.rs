//! PostGIS behind the words of the domain: SQL, migrations, acts, and the embedded cluster.
//!
//! Reads give domain values; every write happens inside an [`Act`], which numbers it and ends it well or not at all.

pub mod act;
pub mod archive;
pub mod changes;
pub mod cluster;
pub mod copy;
mod error;
pub mod geometry;
pub mod land;
pub mod places;
pub mod themes;

use std::time::Duration;

pub use act::{Act, Actor, Entry};
pub use error::Error;
pub use sqlx::Error as SqlError;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

/// A database that holds the land.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
}

/// Connections a node holds. Answers come from memory; the database serves publications and questions about the past.
const CONNECTIONS_MAX: u32 = 12;

/// A database that is starting again answers within seconds; after this a person hears of it.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

impl Store {
    /// Connects to `url` (`postgres://…`) and brings its schema up to date.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let options: PgConnectOptions = url.parse().map_err(Error::Url)?;
        let options = options.application_name("catastro");
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options)
            .await
            .map_err(Error::Connect)?;
        let store = Self { pool };
        store.migrate().await?;
        Ok(store)
    }

    async fn migrate(&self) -> Result<(), Error> {
        sqlx::migrate!("./migrations").run(&self.pool).await?;
        Ok(())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Waits for everything to end and leaves.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
