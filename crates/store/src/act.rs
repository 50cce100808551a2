//! The only way to write: one act, one transaction, one number. Long work is drafted first, beside the acts of others.

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    audit::{Hash, Head},
    collection::Collection,
    id::Ubigeo,
    people::Actor,
    time::ChangeNumber,
};
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::{Error, Store};

/// Channel on which a published change announces its number.
pub(crate) const CHANNEL: &str = "catastro_change";

/// A change of the land, as [`Act::open`] takes it.
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
}

/// What was done, as the audit trail keeps it. Nothing in it names who holds land; a file's name may, and stays out.
#[derive(Clone, Debug)]
pub struct Deed {
    /// `levantamiento.decision`, `cuenta.alta`…
    pub action: &'static str,
    /// The municipality that it is about.
    pub ubigeo: Option<Ubigeo>,
    /// What it was done to: `levantamiento/…`, `cuenta/…`.
    pub object: String,
    /// The rest, as a JSON object.
    pub content: serde_json::Value,
}

/// A transaction in the name of somebody, without a number yet: what it writes becomes part of the act that it begins.
/// Dropped, it never happened.
pub struct Draft {
    pub(crate) tx: Transaction<'static, Postgres>,
    actor: Actor,
    /// Whether row security holds for us, which takes no COPY.
    pub(crate) guarded: bool,
    /// The table whose rows wait for [`Draft::settle`].
    pub(crate) staged: Option<&'static str>,
}

/// A transaction that has taken its change number and holds the lock that keeps numbers in the order of commit.
/// It ends with its record in the audit trail; dropped without, it never happened.
pub struct Act {
    pub(crate) draft: Draft,
    number: ChangeNumber,
    at: DateTime<Utc>,
    day: NaiveDate,
    /// The change of the land that is under way.
    opened: Option<Entry>,
}

/// Key of the advisory lock under which changes are numbered. Any number would do.
const NUMBERING_LOCK: i64 = 2_201_001;

impl Store {
    /// Begins an act of `actor`. Waits for the act before it to end.
    pub async fn begin(&self, actor: &Actor) -> Result<Act, Error> {
        self.draft(actor).await?.begin().await
    }

    /// Begins work of `actor` that keeps nobody waiting.
    pub async fn draft(&self, actor: &Actor) -> Result<Draft, Error> {
        let mut tx = self.pool.begin().await?;
        // Row security looks up what this account may write. The setting ends with the transaction.
        let account = actor.account().map(|account| account.to_string());
        sqlx::query("select set_config('catastro.account', $1, true)")
            .bind(account.unwrap_or_default())
            .execute(&mut *tx)
            .await?;
        Ok(Draft {
            tx,
            actor: actor.clone(),
            guarded: self.guarded,
            staged: None,
        })
    }
}

impl Draft {
    /// The account that acts; none for the console and the public.
    pub(crate) fn account(&self) -> Option<Uuid> {
        self.actor.account()
    }

    /// Makes it an act. Waits for the act before it to end.
    pub async fn begin(mut self) -> Result<Act, Error> {
        self.settle().await?;
        let tx = &mut self.tx;
        // The lock comes before the number is read: two acts must meet here, not at the primary key.
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(NUMBERING_LOCK)
            .execute(&mut **tx)
            .await?;
        // Recording never goes back, even when the machine's clock does. Lima is the province's time.
        let (number, at, day) = sqlx::query_as::<_, (i64, DateTime<Utc>, NaiveDate)>(
            "select coalesce((select max(number) from change), 0) + 1,
                    greatest(clock_timestamp(),
                             (select max(at) from change) + interval '1 microsecond',
                             (select at from audit order by number desc limit 1) + interval '1 microsecond'),
                    (clock_timestamp() at time zone 'America/Lima')::date",
        )
        .fetch_one(&mut **tx)
        .await?;
        Ok(Act {
            draft: self,
            number: ChangeNumber(number),
            at,
            day,
            opened: None,
        })
    }

    /// Keeps what was written, which is no change of anything that the law knows: no number, no record.
    pub async fn keep(mut self) -> Result<(), Error> {
        self.settle().await?;
        Ok(self.tx.commit().await?)
    }
}

/// An act can all that a draft can.
impl Deref for Act {
    type Target = Draft;

    fn deref(&self) -> &Draft {
        &self.draft
    }
}

impl DerefMut for Act {
    fn deref_mut(&mut self) -> &mut Draft {
        &mut self.draft
    }
}

impl Act {
    /// The number of this change.
    pub fn number(&self) -> ChangeNumber {
        self.number
    }

    /// Who acts, as the record names them.
    pub fn actor_name(&self) -> &str {
        self.draft.actor.name()
    }

    /// The moment from which the service knows what this act writes.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Today in the province.
    pub fn day(&self) -> NaiveDate {
        self.day
    }

    /// Opens a change of the land; rows refer to it. The act then ends with [`Act::publish`].
    pub async fn open(&mut self, entry: &Entry) -> Result<(), Error> {
        sqlx::query(
            "insert into change (number, at, ubigeo, layer, kind, actor, reason, document, document_sha256)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(self.number.0)
        .bind(self.at)
        .bind(entry.ubigeo.as_ref().map(Ubigeo::as_str))
        .bind(entry.collection.as_ref().map(Collection::name))
        .bind(entry.kind)
        .bind(self.draft.actor.name())
        .bind(&entry.reason)
        .bind(entry.document.as_deref())
        .bind(entry.document_sha256.as_ref().map(<[u8; 32]>::as_slice))
        .execute(&mut *self.draft.tx)
        .await?;
        self.opened = Some(entry.clone());
        Ok(())
    }

    /// The head of the trail as it is before what this act records.
    pub async fn audit_head(&mut self) -> Result<Head, Error> {
        crate::audit::head(&mut self.draft.tx).await
    }

    /// Records a deed within this act. Gives the head of the trail as it will be.
    pub async fn record(&mut self, deed: &Deed) -> Result<Head, Error> {
        let (actor, at) = (self.draft.actor.name().to_owned(), self.at);
        crate::audit::append(&mut self.draft.tx, &actor, at, deed).await
    }

    /// Ends an act with its last deed.
    pub async fn commit(mut self, deed: &Deed) -> Result<Head, Error> {
        let head = self.record(deed).await?;
        self.draft.tx.commit().await?;
        Ok(head)
    }

    /// Lets every node hear of this act, once it has ended well.
    pub(crate) async fn announce(&mut self) -> Result<(), Error> {
        sqlx::query("select pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(self.number.0.to_string())
            .execute(&mut *self.draft.tx)
            .await?;
        Ok(())
    }

    /// Ends a change of the land: its counts are kept, it is recorded and committed, and every node hears its number.
    pub async fn publish(
        mut self,
        counts: serde_json::Value,
    ) -> Result<(ChangeNumber, Head), Error> {
        self.draft.settle().await?;
        sqlx::query("update change set counts = $2 where number = $1")
            .bind(self.number.0)
            .bind(&counts)
            .execute(&mut *self.draft.tx)
            .await?;
        self.announce().await?;
        let number = self.number;
        let deed = publication(self.opened.as_ref(), number, &counts);
        Ok((number, self.commit(&deed).await?))
    }
}

fn publication(entry: Option<&Entry>, number: ChangeNumber, counts: &serde_json::Value) -> Deed {
    let document_sha256 = entry
        .and_then(|entry| entry.document_sha256)
        .map(|digest| Hash(digest).to_string());
    Deed {
        action: "publicacion",
        ubigeo: entry.and_then(|entry| entry.ubigeo),
        object: format!("cambio/{}", number.0),
        content: serde_json::json!({
            "capa": entry.and_then(|entry| entry.collection.as_ref()).map(Collection::name),
            "clase": entry.map(|entry| entry.kind),
            "motivo": entry.map(|entry| entry.reason.as_str()),
            "documento_sha256": document_sha256,
            "cambios": counts,
        }),
    }
}
