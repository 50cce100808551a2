//! The audit trail: appended by acts, read by whoever proves it.

use chrono::{DateTime, Utc};
use domain::{
    audit::{Broken, Hash, Head, Record, Verifier},
    id::Ubigeo,
};
use futures_util::TryStreamExt;
use sqlx::{Postgres, Transaction};

use crate::{Error, Store, act::Deed};

type Row = (
    i64,
    DateTime<Utc>,
    String,
    String,
    Option<String>,
    String,
    String,
    Vec<u8>,
    Vec<u8>,
);

/// Which part of the trail is asked for.
#[derive(Clone, Default, Debug)]
pub struct AuditPage {
    /// Records after this number.
    pub after: i64,
    /// How many at most.
    pub limit: i64,
    /// Only what was done to this.
    pub object: Option<String>,
}

impl Store {
    /// The number and hash of the last record.
    pub async fn audit_head(&self) -> Result<Head, Error> {
        let mut connection = self.pool.acquire().await?;
        head(&mut connection).await
    }

    /// A part of the trail, in order.
    pub async fn audit_page(&self, page: &AuditPage) -> Result<Vec<Record>, Error> {
        sqlx::query_as::<_, Row>(
            "select number, at, actor, action, ubigeo, object, content, previous, hash from audit
             where number > $1 and ($2::text is null or object = $2) order by number limit $3",
        )
        .bind(page.after)
        .bind(&page.object)
        .bind(page.limit)
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(record)
        .collect()
    }

    /// Walks the whole trail as it comes off the wire. The inner result tells where it is broken.
    pub async fn verify_audit(&self, published: &[Head]) -> Result<Result<Head, Broken>, Error> {
        let mut verifier = Verifier::new(published);
        let mut rows = sqlx::query_as::<_, Row>(
            "select number, at, actor, action, ubigeo, object, content, previous, hash from audit
             order by number",
        )
        .fetch(&self.pool);
        while let Some(row) = rows.try_next().await? {
            if let Err(broken) = verifier.take(&record(row)?) {
                return Ok(Err(broken));
            }
        }
        Ok(verifier.finish())
    }
}

/// Adds a record to the end of the trail. `at` is the database's, to the microsecond as it keeps it; the act's lock
/// keeps others out until it ends.
pub(crate) async fn append(
    tx: &mut Transaction<'static, Postgres>,
    actor: &str,
    at: DateTime<Utc>,
    deed: &Deed,
) -> Result<Head, Error> {
    let last = head(tx).await?;
    let mut record = Record {
        number: last.number + 1,
        at,
        actor: actor.to_owned(),
        action: deed.action.to_owned(),
        ubigeo: deed.ubigeo.as_ref().map(Ubigeo::to_string),
        object: deed.object.clone(),
        content: deed.content.to_string(),
        previous: last.hash,
        hash: Hash::BEFORE_ALL,
    };
    record.hash = record.computed();
    sqlx::query(
        "insert into audit (number, at, actor, action, ubigeo, object, content, previous, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(record.number)
    .bind(record.at)
    .bind(&record.actor)
    .bind(&record.action)
    .bind(&record.ubigeo)
    .bind(&record.object)
    .bind(&record.content)
    .bind(&record.previous.0[..])
    .bind(&record.hash.0[..])
    .execute(&mut **tx)
    .await?;
    Ok(record.head())
}

pub(crate) async fn head(connection: &mut sqlx::PgConnection) -> Result<Head, Error> {
    let last: Option<(i64, Vec<u8>)> =
        sqlx::query_as("select number, hash from audit order by number desc limit 1")
            .fetch_optional(connection)
            .await?;
    match last {
        None => Ok(Head::BEFORE_ALL),
        Some((number, bytes)) => Ok(Head {
            number,
            hash: hash(number, &bytes)?,
        }),
    }
}

fn record(
    (number, at, actor, action, ubigeo, object, content, previous, own): Row,
) -> Result<Record, Error> {
    Ok(Record {
        previous: hash(number, &previous)?,
        hash: hash(number, &own)?,
        number,
        at,
        actor,
        action,
        ubigeo,
        object,
        content,
    })
}

fn hash(number: i64, bytes: &[u8]) -> Result<Hash, Error> {
    bytes.try_into().map(Hash).map_err(|_| Error::Row {
        table: "audit",
        key: number.to_string(),
        what: "a hash has 32 bytes".to_owned(),
    })
}
