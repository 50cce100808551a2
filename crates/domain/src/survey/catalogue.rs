use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Finding, RuleCode, Severity, Tolerances, tolerances::WrittenTolerances};

/// What each rule weighs, where it comes from and how it is said: `data/reglas/levantamiento.json`.
#[derive(Clone, PartialEq, Debug)]
pub struct Catalogue {
    entries: BTreeMap<RuleCode, RuleEntry>,
    tolerances: Tolerances,
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
    /// What its lesser findings weigh, where that is another weight.
    #[serde(rename = "severidad_menor", default)]
    pub lesser_severity: Option<Severity>,
    /// Norm or technical standard behind it.
    #[serde(rename = "fuente")]
    pub source: String,
    /// The sentence, with `{places}` for the values of a finding.
    #[serde(rename = "frase")]
    pub sentence: String,
    /// What to do about it.
    #[serde(rename = "remedio")]
    pub remedy: String,
    /// From where on it finds anything, as written; [`Catalogue::tolerances`] has them read.
    #[serde(rename = "tolerancias", default)]
    pub tolerances: Option<WrittenTolerances>,
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
    /// A rule's tolerances are missing, are not its own, or are no sizes.
    #[error("catalogue of rules: tolerances of {0:?}: {1}")]
    Tolerances(RuleCode, serde_json::Error),
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
        let tolerances = Tolerances::read(&entries)?;
        Ok(Self {
            entries,
            tolerances,
        })
    }

    /// With other weights for some rules.
    #[must_use]
    pub fn reweighed(mut self, weights: &BTreeMap<RuleCode, Severity>) -> Self {
        for (rule, severity) in weights {
            if let Some(entry) = self.entries.get_mut(rule) {
                entry.severity = *severity;
                entry.lesser_severity = None;
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
        self.severity_where(finding.rule, finding.lesser)
    }

    pub(super) fn severity_where(&self, rule: RuleCode, lesser: bool) -> Severity {
        let entry = self.entry(rule);
        entry
            .lesser_severity
            .filter(|_| lesser)
            .unwrap_or(entry.severity)
    }

    /// From where on the rules find anything.
    pub fn tolerances(&self) -> &Tolerances {
        &self.tolerances
    }

    /// The sentence of a finding.
    pub fn sentence(&self, finding: &Finding) -> String {
        finding.values.iter().fold(
            self.entry(finding.rule).sentence.clone(),
            |sentence, (place, value)| sentence.replace(&format!("{{{place}}}"), value),
        )
    }
}
