//! Hearing of changes.

use chrono::{DateTime, Utc};
use domain::time::ChangeNumber;
use sqlx::postgres::PgListener;

use crate::{Error, Store, act::CHANNEL};

/// Ears on the announcements of [`crate::Act::commit`].
pub struct Announcements {
    listener: PgListener,
}

/// A change of the land or its law, as anybody may know it.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct ChangeRow {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Where; none for what is the province's.
    pub ubigeo: Option<String>,
    /// The layer that changed.
    pub layer: Option<String>,
    /// What kind of change.
    pub kind: String,
}

/// How far what snapshots are made of has come. Both only grow.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Heads {
    /// The last change of the land and its law.
    pub change: ChangeNumber,
    /// Certificates issued, and those annulled once more.
    pub certificates: i64,
}

impl Heads {
    /// Whether nothing that the other knows is missing.
    pub fn reach(self, other: Self) -> bool {
        self.change >= other.change && self.certificates >= other.certificates
    }
}

/// Both heads, as one statement.
pub(crate) const HEADS: &str = "select (select coalesce(max(number), 0) from change),
    (select count(*) + count(annulled_at) from certificate where state in ('emitido', 'anulado'))";

impl Store {
    /// How far the database has come.
    pub async fn heads(&self) -> Result<Heads, Error> {
        let (change, certificates) = sqlx::query_as(HEADS).fetch_one(&self.pool).await?;
        Ok(Heads {
            change: ChangeNumber(change),
            certificates,
        })
    }

    /// The last change committed; zero where nothing ever was.
    pub async fn last_change(&self) -> Result<ChangeNumber, Error> {
        let (number,): (i64,) = sqlx::query_as("select coalesce(max(number), 0) from change")
            .fetch_one(&self.pool)
            .await?;
        Ok(ChangeNumber(number))
    }

    /// The moment of the last act that has ended. Acts end in the order of their moments, so nothing that is recorded
    /// later has an earlier one.
    pub async fn recorded_until(&self) -> Result<DateTime<Utc>, Error> {
        Ok(sqlx::query_scalar(
            "select coalesce((select at from audit order by number desc limit 1), clock_timestamp())",
        )
        .fetch_one(&self.pool)
        .await?)
    }

    /// The last change of the land that was known at a moment.
    pub async fn change_at(&self, known_at: DateTime<Utc>) -> Result<ChangeNumber, Error> {
        let number: i64 =
            sqlx::query_scalar("select coalesce(max(number), 0) from change where at <= $1")
                .bind(known_at)
                .fetch_one(&self.pool)
                .await?;
        Ok(ChangeNumber(number))
    }

    /// The last changes of the land and its law, the newest first.
    pub async fn latest_changes(&self, limit: i64) -> Result<Vec<ChangeRow>, Error> {
        Ok(sqlx::query_as(
            "select number, at, ubigeo, layer, kind from change order by number desc limit $1",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Whether a change of this kind was ever made.
    pub async fn has_change(&self, kind: &str) -> Result<bool, Error> {
        let (found,): (bool,) =
            sqlx::query_as("select exists (select from change where kind = $1)")
                .bind(kind)
                .fetch_one(&self.pool)
                .await?;
        Ok(found)
    }

    /// Begins to listen. What was announced before is not heard: ask [`Store::last_change`] after this.
    pub async fn listen(&self) -> Result<Announcements, Error> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Announcements { listener })
    }
}

impl Announcements {
    /// Waits for the next announcement. `None` when the line was lost and has been found again: something may have
    /// been missed.
    pub async fn next(&mut self) -> Result<Option<ChangeNumber>, Error> {
        let heard = self.listener.try_recv().await?;
        Ok(heard.and_then(|notice| notice.payload().parse().ok().map(ChangeNumber)))
    }
}
