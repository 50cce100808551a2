//! Signed reports, to the byte.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Act, Error, Store, certificates::Seal};

/// A signed report.
#[derive(Clone, Debug)]
pub struct SealedReport {
    /// What it is known by.
    pub code: String,
    /// The last change of the land that it saw.
    pub change: i64,
    /// What was known.
    pub known_at: DateTime<Utc>,
    /// That day in the province.
    pub day: NaiveDate,
    /// What was signed.
    pub seal: Seal,
    /// Its paper.
    pub pdf: Vec<u8>,
    /// Digest of the paper, as it was written then.
    pub pdf_sha256: Vec<u8>,
    /// When it was signed.
    pub at: DateTime<Utc>,
}

/// A report that is being signed.
#[derive(Clone, Debug)]
pub struct NewSealedReport<'a> {
    /// What it is known by.
    pub code: &'a str,
    /// The last change of the land that it saw.
    pub change: i64,
    /// What was signed.
    pub seal: &'a Seal,
    /// Its paper.
    pub pdf: &'a [u8],
    /// Its digest.
    pub pdf_sha256: [u8; 32],
}

#[derive(sqlx::FromRow)]
struct Row {
    code: String,
    change: i64,
    known_at: DateTime<Utc>,
    day: NaiveDate,
    payload: String,
    protected: String,
    signature: Vec<u8>,
    key: String,
    pdf: Vec<u8>,
    pdf_sha256: Vec<u8>,
    at: DateTime<Utc>,
}

impl Store {
    /// A signed report.
    pub async fn sealed_report(&self, code: &str) -> Result<Option<SealedReport>, Error> {
        let row: Option<Row> = sqlx::query_as(
            "select code, change, known_at, day, payload, protected, signature, key, pdf, pdf_sha256, at
             from sealed_report where code = $1",
        )
        .bind(code)
        .fetch_optional(&self.pool)
        .await?;
        row.map(read).transpose()
    }

    /// Codes of the signed reports.
    pub async fn sealed_codes(&self) -> Result<Vec<String>, Error> {
        Ok(
            sqlx::query_scalar("select code from sealed_report order by code")
                .fetch_all(&self.pool)
                .await?,
        )
    }
}

impl Act {
    /// Whether a report is signed already.
    pub async fn is_sealed(&mut self, code: &str) -> Result<bool, Error> {
        Ok(
            sqlx::query_scalar("select exists (select 1 from sealed_report where code = $1)")
                .bind(code)
                .fetch_one(&mut *self.draft.tx)
                .await?,
        )
    }

    /// Keeps a signed report: what was known is what was known when this act began.
    pub async fn seal_report(&mut self, new: &NewSealedReport<'_>) -> Result<(), Error> {
        let (at, day, account) = (self.recorded_at(), self.day(), self.draft.account());
        sqlx::query(
            "insert into sealed_report (code, change, known_at, day, payload, protected, signature, key, pdf, pdf_sha256,
                 account, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $3)",
        )
        .bind(new.code)
        .bind(new.change)
        .bind(at)
        .bind(day)
        .bind(&new.seal.payload)
        .bind(&new.seal.protected)
        .bind(&new.seal.signature[..])
        .bind(&new.seal.key)
        .bind(new.pdf)
        .bind(&new.pdf_sha256[..])
        .bind(account)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }
}

fn read(row: Row) -> Result<SealedReport, Error> {
    let signature = row.signature.try_into().map_err(|_| Error::Row {
        table: "sealed_report",
        key: row.code.clone(),
        what: "signature".to_owned(),
    })?;
    Ok(SealedReport {
        code: row.code,
        change: row.change,
        known_at: row.known_at,
        day: row.day,
        seal: Seal {
            payload: row.payload,
            protected: row.protected,
            signature,
            key: row.key,
        },
        pdf: row.pdf,
        pdf_sha256: row.pdf_sha256,
        at: row.at,
    })
}
