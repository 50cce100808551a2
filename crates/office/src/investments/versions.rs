//! The versions of a project, and what each changed.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::collection::Collection;
use serde_json::{Map, Value};

use crate::{Office, Problem, footprint};

/// A version of a project, and what of it is new.
#[derive(Clone, Debug)]
pub struct ProjectVersion {
    /// The change that opened it.
    pub change: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// First day on which it held.
    pub valid_from: NaiveDate,
    /// What the change was.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// Attribute, before, after.
    pub differences: Vec<(String, String, String)>,
}

impl Office {
    /// All versions of a project, the newest first, each with what it changed.
    pub async fn project_versions(&self, cui: &str) -> Result<Vec<ProjectVersion>, Problem> {
        let rows = self.store.versions(&Collection::Investments, cui).await?;
        let mut before: Option<Map<String, Value>> = None;
        let mut last = None;
        let mut versions = Vec::new();
        for row in rows {
            // What held until a change is recorded again by that change: it is no version of its own.
            if last == Some(row.change_from)
                || (row.valid_to.is_some() && row.recorded_to.is_none())
            {
                continue;
            }
            last = Some(row.change_from);
            let now = footprint::members(&row.attributes);
            versions.push(ProjectVersion {
                change: row.change_from,
                at: row.recorded_from,
                valid_from: row.valid_from,
                kind: row.kind,
                reason: row.reason,
                differences: before
                    .as_ref()
                    .map_or_else(Vec::new, |old| differences(old, &now)),
            });
            before = Some(now);
        }
        versions.reverse();
        Ok(versions)
    }
}

/// Attributes that differ, by name: what it was, what it is.
fn differences(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Vec<(String, String, String)> {
    let said = |members: &Map<String, Value>, name: &str| match members.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .map(|name| (name.clone(), said(before, name), said(after, name)))
        .filter(|(_, was, is)| was != is)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_by_name() {
        let told = differences(
            &footprint::members(r#"{"fase": "idea", "costo_soles": 5, "eje": "urbano"}"#),
            &footprint::members(r#"{"fase": "ejecucion", "costo_soles": 5, "nodo": "OE1"}"#),
        );
        let told: Vec<String> = told
            .into_iter()
            .map(|(name, was, is)| format!("{name} {was}>{is}"))
            .collect();
        assert_eq!(told, ["eje urbano>", "fase idea>ejecucion", "nodo >OE1"]);
    }
}
