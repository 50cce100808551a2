//! Norms of plans, as their files say them.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    id::Ubigeo,
    time::{AsOf, ChangeNumber},
};

use crate::{Act, Error, Store, land::Reading};

/// A norm as it was published: the text of its file, and the days on which it holds.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct NormRow {
    /// Municipality.
    pub ubigeo: String,
    /// Code of its instrument.
    pub instrument: String,
    /// First day on which it holds.
    pub valid_from: NaiveDate,
    /// First day on which it holds no more.
    pub valid_to: Option<NaiveDate>,
    /// Since when the service says so.
    pub recorded_from: DateTime<Utc>,
    /// The change that published it.
    pub change: i64,
    /// The file (`schemas/norma.schema.json`).
    pub content: String,
}

/// A norm to be published.
#[derive(Clone, Debug)]
pub struct NewNorm<'a> {
    /// Municipality.
    pub ubigeo: Ubigeo,
    /// Code of its instrument.
    pub instrument: &'a str,
    /// First day on which it holds.
    pub valid_from: NaiveDate,
    /// First day on which it holds no more.
    pub valid_to: Option<NaiveDate>,
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
    /// The file.
    pub content: &'a str,
}

const COLUMNS: &str =
    "select ubigeo, instrument, lower(valid) as valid_from, upper(valid) as valid_to,
    lower(recorded) as recorded_from, change_from as change, content from norm";

impl Store {
    /// All norms that the service says now, whatever day they hold on, by municipality, instrument and day.
    pub async fn norms(&self) -> Result<Vec<NormRow>, Error> {
        known_now(&self.pool, None).await
    }

    /// The norms of a municipality as they held on a day and were known at a moment.
    pub async fn norms_as_of(&self, ubigeo: Ubigeo, as_of: AsOf) -> Result<Vec<NormRow>, Error> {
        let statement = format!(
            "{COLUMNS} where ubigeo = $1 and valid @> $2 and recorded @> $3 order by instrument"
        );
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(ubigeo.as_str())
            .bind(as_of.day)
            .bind(as_of.known_at)
            .fetch_all(&self.pool)
            .await?)
    }
}

impl Reading {
    /// The municipalities whose norms changed after `since`.
    pub async fn norms_touched_since(&mut self, since: ChangeNumber) -> Result<Vec<Ubigeo>, Error> {
        sqlx::query_scalar::<_, String>(
            "select distinct ubigeo from norm where change_from > $1 or change_to > $1",
        )
        .bind(since.0)
        .fetch_all(&mut *self.tx)
        .await?
        .iter()
        .map(|ubigeo| crate::land::parse(ubigeo, "ubigeo"))
        .collect()
    }

    /// All norms of a municipality that the service says now, whatever day they hold on.
    pub async fn norms(&mut self, ubigeo: Ubigeo) -> Result<Vec<NormRow>, Error> {
        known_now(&mut *self.tx, Some(ubigeo)).await
    }
}

async fn known_now<'c>(
    executor: impl sqlx::PgExecutor<'c>,
    ubigeo: Option<Ubigeo>,
) -> Result<Vec<NormRow>, Error> {
    let statement = format!(
        "{COLUMNS} where upper_inf(recorded) and ($1::text is null or ubigeo = $1)
         order by ubigeo, instrument, valid"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(ubigeo.as_ref().map(Ubigeo::as_str))
        .fetch_all(executor)
        .await?)
}

impl Act {
    /// Publishes a norm. What the same instrument said of the days on which it holds is closed: it is no longer said, and
    /// before and after those days it is said again.
    pub async fn publish_norm(&mut self, norm: &NewNorm<'_>) -> Result<(), Error> {
        let valid = sqlx::postgres::types::PgRange {
            start: std::ops::Bound::Included(norm.valid_from),
            end: norm
                .valid_to
                .map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded),
        };
        sqlx::query(include_str!("../sql/publish_norm.sql"))
            .bind(norm.ubigeo.as_str())
            .bind(norm.instrument)
            .bind(valid)
            .bind(self.recorded_at())
            .bind(self.number().0)
            .bind(norm.sha256.as_slice())
            .bind(norm.content)
            .execute(&mut *self.draft.tx)
            .await?;
        Ok(())
    }
}
