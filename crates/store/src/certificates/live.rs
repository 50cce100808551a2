//! Certificates in force of a parcel, and of those that it comes from.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    certificate::{CertificateNumber, Kind, ShortCode},
    id::Ubigeo,
    time::AsOf,
};
use futures_util::TryStreamExt;

use super::{broken, numbered};
use crate::{
    Error, Store,
    land::{Reading, parse},
};

/// A certificate in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveRow {
    /// Its number.
    pub number: CertificateNumber,
    /// Its kind.
    pub kind: Kind,
    /// Its code.
    pub code: ShortCode,
    /// The parcel that it is of.
    pub parcel: String,
    /// The day on which it was issued.
    pub issued: NaiveDate,
    /// Its last day.
    pub expires: Option<NaiveDate>,
}

/// Certificates in force by the code of each parcel that they protect, the newest first.
pub type Protected = HashMap<Box<str>, Vec<LiveRow>>;

type Row = (
    String,
    i32,
    i32,
    String,
    String,
    String,
    NaiveDate,
    Option<NaiveDate>,
);

impl Store {
    /// Those that held on a day as was known at a moment, of a parcel and of the parcels that it comes from.
    pub async fn live_certificates(
        &self,
        parcel: &str,
        as_of: AsOf,
    ) -> Result<Vec<LiveRow>, Error> {
        sqlx::query_as::<_, Row>(include_str!("../../sql/live_certificates.sql"))
            .bind(parcel)
            .bind(as_of.day)
            .bind(as_of.known_at)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(parsed)
            .collect()
    }
}

impl Store {
    /// Those of a municipality that held on a day as was known at a moment.
    pub async fn protected_as_of(&self, ubigeo: Ubigeo, as_of: AsOf) -> Result<Protected, Error> {
        protected(&self.pool, Some(ubigeo), as_of).await
    }
}

impl Reading {
    /// Those of all municipalities that hold.
    pub async fn protected(&mut self, now: AsOf) -> Result<Protected, Error> {
        protected(&mut *self.tx, None, now).await
    }
}

async fn protected<'c>(
    executor: impl sqlx::PgExecutor<'c>,
    ubigeo: Option<Ubigeo>,
    as_of: AsOf,
) -> Result<Protected, Error> {
    let mut rows = sqlx::query(include_str!("../../sql/protected.sql"))
        .bind(ubigeo.as_ref().map(Ubigeo::as_str))
        .bind(as_of.day)
        .bind(as_of.known_at)
        .fetch(executor);
    let mut found = Protected::new();
    while let Some(row) = rows.try_next().await? {
        let code: Box<str> = sqlx::Row::try_get(&row, "protected")?;
        let live = parsed(sqlx::FromRow::from_row(&row)?)?;
        found.entry(code).or_default().push(live);
    }
    Ok(found)
}

fn parsed(row: Row) -> Result<LiveRow, Error> {
    let (ubigeo, year, sequence, kind, code, parcel, issued, expires) = row;
    Ok(LiveRow {
        number: numbered(parse(&ubigeo, "ubigeo")?, year, sequence)?,
        kind: kind.parse().map_err(|_| broken(&code, "kind"))?,
        code: code.parse().map_err(|_| broken(&code, "code"))?,
        parcel,
        issued,
        expires,
    })
}
