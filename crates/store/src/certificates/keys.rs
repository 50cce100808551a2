//! Public halves of the keys that sign certificates.

use chrono::{DateTime, Utc};

use crate::{Act, Error, Store};

/// A key as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyRow {
    /// Its thumbprint (RFC 7638).
    pub id: String,
    /// The public half.
    pub public: [u8; 32],
    /// Since when it signs.
    pub valid_from: DateTime<Utc>,
    /// Since when it signs no more.
    pub retired_at: Option<DateTime<Utc>>,
}

type Row = (String, Vec<u8>, DateTime<Utc>, Option<DateTime<Utc>>);

impl Store {
    /// All keys, the newest one first.
    pub async fn signing_keys(&self) -> Result<Vec<KeyRow>, Error> {
        sqlx::query_as::<_, Row>(
            "select id, public_key, valid_from, retired_at from signing_key order by valid_from desc",
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(parsed)
        .collect()
    }
}

impl Act {
    /// The key that signs now.
    pub async fn signing_key(&mut self) -> Result<Option<KeyRow>, Error> {
        sqlx::query_as::<_, Row>(
            "select id, public_key, valid_from, retired_at from signing_key where retired_at is null",
        )
        .fetch_optional(&mut *self.draft.tx)
        .await?
        .map(parsed)
        .transpose()
    }

    /// From now on another key signs.
    pub async fn replace_signing_key(&mut self, id: &str, public: &[u8; 32]) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query("update signing_key set retired_at = $1 where retired_at is null")
            .bind(at)
            .execute(&mut *self.draft.tx)
            .await?;
        sqlx::query("insert into signing_key (id, public_key, valid_from) values ($1, $2, $3)")
            .bind(id)
            .bind(&public[..])
            .bind(at)
            .execute(&mut *self.draft.tx)
            .await?;
        Ok(())
    }
}

fn parsed((id, public, valid_from, retired_at): Row) -> Result<KeyRow, Error> {
    Ok(KeyRow {
        public: public.as_slice().try_into().map_err(|_| Error::Row {
            table: "signing_key",
            key: id.clone(),
            what: "not 32 bytes".to_owned(),
        })?,
        id,
        valid_from,
        retired_at,
    })
}
