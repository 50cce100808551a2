//! Certificates in force of a parcel, and of those that it comes from.

use chrono::NaiveDate;
use domain::{
    certificate::{CertificateNumber, Kind, ShortCode},
    time::AsOf,
};

use super::{broken, numbered};
use crate::{Error, Store, land::parse};

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
