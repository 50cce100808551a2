//! An attribute's number is one that such a thing can have.
//!
//! Source: the limits of `data/reglas/limites_atributos.json`, by the attribute's published name. Wrong units and slips
//! of the finger are far outside.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::survey::{Finding, RuleCode};

/// Limits by the name of the attribute.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeLimits {
    #[serde(rename = "$schema", default)]
    _schema: String,
    #[serde(rename = "fuente")]
    _source: String,
    #[serde(rename = "atributos")]
    limits: BTreeMap<String, Limits>,
}

/// The least and the greatest value that is believed, both included.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The least.
    #[serde(rename = "minimo")]
    pub least: f64,
    /// The greatest.
    #[serde(rename = "maximo")]
    pub greatest: f64,
    /// In what it is counted.
    #[serde(rename = "unidad")]
    pub unit: String,
}

impl AttributeLimits {
    /// Reads the file.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The limits of an attribute, if it has any.
    pub fn of(&self, attribute: &str) -> Option<&Limits> {
        self.limits.get(attribute)
    }
}

/// Holds a number against the limits of its attribute; what has none is believed.
pub fn plausible(
    attribute: &str,
    value: f64,
    limits: &AttributeLimits,
    row: u64,
) -> Option<Finding> {
    let limits = limits.of(attribute)?;
    if (limits.least..=limits.greatest).contains(&value) {
        return None;
    }
    let expected = format!(
        "entre {} y {} {}",
        limits.least, limits.greatest, limits.unit
    );
    Some(
        Finding::new(RuleCode::ImplausibleAttribute, row)
            .with("atributo", attribute)
            .with("valor", value)
            .with("esperado", expected.trim_end()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nothing_can_have_is_told() {
        let file = include_str!("../../../../../data/reglas/limites_atributos.json");
        let limits = AttributeLimits::parse(file).expect("limits");
        let check = |attribute: &str, value: f64, believed: bool| {
            let found = plausible(attribute, value, &limits, 3);
            assert_eq!(found.is_none(), believed, "{attribute} {value}");
        };
        check("pisos", 4.0, true);
        check("pisos", 100.0, true);
        check("pisos", 400.0, false);
        check("pisos", -1.0, false);
        check("pisos", f64::NAN, false);
        check("area_declarada_m2", 0.0, false);
        check("area_declarada_m2", 160.5, true);
        check("sin_limites", 1e300, true);
    }
}
