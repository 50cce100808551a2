//! Personal tokens of programs.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::Digest;
use crate::{Act, Error, Store};

/// A token as it is kept: without its secret.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TokenRow {
    /// Its identity.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// Names of the actions that it is limited to.
    pub only_actions: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken<'a> {
    /// Its identity.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// What its owner calls it.
    pub name: &'a str,
    /// Digest of its secret.
    pub token: &'a Digest,
    /// Names of the actions that it is limited to.
    pub only_actions: &'a [&'a str],
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

const SELECT: &str =
    "select id, account, name, only_actions, created_at, expires_at, revoked_at, last_used_at
     from api_token where ($1::bytea is null or token_hash = $1) and ($2::uuid is null or id = $2)
         and ($3::uuid is null or account = $3)
     order by created_at";

fn select(
    token: Option<&Digest>,
    id: Option<Uuid>,
    account: Option<Uuid>,
) -> sqlx::query::QueryAs<'_, sqlx::Postgres, TokenRow, sqlx::postgres::PgArguments> {
    sqlx::query_as(SELECT)
        .bind(token.map(|token| &token[..]))
        .bind(id)
        .bind(account)
}

async fn token_by_id<'c>(
    executor: impl PgExecutor<'c>,
    id: Uuid,
) -> Result<Option<TokenRow>, Error> {
    Ok(select(None, Some(id), None)
        .fetch_optional(executor)
        .await?)
}

impl Store {
    /// The token with this secret, if it is in force.
    pub async fn token_in_force(&self, token: &Digest) -> Result<Option<TokenRow>, Error> {
        let found = select(Some(token), None, None)
            .fetch_optional(&self.pool)
            .await?;
        let now = Utc::now();
        Ok(found.filter(|row| row.revoked_at.is_none() && row.expires_at > now))
    }

    /// Keeps that a token was used, once an hour.
    pub async fn keep_token_use(&self, token: &TokenRow) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        // Row security lets only the owner write it.
        sqlx::query("select set_config('catastro.account', $1, true)")
            .bind(token.account.to_string())
            .execute(&mut *tx)
            .await?;
        sqlx::query("update api_token set last_used_at = clock_timestamp() where id = $1")
            .bind(token.id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The tokens of an account, oldest first.
    pub async fn tokens_of(&self, account: Uuid) -> Result<Vec<TokenRow>, Error> {
        Ok(select(None, None, Some(account))
            .fetch_all(&self.pool)
            .await?)
    }
}

impl Act {
    /// Makes a token.
    pub async fn create_token(&mut self, new: &NewToken<'_>) -> Result<(), Error> {
        sqlx::query(
            "insert into api_token (id, account, name, token_hash, only_actions, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id)
        .bind(new.account)
        .bind(new.name)
        .bind(&new.token[..])
        .bind(new.only_actions)
        .bind(new.expires_at)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }

    /// One token.
    pub async fn token(&mut self, id: Uuid) -> Result<Option<TokenRow>, Error> {
        token_by_id(&mut *self.draft.tx, id).await
    }

    /// Revokes a token; one that is revoked already stays as it is.
    pub async fn revoke_token(&mut self, id: Uuid) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query("update api_token set revoked_at = $2 where id = $1 and revoked_at is null")
            .bind(id)
            .bind(at)
            .execute(&mut *self.draft.tx)
            .await?;
        Ok(())
    }

    /// Revokes all tokens of an account.
    pub async fn revoke_tokens(&mut self, account: Uuid) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query(
            "update api_token set revoked_at = $2 where account = $1 and revoked_at is null",
        )
        .bind(account)
        .bind(at)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }
}
