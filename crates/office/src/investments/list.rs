//! Lists of projects: which, a page of them, and the totals of all.

use std::collections::BTreeMap;

use domain::{collection::Collection, feature::Feature, id::Ubigeo, institute::Phase};
use query::{Snapshot, folded};
use serde::Serialize;

use super::{ProjectShape, cents, shape};
use crate::{Office, Problem, data, footprint::Read};

/// Which projects a list has.
#[derive(Clone, Default, Debug)]
pub struct ProjectFilter {
    /// Of a municipality.
    pub ubigeo: Option<Ubigeo>,
    /// In a phase.
    pub phase: Option<Phase>,
    /// Of a thematic axis.
    pub axis: Option<String>,
    /// Of a plan.
    pub plan: Option<String>,
    /// Of an objective, axis or programme of it, and of all below it.
    pub node: Option<String>,
    /// With these words in its name, or this code.
    pub words: Option<String>,
    /// Open to who invests, or not.
    pub open: Option<bool>,
    /// After this CUI.
    pub after: Option<String>,
}

/// A part of a list, with the totals of all of it.
#[derive(Clone, Debug, Serialize)]
pub struct Projects {
    /// By CUI.
    pub inversiones: Vec<ProjectShape>,
    /// How many the filter finds.
    pub total: usize,
    /// What they cost together, in soles.
    pub costo_soles: f64,
    /// By phase, in their order.
    pub por_fase: Vec<Total>,
    /// By thematic axis.
    pub por_eje: Vec<Total>,
    /// After which CUI it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
    /// The last change of the land that it includes.
    pub version_datos: i64,
}

/// What belongs together in a list.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Total {
    /// Of which: a phase or an axis.
    pub clase: String,
    /// How many.
    pub cantidad: usize,
    /// What they cost, in soles.
    pub costo_soles: f64,
}

/// Projects on one page.
const PAGE: usize = 50;

/// A project in force, as far as a list asks of all.
struct Standing<'a> {
    feature: &'a Feature,
    read: Read<'a>,
    cost: f64,
}

impl Office {
    /// A part of the projects in force, by CUI.
    pub async fn projects(&self, filter: &ProjectFilter) -> Result<Projects, Problem> {
        let snapshot = self.feed.snapshot();
        let mut found = filter.of(&snapshot);
        found.sort_by(|a, b| a.feature.code.cmp(&b.feature.code));
        let phases = Phase::ALL.map(|phase| phase.name().to_owned());
        let axes = data::axes().iter().map(|axis| axis.code.clone());
        let mut answer = Projects {
            total: found.len(),
            costo_soles: cents(found.iter().map(|one| one.cost).sum()),
            por_fase: totals(phases, &found, "fase"),
            por_eje: totals(axes, &found, "eje"),
            inversiones: Vec::new(),
            siguiente: None,
            version_datos: snapshot.change.0,
        };
        if let Some(after) = &filter.after {
            found.retain(|one| *one.feature.code > **after);
        }
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        answer.siguiente = found
            .last()
            .filter(|_| more)
            .map(|one| one.feature.code.to_string());
        answer.inversiones = found
            .iter()
            .map(|one| shape(&snapshot, one.feature, &one.read))
            .collect();
        self.with_progress(&mut answer.inversiones).await?;
        Ok(answer)
    }
}

impl ProjectFilter {
    /// The projects in force that it takes.
    fn of<'a>(&self, snapshot: &'a Snapshot) -> Vec<Standing<'a>> {
        let words = self.words.as_deref().map(|words| folded(words.trim()));
        snapshot
            .municipalities
            .iter()
            .filter(|(ubigeo, _)| self.ubigeo.is_none_or(|asked| asked == **ubigeo))
            .filter_map(|(_, land)| land.layer(&Collection::Investments))
            .flat_map(|layer| layer.features().iter().zip(layer.members()))
            .map(|(feature, members)| Standing::of(feature, Read::from(members)))
            .filter(|one| self.takes(&one.read))
            .filter(|one| words.as_deref().is_none_or(|words| one.says(words)))
            .collect()
    }

    fn takes(&self, read: &Read<'_>) -> bool {
        let is = |name: &str, asked: Option<&str>| {
            asked.is_none_or(|asked| read.text(name).as_deref() == Some(asked))
        };
        is("fase", self.phase.map(Phase::name))
            && is("eje", self.axis.as_deref())
            && is("plan", self.plan.as_deref())
            && self
                .node
                .as_deref()
                .is_none_or(|node| read.text("nodo").is_some_and(|own| is_below(&own, node)))
            && self
                .open
                .is_none_or(|open| open == read.truth("abierto_a_inversionistas"))
    }
}

impl<'a> Standing<'a> {
    fn of(feature: &'a Feature, read: Read<'a>) -> Self {
        Self {
            feature,
            cost: read.number("costo_soles").unwrap_or_default(),
            read,
        }
    }

    fn says(&self, words: &str) -> bool {
        let name = || self.read.text("nombre").unwrap_or_default();
        self.feature.code.starts_with(words) || folded(&name()).contains(words)
    }
}

/// Whether a node is another or below it: `OE1.E2.P1` is below `OE1`.
fn is_below(own: &str, node: &str) -> bool {
    own.strip_prefix(node)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What is of each class together: those that are known in their order, then what else there is.
fn totals(
    known: impl IntoIterator<Item = String>,
    projects: &[Standing<'_>],
    class: &str,
) -> Vec<Total> {
    let mut sums: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    for one in projects {
        let class = one.read.text(class).unwrap_or_default();
        let sum = sums.entry(class).or_default();
        sum.0 += 1;
        sum.1 += one.cost;
    }
    let total = |clase: String, (cantidad, soles): (usize, f64)| Total {
        clase,
        cantidad,
        costo_soles: cents(soles),
    };
    let known: Vec<Total> = known
        .into_iter()
        .map(|clase| {
            let sum = sums.remove(&clase).unwrap_or_default();
            total(clase, sum)
        })
        .collect();
    // What a file brought under another name is counted too.
    let others = sums.into_iter().map(|(clase, sum)| total(clase, sum));
    known.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_hold_what_is_below_them() {
        assert!(is_below("OE1.E2.P1", "OE1"));
        assert!(is_below("OE1", "OE1"));
        assert!(!is_below("OE10.E1", "OE1"));
        assert!(!is_below("OE1", "OE1.E1"));
    }
}
