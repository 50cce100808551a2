use std::{borrow::Cow, collections::BTreeMap};

use geo_types::{Coord, Geometry};
use serde::{Deserialize, Serialize};

use super::{Catalogue, RuleCode};

/// How much a finding weighs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row cannot be published.
    Error,
    /// Someone must look at it; the row can be published.
    #[serde(rename = "observacion")]
    Observation,
    /// Good to know.
    #[serde(rename = "aviso")]
    Notice,
}

/// One fault in one row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The rule.
    pub rule: RuleCode,
    /// The row as a person counts, from 1; 0 for the file as a whole.
    pub row: u64,
    /// The code of the row, as far as it has one.
    pub code: Option<String>,
    /// What the rule's sentence says of this row: values by the name of their place in it.
    pub values: Vec<(Cow<'static, str>, String)>,
    /// Where it is, in EPSG:32718.
    pub at: Option<Coord<f64>>,
    /// Codes of the other parcels it names.
    #[serde(default)]
    pub others: Vec<String>,
    /// The fault itself, in EPSG:32718: the ground of an overlap, the line over a road.
    #[serde(default)]
    pub fault: Option<Geometry<f64>>,
    /// How it could be put right, in EPSG:32718. Shown to a person, never applied.
    #[serde(default)]
    pub repair: Option<Geometry<f64>>,
    /// Whether it is small enough to weigh what the catalogue calls `severidad_menor`.
    #[serde(default)]
    pub lesser: bool,
}

impl Finding {
    /// A finding in a row, with nothing more to say.
    pub fn new(rule: RuleCode, row: u64) -> Self {
        Self {
            rule,
            row,
            code: None,
            values: Vec::new(),
            at: None,
            others: Vec::new(),
            fault: None,
            repair: None,
            lesser: false,
        }
    }

    /// With the code of the row.
    #[must_use]
    pub fn of(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// With a value for the sentence.
    #[must_use]
    pub fn with(mut self, place: &'static str, value: impl std::fmt::Display) -> Self {
        self.values.push((place.into(), value.to_string()));
        self
    }

    /// With the place on the ground.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Coord<f64>>>) -> Self {
        self.at = place.into();
        self
    }

    /// With the code of another parcel that it is about.
    #[must_use]
    pub fn and(mut self, other: impl Into<String>) -> Self {
        self.others.push(other.into());
        self
    }

    /// With the geometry of the fault.
    #[must_use]
    pub fn fault(mut self, geometry: impl Into<Option<Geometry<f64>>>) -> Self {
        self.fault = geometry.into();
        self
    }

    /// With a proposed repair.
    #[must_use]
    pub fn repair(mut self, geometry: impl Into<Option<Geometry<f64>>>) -> Self {
        self.repair = geometry.into();
        self
    }

    /// Small or not.
    #[must_use]
    pub fn lesser(mut self, lesser: bool) -> Self {
        self.lesser = lesser;
        self
    }
}

/// Findings counted by rule; the first of each kept as examples.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    entries: BTreeMap<RuleCode, TallyEntry>,
}

/// What was found by one rule.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct TallyEntry {
    /// How many.
    pub count: u64,
    /// How many of them are lesser ones.
    #[serde(default)]
    pub lesser: u64,
    /// The first of them.
    pub examples: Vec<Finding>,
}

/// Examples kept for each rule: what fits on a page and is enough to see the pattern.
const EXAMPLES_MAX: usize = 10;

impl Tally {
    /// Counts a finding.
    pub fn add(&mut self, finding: Finding) {
        let entry = self.entries.entry(finding.rule).or_default();
        entry.count += 1;
        entry.lesser += u64::from(finding.lesser);
        if entry.examples.len() < EXAMPLES_MAX {
            entry.examples.push(finding);
        }
    }

    /// By rule.
    pub fn entries(&self) -> impl Iterator<Item = (RuleCode, &TallyEntry)> {
        self.entries.iter().map(|(rule, entry)| (*rule, entry))
    }

    /// How many findings of one rule.
    pub fn count(&self, rule: RuleCode) -> u64 {
        self.entries.get(&rule).map_or(0, |entry| entry.count)
    }

    /// How many findings weigh as `severity`.
    pub fn count_of(&self, severity: Severity, catalogue: &Catalogue) -> u64 {
        let weighing = |rule, lesser, count| {
            if catalogue.severity_where(rule, lesser) == severity {
                count
            } else {
                0
            }
        };
        self.entries()
            .map(|(rule, entry)| {
                weighing(rule, true, entry.lesser)
                    + weighing(rule, false, entry.count - entry.lesser)
            })
            .sum()
    }

    /// The worst weight among the findings of one rule.
    pub fn worst(&self, rule: RuleCode, catalogue: &Catalogue) -> Option<Severity> {
        let entry = self.entries.get(&rule).filter(|entry| entry.count > 0)?;
        let lesser = (entry.lesser > 0).then(|| catalogue.severity_where(rule, true));
        let full = (entry.count > entry.lesser).then(|| catalogue.severity_where(rule, false));
        lesser.into_iter().chain(full).min()
    }
}
