//! When the things of the catalogue began and changed.

use chrono::{DateTime, Utc};
use domain::institute::DossierKind;

use crate::{Error, Store};

/// The name of something, when it began and when it last changed.
pub type Times = (String, DateTime<Utc>, DateTime<Utc>);

impl Store {
    /// When each layer first and last changed, by its name.
    pub async fn layer_times(&self) -> Result<Vec<Times>, Error> {
        Ok(sqlx::query_as(
            "select layer, min(at), max(at) from change where layer is not null group by layer order by layer",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// When each dossier of a kind began and last changed, by its code.
    pub async fn dossier_times(&self, kind: DossierKind) -> Result<Vec<Times>, Error> {
        Ok(sqlx::query_as(
            "select code, min(lower(recorded)), max(lower(recorded)) from dossier where kind = $1
             group by code order by code",
        )
        .bind(kind.name())
        .fetch_all(&self.pool)
        .await?)
    }

    /// Reports that were signed, by their code, each with when it was.
    pub async fn reports_sealed(&self) -> Result<Vec<(String, DateTime<Utc>)>, Error> {
        Ok(
            sqlx::query_as("select code, at from sealed_report order by code")
                .fetch_all(&self.pool)
                .await?,
        )
    }
}
