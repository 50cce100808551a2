use std::{borrow::Cow, collections::BTreeMap};

use geo_types::{Coord, Geometry};
use serde::{Deserialize, Serialize};

use super::Catalogue;

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

/// Which rule was not fulfilled. The Spanish codes are stable: reports and programs refer to them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum RuleCode {
    /// The shape breaks the rules of Simple Features.
    #[serde(rename = "geometria_invalida")]
    InvalidShape,
    /// There is no shape.
    #[serde(rename = "geometria_vacia")]
    EmptyShape,
    /// The shape is of a kind that the layer does not hold.
    #[serde(rename = "geometria_tipo")]
    ShapeKind,
    /// Two rows have the same shape.
    #[serde(rename = "geometria_duplicada")]
    RepeatedShape,
    /// The code is not well formed.
    #[serde(rename = "codigo_invalido")]
    MalformedCode,
    /// Two rows have the same code.
    #[serde(rename = "codigo_duplicado")]
    RepeatedCode,
    /// Two rows have the same reference, where each is given a provisional code of its own. People know it as
    /// `codigo_duplicado` too; it has an entry apart because it weighs less.
    #[serde(rename = "codigo_duplicado_provisional")]
    RepeatedReference,
    /// The code is of another municipality.
    #[serde(rename = "codigo_ajeno")]
    ForeignCode,
    /// The row lies outside the municipality's outline.
    #[serde(rename = "fuera_de_municipio")]
    OutsideMunicipality,
    /// The reference system is doubtful.
    #[serde(rename = "crs_dudoso")]
    DoubtfulCrs,
    /// A required attribute is missing.
    #[serde(rename = "atributo_requerido")]
    MissingAttribute,
    /// An attribute holds what it cannot hold.
    #[serde(rename = "atributo_invalido")]
    InvalidAttribute,
    /// Two parcels share ground.
    #[serde(rename = "traslape")]
    Overlap,
    /// A code that goes to other ground is in force where it was, or was retired once.
    #[serde(rename = "codigo_en_uso")]
    CodeInUse,
    /// What a parcel became is larger or smaller than it was.
    #[serde(rename = "hijos_no_completan")]
    ChildrenIncomplete,
    /// A line of a drawing ends where it meets nothing.
    #[serde(rename = "linea_abierta")]
    OpenLine,
    /// A polygon of a drawing has no label or several, or a label no polygon.
    #[serde(rename = "rotulo")]
    Label,
    /// The vertices of a parcel make no outline.
    #[serde(rename = "vertices_invalidos")]
    BrokenVertices,
    /// The vertices of a parcel make an outline, though some seem to be missing or are there twice.
    #[serde(rename = "vertices_dudosos")]
    DoubtfulVertices,
}

impl RuleCode {
    /// Whether it is about parcels beside each other or beside what is in force: found anew by each comparison.
    pub fn is_of_comparison(self) -> bool {
        matches!(
            self,
            Self::Overlap | Self::CodeInUse | Self::ChildrenIncomplete
        )
    }

    /// The stable code that reports and programs see.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidShape => "geometria_invalida",
            Self::EmptyShape => "geometria_vacia",
            Self::ShapeKind => "geometria_tipo",
            Self::RepeatedShape => "geometria_duplicada",
            Self::MalformedCode => "codigo_invalido",
            Self::RepeatedCode | Self::RepeatedReference => "codigo_duplicado",
            Self::ForeignCode => "codigo_ajeno",
            Self::OutsideMunicipality => "fuera_de_municipio",
            Self::DoubtfulCrs => "crs_dudoso",
            Self::MissingAttribute => "atributo_requerido",
            Self::InvalidAttribute => "atributo_invalido",
            Self::Overlap => "traslape",
            Self::CodeInUse => "codigo_en_uso",
            Self::ChildrenIncomplete => "hijos_no_completan",
            Self::OpenLine => "linea_abierta",
            Self::Label => "rotulo",
            Self::BrokenVertices => "vertices_invalidos",
            Self::DoubtfulVertices => "vertices_dudosos",
        }
    }
}

/// One fault in one row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The rule.
    pub rule: RuleCode,
    /// The row as a person counts, from 1.
    pub row: u64,
    /// The code of the row, as far as it has one.
    pub code: Option<String>,
    /// What the rule's sentence says of this row: values by the name of their place in it.
    pub values: Vec<(Cow<'static, str>, String)>,
    /// Where it is, in EPSG:32718.
    pub at: Option<Coord<f64>>,
    /// Codes of the others that it names.
    pub others: Vec<String>,
    /// The geometry of the fault, in EPSG:32718.
    pub fault: Option<Box<Geometry<f64>>>,
    /// It is within what the rule tolerates, and weighs less.
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

    /// Naming another.
    #[must_use]
    pub fn beside(mut self, code: impl Into<String>) -> Self {
        self.others.push(code.into());
        self
    }

    /// With the place on the ground.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Coord<f64>>>) -> Self {
        self.at = place.into();
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
    /// How many of them are within what the rule tolerates.
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
        self.entries()
            .filter(|(rule, _)| catalogue.severity(*rule) == severity)
            .map(|(_, entry)| entry.count)
            .sum()
    }
}
