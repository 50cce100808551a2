//! What was judged, as people and programs see it.

mod words;

use std::collections::BTreeMap;

use domain::{
    plan::{LegalBasis, book::LimitValue, parameter::Parameter},
    urban::{Finding, Outcome, Ruling, State, Stated, StatedLimit},
};
use serde::Serialize;

use super::BasisView;

/// A parameter of the ground.
#[derive(Clone, Debug, Serialize)]
pub struct ParameterView {
    /// By which article.
    pub base_legal: BasisView,
    /// What would have to be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub falta: Vec<String>,
    /// What it is held against: `edificacion`, or `subdivision`.
    pub se_exige_a: &'static str,
    /// What the norm says in words instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segun: Option<String>,
    /// Its unit.
    pub unidad: &'static str,
    /// The number; none where nobody can say it.
    pub valor: Option<f64>,
    /// The class of zone that says it.
    pub zona: String,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct RulingFinding {
    /// By which article.
    pub base_legal: Option<BasisView>,
    /// What on the ground made it so.
    pub causado_por: Vec<String>,
    /// How it is.
    pub estado: &'static str,
    /// Why, in a sentence.
    pub explicacion: String,
    /// What would have to be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub falta: Vec<String>,
    /// Stable name of what was asked.
    pub id: String,
    /// To what it is held.
    pub limite: Option<f64>,
    /// Unit of both.
    pub unidad: Option<&'static str>,
    /// What was measured or declared.
    pub valor: Option<f64>,
}

/// Parameters by name.
pub(crate) fn parameters(ruling: &Ruling) -> BTreeMap<&'static str, ParameterView> {
    let stated = ruling.parameters.iter();
    stated
        .filter_map(|stated| Some((stated.parameter.name(), ParameterView::of(stated)?)))
        .collect()
}

/// All findings.
pub(crate) fn findings(ruling: &Ruling) -> Vec<RulingFinding> {
    ruling.findings.iter().map(RulingFinding::of).collect()
}

/// The whole, in a word.
pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Conforming => "conforme",
        Outcome::NotConforming => "no_conforme",
        Outcome::Inconclusive => "no_concluyente",
    }
}

impl ParameterView {
    /// The strictest limit; none of them where one is not known.
    fn of(stated: &Stated) -> Option<Self> {
        let unknown = stated
            .limits
            .iter()
            .find(|limit| !matches!(limit.limit.value, LimitValue::Number(_)));
        let strictest = |a: &'_ StatedLimit, b: &'_ StatedLimit| {
            let (LimitValue::Number(of_a), LimitValue::Number(of_b)) =
                (&a.limit.value, &b.limit.value)
            else {
                return true;
            };
            (stated.parameter.stricter(*of_a, *of_b) - of_a).abs() <= f64::EPSILON
        };
        let told = match unknown {
            Some(unknown) => unknown,
            None => stated
                .limits
                .iter()
                .reduce(|a, b| if strictest(a, b) { a } else { b })?,
        };
        Some(Self {
            valor: match told.limit.value {
                LimitValue::Number(number) => Some(rounded(number)),
                _ => None,
            },
            unidad: stated.parameter.unit(),
            base_legal: basis(&told.limit.basis),
            zona: told.class.clone(),
            se_exige_a: if told.for_building {
                "edificacion"
            } else {
                "subdivision"
            },
            segun: match &told.limit.value {
                LimitValue::Words(words) => Some(words.clone()),
                _ => None,
            },
            falta: match &told.limit.value {
                LimitValue::Missing(facts) => facts.iter().map(|fact| (*fact).to_owned()).collect(),
                _ => Vec::new(),
            },
        })
    }
}

impl RulingFinding {
    fn of(finding: &Finding) -> Self {
        Self {
            id: finding.id.clone(),
            estado: match finding.state {
                State::Complies => "cumple",
                State::Fails => "no_cumple",
                State::Unknown => "no_concluyente",
                State::NotApplicable => "no_aplica",
            },
            valor: finding.value.map(rounded),
            limite: finding.limit.map(rounded),
            unidad: finding.unit,
            base_legal: finding.basis.as_ref().map(basis),
            causado_por: finding.caused_by.clone(),
            falta: finding.missing.clone(),
            explicacion: words::sentence(finding),
        }
    }
}

fn basis(basis: &LegalBasis) -> BasisView {
    BasisView::from(basis)
}

/// To a tenth of a millimetre or of a square centimetre: far below what can be surveyed.
fn rounded(value: f64) -> f64 {
    // Nothing is not less than nothing: -0 becomes 0.
    (value * 1e4).round() / 1e4 + 0.0
}

/// What people call a parameter.
fn parameter_name(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::MaxFloors => "la altura en pisos",
        Parameter::MaxHeight => "la altura máxima",
        Parameter::MinHeight => "la altura mínima",
        Parameter::MaxRatio => "el coeficiente máximo de edificación",
        Parameter::MinRatio => "el coeficiente mínimo de edificación",
        Parameter::MinOpen => "el área libre",
        Parameter::FrontSetback => "el retiro frontal",
        Parameter::SideSetback => "el retiro lateral",
        Parameter::RearSetback => "el retiro posterior",
        Parameter::MinLot => "el área del lote",
        Parameter::MinFront => "el frente del lote",
        Parameter::MaxDensity => "la densidad neta",
        Parameter::Parking => "el número de estacionamientos",
    }
}
