use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Finding, RuleCode, Severity};

/// What each rule weighs, where it comes from and how it is said: `data/reglas/levantamiento.json`.
#[derive(Clone, PartialEq, Debug)]
pub struct Catalogue {
    entries: BTreeMap<RuleCode, RuleEntry>,
}

/// One rule as the cadastre's head writes it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// Which rule.
    #[serde(rename = "codigo")]
    pub rule: RuleCode,
    /// What it weighs.
    #[serde(rename = "severidad")]
    pub severity: Severity,
    /// What a finding within the tolerance weighs, where there is one.
    #[serde(default, rename = "severidad_menor")]
    pub lesser: Option<Severity>,
    /// Lengths (`…_m`), areas (`…_m2`) and shares that decide, by name.
    #[serde(default, rename = "tolerancias")]
    pub tolerances: BTreeMap<String, Tolerance>,
    /// Norm or technical standard behind it.
    #[serde(rename = "fuente")]
    pub source: String,
    /// The sentence, with `{places}` for the values of a finding.
    #[serde(rename = "frase")]
    pub sentence: String,
    /// What to do about it.
    #[serde(rename = "remedio")]
    pub remedy: String,
}

/// A length in metres, an area in square metres or a share that decides: never zero by accident.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Deserialize)]
#[serde(try_from = "f64")]
pub struct Tolerance(f64);

impl TryFrom<f64> for Tolerance {
    type Error = &'static str;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        if value.is_finite() && value > 0.0 {
            Ok(Self(value))
        } else {
            Err("a tolerance is a number above zero")
        }
    }
}

impl Tolerance {
    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Tolerances without which a rule cannot decide.
const NEEDED: [(RuleCode, &str); 3] = [
    (RuleCode::Overlap, "desde_m2"),
    (RuleCode::Overlap, "error_desde_m2"),
    (RuleCode::ChildrenIncomplete, "desde_m2"),
];

/// The file is not a catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// It does not read.
    #[error("catalogue of rules: {0}")]
    Json(#[from] serde_json::Error),
    /// A rule has no entry.
    #[error("catalogue of rules: no entry for {0:?}")]
    Missing(RuleCode),
    /// A rule lacks a number without which it cannot decide.
    #[error("catalogue of rules: {0:?} has no {1}")]
    NoTolerance(RuleCode, &'static str),
}

#[derive(Deserialize)]
struct File {
    reglas: Vec<RuleEntry>,
}

impl Catalogue {
    /// Reads the file; every rule must have its entry.
    pub fn parse(json: &str) -> Result<Self, CatalogueError> {
        let file: File = serde_json::from_str(json)?;
        let entries: BTreeMap<_, _> = file
            .reglas
            .into_iter()
            .map(|entry| (entry.rule, entry))
            .collect();
        if let Some(rule) = RuleCode::ALL
            .iter()
            .find(|rule| !entries.contains_key(rule))
        {
            return Err(CatalogueError::Missing(*rule));
        }
        let lacks = |(rule, name): &&(RuleCode, &str)| {
            let entry = entries.get(rule);
            entry.is_none_or(|entry| !entry.tolerances.contains_key(*name))
        };
        match NEEDED.iter().find(lacks) {
            Some((rule, name)) => Err(CatalogueError::NoTolerance(*rule, name)),
            None => Ok(Self { entries }),
        }
    }

    /// With other weights for some rules.
    #[must_use]
    pub fn reweighed(mut self, weights: &BTreeMap<RuleCode, Severity>) -> Self {
        for (rule, severity) in weights {
            if let Some(entry) = self.entries.get_mut(rule) {
                entry.severity = *severity;
                entry.lesser = None;
            }
        }
        self
    }

    /// The entry of a rule.
    pub fn entry(&self, rule: RuleCode) -> &RuleEntry {
        // `parse` refused a file in which one is missing.
        &self.entries[&rule]
    }

    /// What a rule weighs.
    pub fn severity(&self, rule: RuleCode) -> Severity {
        self.entry(rule).severity
    }

    /// What a finding weighs.
    pub fn severity_of(&self, finding: &Finding) -> Severity {
        let entry = self.entry(finding.rule);
        entry
            .lesser
            .filter(|_| finding.lesser)
            .unwrap_or(entry.severity)
    }

    /// A number by which a rule decides. Those that rules need are there: `parse` saw to it.
    pub fn tolerance(&self, rule: RuleCode, name: &str) -> Option<f64> {
        let found = self.entry(rule).tolerances.get(name);
        found.map(|tolerance| tolerance.get())
    }

    /// The sentence of a finding.
    pub fn sentence(&self, finding: &Finding) -> String {
        finding.values.iter().fold(
            self.entry(finding.rule).sentence.clone(),
            |sentence, (place, value)| sentence.replace(&format!("{{{place}}}"), value),
        )
    }
}

impl RuleCode {
    /// All rules.
    pub const ALL: [Self; 19] = [
        Self::InvalidShape,
        Self::EmptyShape,
        Self::ShapeKind,
        Self::RepeatedShape,
        Self::MalformedCode,
        Self::RepeatedCode,
        Self::RepeatedReference,
        Self::ForeignCode,
        Self::OutsideMunicipality,
        Self::DoubtfulCrs,
        Self::MissingAttribute,
        Self::InvalidAttribute,
        Self::Overlap,
        Self::CodeInUse,
        Self::ChildrenIncomplete,
        Self::OpenLine,
        Self::Label,
        Self::BrokenVertices,
        Self::DoubtfulVertices,
    ];
}
