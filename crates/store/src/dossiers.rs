//! Dossiers: what the Institute keeps besides the land, version by version.

use chrono::{DateTime, Utc};
use domain::{
    id::Ubigeo,
    institute::{DossierCode, DossierKind},
};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Act, Error, Store, land::parse};

/// A version of a dossier.
#[derive(Clone, Debug)]
pub struct DossierRow {
    /// What it is known by.
    pub code: String,
    /// Which version, from 1.
    pub version: i32,
    /// The municipality; none for what is the province's.
    pub ubigeo: Option<Ubigeo>,
    /// Since when this version is recorded.
    pub since: DateTime<Utc>,
    /// Until when; none for the version in force.
    pub until: Option<DateTime<Utc>>,
    /// Who wrote it; none for the console.
    pub account: Option<Uuid>,
    /// Login of who wrote it.
    pub login: Option<String>,
    /// What it says: a JSON object.
    pub content: Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    code: String,
    version: i32,
    ubigeo: Option<String>,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    account: Option<Uuid>,
    login: Option<String>,
    content: Json<Value>,
}

/// A dossier as it is to be from now on.
#[derive(Clone, Debug)]
pub struct NewDossier<'a> {
    /// What it is.
    pub kind: DossierKind,
    /// What it is known by.
    pub code: &'a DossierCode,
    /// The municipality.
    pub ubigeo: Option<Ubigeo>,
    /// What it says: a JSON object.
    pub content: &'a Value,
    /// The version that its author has read: 0 for none.
    pub after: i32,
}

const VERSIONS: &str =
    "select d.code, d.version, d.ubigeo, lower(d.recorded) as since, upper(d.recorded) as until, d.account, a.login, d.content
     from dossier d left join account a on a.id = d.account where d.kind = $1 and d.code = $2";

impl Store {
    /// Dossiers of a kind in force at a moment (now, where it is none), by code; after a code, at most so many.
    pub async fn dossiers(
        &self,
        kind: DossierKind,
        known_at: Option<DateTime<Utc>>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<DossierRow>, Error> {
        sqlx::query_as::<_, Row>(include_str!("../sql/dossiers.sql"))
            .bind(kind.name())
            .bind(known_at)
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    /// The version of one dossier in force at a moment (now, where it is none).
    pub async fn dossier(
        &self,
        kind: DossierKind,
        code: &DossierCode,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Option<DossierRow>, Error> {
        let statement = format!(
            "{VERSIONS} and case when $3::timestamptz is null then upper_inf(d.recorded)
                 else d.recorded @> $3::timestamptz end"
        );
        sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(statement))
            .bind(kind.name())
            .bind(code.as_str())
            .bind(known_at)
            .fetch_optional(&self.pool)
            .await?
            .map(read)
            .transpose()
    }

    /// All versions of one dossier, the newest first.
    pub async fn dossier_versions(
        &self,
        kind: DossierKind,
        code: &DossierCode,
    ) -> Result<Vec<DossierRow>, Error> {
        let statement = format!("{VERSIONS} order by d.version desc");
        sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(statement))
            .bind(kind.name())
            .bind(code.as_str())
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(read)
            .collect()
    }
}

impl Act {
    /// Writes the next version of a dossier, and closes the one before. Says whether the version that its author has read
    /// is still in force; nothing is written where it is not.
    pub async fn write_dossier(&mut self, new: &NewDossier<'_>) -> Result<bool, Error> {
        let at = self.recorded_at();
        let account = self.draft.account();
        let tx = &mut *self.draft.tx;
        // Acts come one after another: nobody writes between this and its end. (`for update` would hide what who acts may
        // not write, and another's dossier would look like none.)
        let last: Option<i32> = sqlx::query_scalar(
            "select version from dossier where kind = $1 and code = $2 and upper_inf(recorded)",
        )
        .bind(new.kind.name())
        .bind(new.code.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        if last.unwrap_or_default() != new.after {
            return Ok(false);
        }
        sqlx::query(
            "update dossier set recorded = tstzrange(lower(recorded), $3)
             where kind = $1 and code = $2 and upper_inf(recorded)",
        )
        .bind(new.kind.name())
        .bind(new.code.as_str())
        .bind(at)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "insert into dossier (kind, code, version, ubigeo, recorded, account, content)
             values ($1, $2, $3, $4, tstzrange($5, null), $6, $7)",
        )
        .bind(new.kind.name())
        .bind(new.code.as_str())
        .bind(new.after + 1)
        .bind(new.ubigeo.as_ref().map(Ubigeo::as_str))
        .bind(at)
        .bind(account)
        .bind(new.content)
        .execute(&mut *tx)
        .await?;
        Ok(true)
    }
}

fn read(row: Row) -> Result<DossierRow, Error> {
    let ubigeo = row.ubigeo.as_deref();
    Ok(DossierRow {
        ubigeo: ubigeo.map(|text| parse(text, "ubigeo")).transpose()?,
        code: row.code,
        version: row.version,
        since: row.since,
        until: row.until,
        account: row.account,
        login: row.login,
        content: row.content.0,
    })
}
