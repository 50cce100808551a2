//! What is kept so that guessing is slow and the owner is never locked out by it.

use chrono::Duration;
use serde_json::Value;
use uuid::Uuid;

use super::Digest;
use crate::{Error, Store};

/// How often a source may fail within a while.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one name.
    pub for_login: i64,
    /// For any name.
    pub for_any: i64,
    /// How long a failure counts.
    pub window: Duration,
}

impl Store {
    /// Counts a try as failed until it is forgotten; says whether there may be one at all. What no longer counts is
    /// dropped.
    pub async fn count_sign_in(
        &self,
        login: &Digest,
        source: &str,
        limits: &Limits,
    ) -> Result<bool, Error> {
        let mut tx = self.pool.begin().await?;
        // Many at once from one source are counted one after the other.
        sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(source)
            .execute(&mut *tx)
            .await?;
        let done = sqlx::query(include_str!("../../sql/count_sign_in.sql"))
            .bind(&login[..])
            .bind(source)
            .bind(limits.for_login)
            .bind(limits.for_any)
            .bind(limits.window.num_seconds() as f64)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Forgets the failures of a source for a name: it has signed in.
    pub async fn forget_sign_in_failures(&self, login: &Digest, source: &str) -> Result<(), Error> {
        sqlx::query("delete from sign_in_failure where login_hash = $1 and source = $2")
            .bind(&login[..])
            .bind(source)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Whether a device has signed in to an account before.
    pub async fn is_known_device(&self, account: Uuid, device: &Digest) -> Result<bool, Error> {
        let (known,) = sqlx::query_as(
            "select exists (select from known_device where account = $1 and token_hash = $2)",
        )
        .bind(account)
        .bind(&device[..])
        .fetch_one(&self.pool)
        .await?;
        Ok(known)
    }

    /// Keeps a device that has signed in; the ten last ones of an account are remembered.
    pub async fn keep_device(&self, account: Uuid, device: &Digest) -> Result<(), Error> {
        sqlx::query(
            "insert into known_device (account, token_hash) values ($1, $2)
             on conflict (account, token_hash) do update set last_used_at = clock_timestamp()",
        )
        .bind(account)
        .bind(&device[..])
        .execute(&self.pool)
        .await?;
        sqlx::query(
            "delete from known_device where account = $1 and token_hash not in
                 (select token_hash from known_device where account = $1 order by last_used_at desc limit 10)",
        )
        .bind(account)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps what a sign-in elsewhere has to bring back.
    pub async fn keep_pending(&self, state: &Digest, pending: &Value) -> Result<(), Error> {
        sqlx::query(
            "with swept as (delete from oidc_pending where created_at < clock_timestamp() - interval '1 hour')
             insert into oidc_pending (state_hash, pending) values ($1, $2)",
        )
        .bind(&state[..])
        .bind(pending)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes it back: once, and within a quarter of an hour.
    pub async fn take_pending(&self, state: &Digest) -> Result<Option<Value>, Error> {
        let taken: Option<(Value, bool)> = sqlx::query_as(
            "delete from oidc_pending where state_hash = $1
             returning pending, created_at > clock_timestamp() - interval '15 minutes'",
        )
        .bind(&state[..])
        .fetch_optional(&self.pool)
        .await?;
        Ok(taken.and_then(|(pending, in_time)| in_time.then_some(pending)))
    }
}
