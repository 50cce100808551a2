//! Accounts and their roles.

use chrono::{DateTime, Utc};
use domain::people::{Grant, Grants};
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::{Act, Error, Store};

/// An account as it is kept.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its identity.
    pub id: Uuid,
    /// The name it signs in with.
    pub login: String,
    /// The person's name.
    pub full_name: String,
    /// Address, in lower case.
    pub email: Option<String>,
    /// Its roles; none where they are at odds, which lets it do nothing.
    pub grants: Option<Grants>,
    /// Argon2id hash; none for who signs in elsewhere only.
    pub password_hash: Option<String>,
    /// Whether the password was given by somebody else.
    pub must_change_password: bool,
    /// When such a password stops being good.
    pub password_expires_at: Option<DateTime<Utc>>,
    /// When the account ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// Since when it is out of use.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// The name it signs in with.
    pub login: &'a str,
    /// The person's name.
    pub full_name: &'a str,
    /// Address, in lower case.
    pub email: Option<&'a str>,
    /// Its roles.
    pub grants: &'a Grants,
    /// Argon2id hash; none for who signs in elsewhere only.
    pub password_hash: Option<&'a str>,
    /// Until when this password is good, where the person must change it.
    pub password_expires_at: Option<DateTime<Utc>>,
    /// When the account ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it belongs to the demonstration.
    pub demonstration: bool,
}

impl AccountRow {
    /// Whether it is in use at a moment.
    pub fn is_in_force(&self, now: DateTime<Utc>) -> bool {
        self.disabled_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

/// How an account is looked for.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// The name it signs in with.
    Login(&'a str),
    /// Its identity.
    Id(Uuid),
    /// Its identity at a provider.
    Elsewhere {
        /// The provider.
        issuer: &'a str,
        /// The identity there.
        subject: &'a str,
    },
    /// An address that a provider has verified.
    Email(&'a str),
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    login: String,
    full_name: String,
    email: Option<String>,
    password_hash: Option<String>,
    must_change_password: bool,
    password_expires_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    disabled_at: Option<DateTime<Utc>>,
    roles: Vec<String>,
    places: Vec<Option<String>>,
}

impl Store {
    /// One account.
    pub async fn account(&self, by: By<'_>) -> Result<Option<AccountRow>, Error> {
        account(&self.pool, by).await
    }

    /// All accounts, by login.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, Error> {
        let rows = sqlx::query_as::<_, Row>(include_str!("../../sql/accounts.sql"))
            .bind(None::<Uuid>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(parsed).collect()
    }

    /// Whether there is any account.
    pub async fn has_accounts(&self) -> Result<bool, Error> {
        let (found,) = sqlx::query_as("select exists (select from account)")
            .fetch_one(&self.pool)
            .await?;
        Ok(found)
    }
}

async fn account<'c>(
    executor: impl PgExecutor<'c>,
    by: By<'_>,
) -> Result<Option<AccountRow>, Error> {
    let (mut id, mut login, mut issuer, mut subject, mut email) = (None, None, None, None, None);
    match by {
        By::Id(asked) => id = Some(asked),
        By::Login(asked) => login = Some(asked),
        By::Email(asked) => email = Some(asked),
        By::Elsewhere {
            issuer: asked,
            subject: there,
        } => (issuer, subject) = (Some(asked), Some(there)),
    }
    sqlx::query_as::<_, Row>(include_str!("../../sql/accounts.sql"))
        .bind(id)
        .bind(login)
        .bind(issuer)
        .bind(subject)
        .bind(email)
        .fetch_optional(executor)
        .await?
        .map(parsed)
        .transpose()
}

impl Act {
    /// One account, as this act sees it.
    pub async fn account(&mut self, by: By<'_>) -> Result<Option<AccountRow>, Error> {
        account(&mut *self.draft.tx, by).await
    }

    /// Makes an account.
    pub async fn create_account(&mut self, new: &NewAccount<'_>) -> Result<Uuid, Error> {
        let (id,) = sqlx::query_as(
            "insert into account (login, full_name, email, password_hash, must_change_password, password_expires_at,
                                  expires_at, demonstration)
             values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        )
        .bind(new.login)
        .bind(new.full_name)
        .bind(new.email)
        .bind(new.password_hash)
        .bind(new.password_expires_at.is_some())
        .bind(new.password_expires_at)
        .bind(new.expires_at)
        .bind(new.demonstration)
        .fetch_one(&mut *self.draft.tx)
        .await?;
        self.write_grants(id, new.grants).await?;
        Ok(id)
    }

    /// Gives an account other roles.
    pub async fn replace_grants(&mut self, account: Uuid, grants: &Grants) -> Result<(), Error> {
        sqlx::query("delete from account_role where account = $1")
            .bind(account)
            .execute(&mut *self.draft.tx)
            .await?;
        self.write_grants(account, grants).await
    }

    async fn write_grants(&mut self, account: Uuid, grants: &Grants) -> Result<(), Error> {
        let roles: Vec<&str> = grants.iter().map(|grant| grant.role.name()).collect();
        let places: Vec<Option<String>> = grants
            .iter()
            .map(|grant| grant.place.map(|place| place.to_string()))
            .collect();
        sqlx::query(
            "insert into account_role (account, role, ubigeo) select $1, * from unnest($2::text[], $3::text[])",
        )
        .bind(account)
        .bind(roles)
        .bind(places)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }

    /// Gives an account another password; `expires_at` where the person has to change it by then.
    pub async fn set_password(
        &mut self,
        account: Uuid,
        password_hash: &str,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<(), Error> {
        sqlx::query(
            "update account set password_hash = $2, must_change_password = $3, password_expires_at = $4 where id = $1",
        )
        .bind(account)
        .bind(password_hash)
        .bind(expires_at.is_some())
        .bind(expires_at)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }

    /// Takes an account out of use, or back into it.
    pub async fn set_disabled(&mut self, account: Uuid, disabled: bool) -> Result<(), Error> {
        let at = disabled.then(|| self.recorded_at());
        sqlx::query("update account set disabled_at = $2 where id = $1")
            .bind(account)
            .bind(at)
            .execute(&mut *self.draft.tx)
            .await?;
        Ok(())
    }

    /// Ties an account to its identity at a provider, unless it is tied already; says whether it did. A provisional
    /// password is good no more.
    pub async fn link_account(
        &mut self,
        account: Uuid,
        issuer: &str,
        subject: &str,
    ) -> Result<bool, Error> {
        let done = sqlx::query(
            "update account set oidc_issuer = $2, oidc_subject = $3, must_change_password = false,
                 password_hash = case when not must_change_password then password_hash end
             where id = $1 and oidc_issuer is null",
        )
        .bind(account)
        .bind(issuer)
        .bind(subject)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

fn parsed(row: Row) -> Result<AccountRow, Error> {
    let wrong = |what: &str| Error::Row {
        table: "account_role",
        key: row.login.clone(),
        what: what.to_owned(),
    };
    let grants = row
        .roles
        .iter()
        .zip(&row.places)
        .map(|(role, place)| {
            Ok(Grant {
                role: role.parse().map_err(|_| wrong("unknown role"))?,
                place: place
                    .as_deref()
                    .map(str::parse)
                    .transpose()
                    .map_err(|_| wrong("ubigeo is not six digits"))?,
            })
        })
        .collect::<Result<Vec<Grant>, Error>>()?;
    Ok(AccountRow {
        grants: Grants::new(grants).ok(),
        id: row.id,
        login: row.login,
        full_name: row.full_name,
        email: row.email,
        password_hash: row.password_hash,
        must_change_password: row.must_change_password,
        password_expires_at: row.password_expires_at,
        expires_at: row.expires_at,
        disabled_at: row.disabled_at,
    })
}
