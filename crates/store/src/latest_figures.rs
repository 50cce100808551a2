//! The last that is known of many things at once.

use chrono::{DateTime, Utc};
use domain::institute::{FigureKind, Period, plan_tree::Progress};

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

/// A project of a plan, as far as its progress goes up the tree.
#[derive(Clone, Copy, Debug)]
pub struct OnTree<'a> {
    /// Its CUI.
    pub code: &'a str,
    /// The node that it names.
    pub node: Option<&'a str>,
    /// What it costs, in soles.
    pub cost: f64,
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

    /// The progress of projects together by the node that they name, as known at a moment (now, where it is none).
    pub async fn progress_by_node(
        &self,
        projects: &[OnTree<'_>],
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<(Option<String>, Progress)>, Error> {
        if projects.is_empty() {
            return Ok(Vec::new());
        }
        let codes: Vec<&str> = projects.iter().map(|one| one.code).collect();
        let nodes: Vec<Option<&str>> = projects.iter().map(|one| one.node).collect();
        let costs: Vec<f64> = projects.iter().map(|one| one.cost).collect();
        let rows: Vec<(Option<String>, i32, f64, f64, f64, f64)> =
            sqlx::query_as(include_str!("../sql/progress_by_node.sql"))
                .bind(codes)
                .bind(nodes)
                .bind(costs)
                .bind(known_at)
                .fetch_all(&self.pool)
                .await?;
        let read = |(node, projects, cost, spent, weighted, plain): (_, i32, _, _, _, _)| {
            let progress = Progress {
                projects: projects.unsigned_abs(),
                cost,
                spent,
                weighted,
                plain,
            };
            (node, progress)
        };
        Ok(rows.into_iter().map(read).collect())
    }
}
