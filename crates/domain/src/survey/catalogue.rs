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

/// The file is not a catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// It does not read.
    #[error("catalogue of rules: {0}")]
    Json(#[from] serde_json::Error),
    /// A rule has no entry.
    #[error("catalogue of rules: no entry for {0:?}")]
    Missing(RuleCode),
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
        match RuleCode::ALL
            .iter()
            .find(|rule| !entries.contains_key(rule))
        {
            Some(rule) => Err(CatalogueError::Missing(*rule)),
            None => Ok(Self { entries }),
        }
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
    pub const ALL: [Self; 16] = [
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
        Self::OpenLine,
        Self::Label,
        Self::BrokenVertices,
        Self::DoubtfulVertices,
    ];
}
