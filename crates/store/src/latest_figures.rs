//! The last that is known of many things at once.

use chrono::{DateTime, Utc};
use domain::institute::{FigureKind, Period};

use crate::{Error, Store};

/// The figure of a thing in the period that ends last.
#[derive(Clone, Debug)]
pub struct LatestFigure {
    /// Of which dossier or project.
    pub code: String,
    /// What was measured.
    pub measure: String,
    /// When.
    pub period: Period,
    /// The number, in the unit of its measure.
    pub value: f64,
}

impl Store {
    /// Of each code and measure the figure of the whole in the period that ends last, as known at a moment (now, where it
    /// is none): one question for all.
    pub async fn latest_figures(
        &self,
        kind: FigureKind,
        codes: &[String],
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<LatestFigure>, Error> {
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String, String, f64)> =
            sqlx::query_as(include_str!("../sql/latest_figures.sql"))
                .bind(kind.name())
                .bind(codes)
                .bind(known_at)
                .fetch_all(&self.pool)
                .await?;
        rows.into_iter()
            .map(|(code, measure, period, value)| {
                let period = period.parse().map_err(|_| Error::Row {
                    table: "figure",
                    key: code.clone(),
                    what: format!("period {period}"),
                })?;
                Ok(LatestFigure {
                    code,
                    measure,
                    period,
                    value,
                })
            })
            .collect()
    }
}
