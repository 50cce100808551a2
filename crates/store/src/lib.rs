//! PostGIS behind the words of the domain: SQL, migrations, acts, and the embedded cluster.
//!
//! Reads give domain values; every write happens inside an [`Act`], which numbers it and ends it well or not at all.

pub mod act;
pub mod archive;
pub mod attachments;
pub mod audit;
pub mod cadastral_projects;
pub mod catalogue;
pub mod certificates;
pub mod changes;
pub mod cluster;
pub mod copy;
pub mod dossiers;
pub mod drafts;
mod error;
pub mod figures;
mod filter;
pub mod follows;
pub mod geometry;
pub mod harvests;
pub mod holders;
pub mod indicators;
pub mod inspections;
pub mod jobs;
pub mod land;
pub mod latest_figures;
pub mod lineage;
pub mod mail;
pub mod news;
pub mod norms;
pub mod observations;
pub mod observatory;
pub mod pages;
pub mod people;
pub mod places;
pub mod questions;
pub mod sealed_reports;
pub mod stored_queries;
pub mod surveys;
pub mod themes;

use std::time::Duration;

pub use act::{Act, Deed, Draft, Entry};
pub use error::Error;
pub use sqlx::Error as SqlError;
use sqlx::{
    AssertSqlSafe, Executor,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};

/// A database that holds the land.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    /// Whether the connections are those of [`SERVICE_ROLE`].
    guarded: bool,
}

/// The role that the service works as: owns nothing, and row security holds for it.
pub const SERVICE_ROLE: &str = "catastro_servicio";

/// Connections a node holds. Answers come from memory; the database serves publications and questions about the past.
const CONNECTIONS_MAX: u32 = 12;

/// A database that is starting again answers within seconds; after this a person hears of it.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

impl Store {
    /// Connects to `url` (`postgres://…`) as its owner, and brings the schema up to date.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let pool = pool(url, &PgPoolOptions::new()).await?;
        sqlx::migrate!("./migrations").run(&pool).await?;
        Ok(Self {
            pool,
            guarded: false,
        })
    }

    /// Connects to `url` for the service: as [`SERVICE_ROLE`], or as an owner who steps down to it.
    ///
    /// # Errors
    /// Also when the schema is of another version than this program's.
    pub async fn serving(url: &str) -> Result<Self, Error> {
        let options = PgPoolOptions::new().after_connect(|connection, _| {
            Box::pin(async move {
                let statement = format!("set role {SERVICE_ROLE}");
                connection.execute(AssertSqlSafe(statement)).await?;
                Ok(())
            })
        });
        let store = Self {
            pool: pool(url, &options).await?,
            guarded: true,
        };
        store.check_version().await?;
        Ok(store)
    }

    async fn check_version(&self) -> Result<(), Error> {
        let wanted = sqlx::migrate!("./migrations")
            .iter()
            .map(|migration| migration.version)
            .max();
        let (found,): (Option<i64>,) =
            sqlx::query_as("select max(version) from _sqlx_migrations where success")
                .fetch_one(&self.pool)
                .await?;
        if found == wanted {
            Ok(())
        } else {
            Err(Error::OtherVersion)
        }
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

/// Whether an address is that of the service's role, who can serve and change no schema.
pub fn is_of_service(url: &str) -> bool {
    url.parse::<PgConnectOptions>()
        .is_ok_and(|options| options.get_username() == SERVICE_ROLE)
}

async fn pool(url: &str, options: &PgPoolOptions) -> Result<PgPool, Error> {
    let address: PgConnectOptions = url.parse().map_err(Error::Url)?;
    options
        .clone()
        .max_connections(CONNECTIONS_MAX)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(address.application_name("catastro"))
        .await
        .map_err(Error::Connect)
}
