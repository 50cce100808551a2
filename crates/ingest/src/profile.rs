//! Profiles: which column of a town's files is which of our attributes. Data, checked by `schemas/perfil.schema.json`.

use std::collections::BTreeMap;

use domain::survey::{RuleCode, Severity};
use serde::Deserialize;

/// A profile as its file gives it.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
pub struct Profile {
    /// Its name.
    #[serde(rename = "nombre")]
    pub name: String,
    /// What some rules weigh for these files.
    #[serde(default, rename = "severidades")]
    pub weights: BTreeMap<RuleCode, Severity>,
    /// How each layer is read.
    #[serde(rename = "colecciones")]
    pub layers: BTreeMap<String, LayerProfile>,
}

/// How the files of one layer are read.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
pub struct LayerProfile {
    /// Forms of the code; the first whose columns are there counts.
    #[serde(rename = "codigo")]
    pub code: Vec<CodeForm>,
    /// Our attributes and the columns that may hold them.
    #[serde(default, rename = "columnas")]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Translation of values, by attribute; `null` means "not known".
    #[serde(default, rename = "valores")]
    pub values: BTreeMap<String, BTreeMap<String, Option<String>>>,
    /// The same value in every row.
    #[serde(default, rename = "fijos")]
    pub fixed: BTreeMap<String, String>,
    /// Attributes that must have a value.
    #[serde(default, rename = "requeridos")]
    pub required: Vec<String>,
    /// Attributes that are numbers.
    #[serde(default, rename = "numeros")]
    pub numbers: Vec<String>,
    /// Columns that are not kept.
    #[serde(default, rename = "omitir")]
    pub omitted: Vec<String>,
}

/// Where a code comes from.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeForm {
    /// One column holds it whole.
    #[serde(rename = "columna")]
    Column(Vec<String>),
    /// Several columns hold its parts.
    #[serde(rename = "partes")]
    Parts(Vec<PartProfile>),
    /// None does: a provisional one is made of these columns, or of the shape where none is named.
    #[serde(rename = "provisional")]
    Provisional(Vec<String>),
}

/// A part of a code.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct PartProfile {
    /// Columns that may hold it.
    #[serde(rename = "columna")]
    pub column: Vec<String>,
    /// How many digits it has.
    #[serde(rename = "digitos")]
    pub digits: usize,
    /// Where the column is missing, the municipality's ubigeo takes its place.
    #[serde(default, rename = "municipio")]
    pub municipality: bool,
    /// The attribute under which the part is kept.
    #[serde(default, rename = "como")]
    pub kept_as: Option<String>,
}

/// The text is no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// It is not JSON.
    #[error("not JSON: line {line}, column {column}")]
    Json {
        /// Where it stops being JSON.
        line: usize,
        /// Where it stops being JSON.
        column: usize,
    },
    /// It is JSON that the schema does not allow.
    #[error("not by the schema at {pointer}: {rule}")]
    Schema {
        /// JSON pointer to the member.
        pointer: String,
        /// What the schema's validator says.
        rule: String,
    },
}

const SCHEMA: &str = include_str!("../../../schemas/perfil.schema.json");

impl Profile {
    /// Reads a profile and checks it against its schema.
    pub fn parse(json: &str) -> Result<Self, ProfileError> {
        let at = |error: &serde_json::Error| ProfileError::Json {
            line: error.line(),
            column: error.column(),
        };
        let value: serde_json::Value = serde_json::from_str(json).map_err(|error| at(&error))?;
        let broken = |pointer: String, rule: String| ProfileError::Schema { pointer, rule };
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).map_err(|error| at(&error))?;
        let validator = jsonschema::validator_for(&schema)
            .map_err(|error| broken(String::new(), error.to_string()))?;
        if let Some(error) = validator.iter_errors(&value).next() {
            return Err(broken(error.instance_path.to_string(), error.to_string()));
        }
        serde_json::from_value(value).map_err(|error| broken(String::new(), error.to_string()))
    }

    /// Reads a profile that comes with the program, which a test holds to its schema.
    pub fn trusted(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// How a layer is read; one that the profile does not name keeps its columns and gets provisional codes.
    pub fn layer(&self, name: &str) -> LayerProfile {
        self.layers
            .get(name)
            .cloned()
            .unwrap_or_else(|| LayerProfile {
                code: vec![CodeForm::Provisional(Vec::new())],
                ..LayerProfile::default()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profiles_of_the_project_are_profiles() {
        for json in [
            include_str!("../../../data/perfiles/peru.json"),
            include_str!("../../../tests/perfiles/comodoro.json"),
        ] {
            let profile = Profile::parse(json).expect("by its schema");
            assert!(!profile.layer("lotes").code.is_empty());
        }
    }

    #[test]
    fn a_profile_that_is_none_says_where() {
        assert_eq!(
            Profile::parse("{\n  nope"),
            Err(ProfileError::Json { line: 2, column: 3 })
        );
        let wrong = r#"{"nombre": "x", "colecciones": {"lotes": {"codigo": [{"columna": 3}]}}}"#;
        assert!(
            matches!(Profile::parse(wrong), Err(ProfileError::Schema { pointer, .. }) if pointer.starts_with("/colecciones/lotes/codigo"))
        );
    }
}
