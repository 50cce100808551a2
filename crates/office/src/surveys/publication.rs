//! A comparison becomes the land in force: one act.

use domain::{collection::Collection, id::Ubigeo};
use serde_json::{Map, Value, json};
use store::{Act, Entry};
use uuid::Uuid;

use super::{place::Place, report::Report};
use crate::Problem;

/// What is published, and why.
pub(super) struct Publication<'a> {
    pub(super) survey: Uuid,
    pub(super) comparison: i32,
    pub(super) collection: &'a Collection,
    pub(super) ubigeo: Ubigeo,
    pub(super) place: &'a Place,
    pub(super) entry: Entry,
}

impl Publication<'_> {
    /// Writes it. The act still has to be ended.
    pub(super) async fn run(&self, act: &mut Act) -> Result<(), Problem> {
        act.register(&self.place.municipality, &self.place.source)
            .await?;
        act.open(&self.entry).await?;
        act.publish_survey(self.survey, self.comparison, self.collection, self.ubigeo)
            .await?;
        Ok(())
    }
}

/// What the record keeps: the changes, and what was left out of them.
pub(super) fn counts(report: &Report) -> Value {
    let mut counts = json!(report.changes);
    if report.accepted < report.read {
        counts["filas_excluidas"] = json!(report.read - report.accepted);
        let found = report.findings.iter();
        counts["hallazgos"] = found
            .map(|line| (line.rule.clone(), json!(line.count)))
            .collect::<Map<String, Value>>()
            .into();
    }
    counts
}
