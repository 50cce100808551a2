//! Last values of indicators.

use domain::institute::Period;

use crate::{Error, Store};

/// A last value of an indicator.
#[derive(Clone, Debug)]
pub struct LastFigure {
    /// Of which.
    pub code: String,
    /// When.
    pub period: Period,
    /// How much, in its unit.
    pub value: f64,
}

impl Store {
    /// The last two values of each indicator for the whole province, by code, the newest first.
    pub async fn last_figures(&self) -> Result<Vec<LastFigure>, Error> {
        let rows: Vec<(String, String, f64)> =
            sqlx::query_as(include_str!("../sql/last_figures.sql"))
                .fetch_all(&self.pool)
                .await?;
        rows.into_iter()
            .map(|(code, period, value)| {
                Ok(LastFigure {
                    period: period.parse().map_err(|_| Error::Row {
                        table: "figure",
                        key: code.clone(),
                        what: format!("period {period}"),
                    })?,
                    code,
                    value,
                })
            })
            .collect()
    }
}
