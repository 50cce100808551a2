//! Sessions of browsers. They are no deeds: nothing of them enters the audit trail.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::Digest;
use crate::{Act, Error, Store};

impl Store {
    /// Begins a session.
    pub async fn begin_session(
        &self,
        token: &Digest,
        account: Uuid,
        expires_at: DateTime<Utc>,
    ) -> Result<(), Error> {
        sqlx::query("insert into session (token_hash, account, expires_at) values ($1, $2, $3)")
            .bind(&token[..])
            .bind(account)
            .bind(expires_at)
            .execute(&self.pool)
            .await?;
        // Whoever comes sweeps: no task has to run for it.
        sqlx::query("delete from session where expires_at < clock_timestamp()")
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The account of a session that has neither ended nor been idle for longer than `idle_max`.
    pub async fn session_account(
        &self,
        token: &Digest,
        idle_max: Duration,
    ) -> Result<Option<Uuid>, Error> {
        let found: Option<(Uuid, bool)> = sqlx::query_as(
            "select account, last_seen_at < clock_timestamp() - interval '1 minute' from session
             where token_hash = $1 and expires_at > clock_timestamp()
                 and last_seen_at > clock_timestamp() - $2 * interval '1 second'",
        )
        .bind(&token[..])
        .bind(idle_max.num_seconds() as f64)
        .fetch_optional(&self.pool)
        .await?;
        let Some((account, stale)) = found else {
            return Ok(None);
        };
        // Once a minute is enough to tell an idle session, and spares a write for each picture of a page.
        if stale {
            sqlx::query(
                "update session set last_seen_at = clock_timestamp() where token_hash = $1",
            )
            .bind(&token[..])
            .execute(&self.pool)
            .await?;
        }
        Ok(Some(account))
    }

    /// Ends a session.
    pub async fn end_session(&self, token: &Digest) -> Result<(), Error> {
        sqlx::query("delete from session where token_hash = $1")
            .bind(&token[..])
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

impl Act {
    /// Ends all sessions of an account, and forgets its devices.
    pub async fn end_sessions(&mut self, account: Uuid) -> Result<(), Error> {
        for statement in [
            "delete from session where account = $1",
            "delete from known_device where account = $1",
        ] {
            sqlx::query(statement)
                .bind(account)
                .execute(&mut *self.draft.tx)
                .await?;
        }
        Ok(())
    }
}
