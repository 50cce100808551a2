//! Progress of a project by period, cumulative: what is built, and what is spent.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    institute::{FigureKind, Period, Span, investment::check_progress},
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    Deed,
    figures::{FigureQuestion, FigureRow, NewFigure},
};

use super::{ProjectShape, words};
use crate::{Office, Problem, footprint, moment, people::require};

/// A report of progress.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// A month or a quarter: `2026-09`, `2026-T3`.
    pub periodo: String,
    /// What is built so far, of a hundred.
    pub fisico_pct: f64,
    /// What is spent so far, in soles.
    pub financiero_soles: f64,
    /// Why it goes back, where it does.
    #[serde(default)]
    pub motivo: Option<String>,
}

/// A report of progress, as anybody sees it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ProgressLine {
    /// When.
    pub periodo: String,
    /// What was built by then, of a hundred.
    pub fisico_pct: Option<f64>,
    /// What was spent by then, in soles.
    pub financiero_soles: Option<f64>,
    /// Why it went back, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motivo: Option<String>,
    /// When it was recorded.
    pub registrado: DateTime<Utc>,
    /// The period.
    #[serde(skip)]
    pub period: Period,
}

/// The reports of a project, the oldest period first.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ProgressSeries {
    /// Of which project.
    pub cui: String,
    /// By period.
    pub avances: Vec<ProgressLine>,
}

const PHYSICAL: &str = "fisico_pct";
const MONEY: &str = "financiero_soles";

impl Office {
    /// The progress of a project by period, as known at a moment (now, where it is none).
    pub async fn progress(
        &self,
        cui: &str,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<ProgressSeries, Problem> {
        // It has to be there, or the list would be empty of anything.
        self.project(cui).await?;
        let rows = self.progress_rows(&[cui.to_owned()], known_at).await?;
        Ok(ProgressSeries {
            cui: cui.to_owned(),
            avances: lines(&rows),
        })
    }

    async fn progress_rows(
        &self,
        codes: &[String],
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<FigureRow>, Problem> {
        let question = FigureQuestion {
            codes: Some(codes),
            periods: None,
            known_at,
        };
        Ok(self
            .store
            .figures(FigureKind::Investment, &question)
            .await?)
    }

    /// Puts the last report beside each project: one question for all of them.
    pub(super) async fn with_progress(&self, projects: &mut [ProjectShape]) -> Result<(), Problem> {
        let codes: Vec<String> = projects.iter().map(|one| one.cui.clone()).collect();
        if codes.is_empty() {
            return Ok(());
        }
        let rows = self.progress_rows(&codes, None).await?;
        let mut by_code: BTreeMap<String, Vec<FigureRow>> = BTreeMap::new();
        for row in rows {
            by_code.entry(row.code.clone()).or_default().push(row);
        }
        for one in projects {
            let rows = by_code.get(&one.cui).map_or(&[][..], Vec::as_slice);
            one.avance = lines(rows).pop();
        }
        Ok(())
    }

    /// Reports progress; of a period that was reported, it corrects it.
    pub async fn report_progress(
        &self,
        actor: &Actor,
        cui: &str,
        report: &Progress,
    ) -> Result<ProgressSeries, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let project = self.project(cui).await?;
        let period: Period = report
            .periodo
            .trim()
            .parse()
            .map_err(|_| words::no_period(&report.periodo))?;
        if !matches!(period.span(), Span::Month | Span::Quarter) {
            return Err(words::no_period(&report.periodo));
        }
        if period.first() > moment::now().day {
            return Err(words::future());
        }
        let reason = report.motivo.as_deref().map(str::trim);
        let reason = match reason.filter(|reason| !reason.is_empty()) {
            Some(reason) => Some(footprint::told(reason, "motivo", 3..=500)?),
            None => None,
        };
        let known = self.progress_rows(&[cui.to_owned()], None).await?;
        let known: Vec<(Period, f64)> = known
            .iter()
            .filter(|row| row.measure == PHYSICAL && row.period != period)
            .map(|row| (row.period, row.value))
            .collect();
        check_progress(
            &known,
            period,
            report.fisico_pct,
            report.financiero_soles,
            reason.is_some(),
        )
        .map_err(|fault| words::no_progress(&fault))?;
        let content = match &reason {
            Some(reason) => json!({ "motivo": reason }),
            None => json!({}),
        };
        let figure = |measure, value| NewFigure {
            code: cui,
            measure,
            period,
            ubigeo: None,
            value,
            content: content.clone(),
        };
        let figures = [
            figure(PHYSICAL, report.fisico_pct),
            figure(MONEY, report.financiero_soles),
        ];
        let mut act = self.store.begin(actor).await?;
        act.write_figures(FigureKind::Investment, &figures).await?;
        act.commit(&Deed {
            action: "inversion.avance",
            ubigeo: project.ubigeo.parse().ok(),
            object: format!("inversion/{cui}"),
            content: json!({"periodo": period.to_string(), PHYSICAL: report.fisico_pct,
                MONEY: report.financiero_soles, "motivo": reason}),
        })
        .await?;
        self.progress(cui, None).await
    }
}

/// Reports by period, the oldest first; of those that end together the shorter period comes last.
fn lines(rows: &[FigureRow]) -> Vec<ProgressLine> {
    let mut by_period: BTreeMap<(chrono::NaiveDate, Span), ProgressLine> = BTreeMap::new();
    for row in rows {
        let line = by_period
            .entry((row.period.last(), row.period.span()))
            .or_insert_with(|| ProgressLine {
                periodo: row.period.to_string(),
                fisico_pct: None,
                financiero_soles: None,
                motivo: None,
                registrado: row.since,
                period: row.period,
            });
        match row.measure.as_str() {
            PHYSICAL => line.fisico_pct = Some(row.value),
            MONEY => line.financiero_soles = Some(row.value),
            _ => continue,
        }
        line.registrado = line.registrado.max(row.since);
        if let Some(reason) = row
            .content
            .get("motivo")
            .and_then(serde_json::Value::as_str)
        {
            line.motivo = Some(reason.to_owned());
        }
    }
    by_period.into_values().collect()
}
