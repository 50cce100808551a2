//! The only way to write: one act, one transaction, one number.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{collection::Collection, id::Ubigeo, time::ChangeNumber};
use sqlx::{Postgres, Transaction};

use crate::{Error, Store};

/// Channel on which a published change announces its number.
pub(crate) const CHANNEL: &str = "catastro_change";

/// Who acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Account, or the operating-system user at the command line.
    pub name: String,
}

/// What was done, as the record keeps it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The municipality whose land changed.
    pub ubigeo: Option<Ubigeo>,
    /// The layer that changed.
    pub collection: Option<Collection>,
    /// `ingesta`, `demostracion`, `municipio`, `temas`.
    pub kind: &'static str,
    /// Why, in the actor's words.
    pub reason: String,
    /// File name of the document behind it.
    pub document: Option<String>,
    /// SHA-256 of that document.
    pub document_sha256: Option<[u8; 32]>,
    /// Counts by kind of change.
    pub counts: serde_json::Value,
}

/// A transaction that has taken its change number and holds the lock that keeps numbers in the order of commit.
/// Dropped without [`Act::commit`], it never happened.
pub struct Act {
    pub(crate) tx: Transaction<'static, Postgres>,
    actor: Actor,
    number: ChangeNumber,
    at: DateTime<Utc>,
    day: NaiveDate,
}

/// Key of the advisory lock under which changes are numbered. Any number would do.
const NUMBERING_LOCK: i64 = 2_201_001;

impl Store {
    /// Begins an act of `actor`. Waits for the act before it to end.
    pub async fn begin(&self, actor: &Actor) -> Result<Act, Error> {
        let mut tx = self.pool.begin().await?;
        // The lock comes before the number is read: two acts must meet here, not at the primary key.
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(NUMBERING_LOCK)
            .execute(&mut *tx)
            .await?;
        // Recording never goes back, even when the machine's clock does. Lima is the province's time.
        let (number, at, day) = sqlx::query_as(
            "select coalesce(max(number), 0) + 1,
                    greatest(clock_timestamp(), max(at) + interval '1 microsecond'),
                    (clock_timestamp() at time zone 'America/Lima')::date
             from change",
        )
        .fetch_one(&mut *tx)
        .await?;
        Ok(Act {
            tx,
            actor: actor.clone(),
            number: ChangeNumber(number),
            at,
            day,
        })
    }
}

impl Act {
    /// The number of this change.
    pub fn number(&self) -> ChangeNumber {
        self.number
    }

    /// The moment from which the service knows what this act writes.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Today in the province.
    pub fn day(&self) -> NaiveDate {
        self.day
    }

    /// Opens the record of this change; rows refer to it.
    pub async fn open(&mut self, entry: &Entry) -> Result<(), Error> {
        sqlx::query(
            "insert into change (number, at, ubigeo, layer, kind, actor, reason, document, document_sha256, counts)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(self.number.0)
        .bind(self.at)
        .bind(entry.ubigeo.as_ref().map(Ubigeo::as_str))
        .bind(entry.collection.as_ref().map(Collection::name))
        .bind(entry.kind)
        .bind(&self.actor.name)
        .bind(&entry.reason)
        .bind(entry.document.as_deref())
        .bind(entry.document_sha256.as_ref().map(<[u8; 32]>::as_slice))
        .bind(&entry.counts)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Ends the act: its counts are kept, it is committed, and every node hears its number.
    pub async fn commit(mut self, counts: serde_json::Value) -> Result<ChangeNumber, Error> {
        sqlx::query("update change set counts = $2 where number = $1")
            .bind(self.number.0)
            .bind(counts)
            .execute(&mut *self.tx)
            .await?;
        sqlx::query("select pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(self.number.0.to_string())
            .execute(&mut *self.tx)
            .await?;
        self.tx.commit().await?;
        Ok(self.number)
    }
}
