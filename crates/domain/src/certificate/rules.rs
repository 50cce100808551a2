use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::plan::LegalBasis;

/// What the law says of a kind of certificate: `data/certificados/<kind>.json` (`schemas/certificado.schema.json`).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The schema that the file follows.
    #[serde(default, rename = "$schema")]
    _schema: Option<String>,
    /// Name of the kind; also the file's.
    #[serde(rename = "tipo")]
    pub kind: String,
    /// How the paper is headed.
    #[serde(rename = "titulo")]
    pub title: String,
    /// For how many months it holds; none for one that does not expire.
    #[serde(rename = "meses_vigencia")]
    pub months: Option<u32>,
    /// The law that it rests on.
    #[serde(rename = "base_legal")]
    pub basis: LegalBasis,
    /// Whether who drafts it may not issue it.
    #[serde(rename = "dos_personas")]
    pub two_persons: bool,
    /// Whether it is of a parcel that is registered.
    #[serde(rename = "requiere_predio")]
    pub of_a_parcel: bool,
    /// Without what there is nothing to certify.
    #[serde(default, rename = "requiere")]
    pub needs: Vec<Need>,
    /// What it says goes before a later norm, while it is in force.
    #[serde(default, rename = "prevalece")]
    pub prevails: Option<Prevails>,
    /// What the officer states in it, besides what the service answers.
    #[serde(default, rename = "datos")]
    pub fields: Vec<Field>,
    /// Members of a proposal that its form asks for (`urban::RawProposal`); any other may be proposed as well.
    #[serde(default, rename = "propuesta")]
    pub proposal: Vec<String>,
}

/// What a certificate is about: where the verdict has none of it, there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum Need {
    /// A zone in force.
    #[serde(rename = "zonificacion")]
    Zoning,
    /// A parameter of a norm in force.
    #[serde(rename = "parametros")]
    Parameters,
}

/// That a certificate goes before a later norm.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prevails {
    /// In a sentence, for who asks.
    #[serde(rename = "frase")]
    pub sentence: String,
    /// By which law.
    #[serde(rename = "base_legal")]
    pub basis: LegalBasis,
}

impl Prevails {
    /// The sentence with the law that says so.
    pub fn sentence_with_law(&self) -> String {
        let article = self.basis.articulo.as_deref();
        let article = article.map_or_else(String::new, |article| format!(", {article}"));
        format!(
            "{} ({}{article}).",
            self.sentence.trim_end_matches('.'),
            self.basis.norma
        )
    }
}

/// Something that the officer states.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its member in the request.
    #[serde(rename = "dato")]
    pub name: String,
    /// How the paper calls it.
    #[serde(rename = "titulo")]
    pub title: String,
    /// Whether there is no certificate without it.
    #[serde(rename = "obligatorio")]
    pub required: bool,
}

/// What is wrong with what was stated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FieldFault {
    /// The kind has no such field.
    Unknown(String),
    /// It is required.
    Missing(String),
    /// It is longer than a line of the paper.
    TooLong(String),
}

/// Longest text of a field, in characters: a paragraph of the paper.
const TEXT_MAX: usize = 500;

impl Rules {
    /// Reads a file.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The first thing that it is about and that a verdict does not have.
    pub fn lacking(&self, verdict: &Value) -> Option<Need> {
        self.needs.iter().copied().find(|need| match need {
            Need::Zoning => verdict["zonificacion"].as_array().is_none_or(Vec::is_empty),
            Need::Parameters => verdict["parametros"].as_object().is_none_or(Map::is_empty),
        })
    }

    /// The first fault of what somebody states in a certificate of this kind.
    pub fn fault(&self, stated: &BTreeMap<String, String>) -> Option<FieldFault> {
        let known = |name: &String| self.fields.iter().any(|field| field.name == *name);
        if let Some(name) = stated.keys().find(|name| !known(name)) {
            return Some(FieldFault::Unknown(name.clone()));
        }
        self.fields.iter().find_map(|field| {
            let text = stated.get(&field.name).map_or("", |text| text.trim());
            if text.is_empty() && field.required {
                Some(FieldFault::Missing(field.name.clone()))
            } else if text.chars().count() > TEXT_MAX {
                Some(FieldFault::TooLong(field.name.clone()))
            } else {
                None
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn without_zone_or_parameters_there_is_nothing_to_certify() {
        let rules = |needs: &str| {
            Rules::parse(&format!(
                r#"{{"tipo": "parametros", "titulo": "Certificado", "meses_vigencia": 36, "base_legal": {{"norma": "Ley 29090"}},
                    "dos_personas": true, "requiere_predio": true, "requiere": {needs}}}"#
            ))
            .expect("rules")
        };
        let both = rules(r#"["zonificacion", "parametros"]"#);
        let verdict = |zones: Value, parameters: Value| json!({"zonificacion": zones, "parametros": parameters});
        let zone = json!([{"codigo": "RDM"}]);
        let floors = json!({"altura_maxima_pisos": {}});
        assert_eq!(both.lacking(&verdict(zone.clone(), floors.clone())), None);
        assert_eq!(
            both.lacking(&verdict(zone, json!({}))),
            Some(Need::Parameters)
        );
        assert_eq!(
            both.lacking(&verdict(json!([]), floors)),
            Some(Need::Zoning)
        );
        assert_eq!(both.lacking(&json!({})), Some(Need::Zoning));
        assert_eq!(rules("[]").lacking(&json!({})), None);
    }

    #[test]
    fn what_is_stated_is_what_the_kind_has_room_for() {
        let rules = Rules::parse(
            r#"{"tipo": "numeracion", "titulo": "Certificado de numeración", "meses_vigencia": null,
                "base_legal": {"norma": "Ley 27972"}, "dos_personas": true, "requiere_predio": true,
                "datos": [{"dato": "via", "titulo": "Vía", "obligatorio": true},
                          {"dato": "nota", "titulo": "Nota", "obligatorio": false}]}"#,
        )
        .expect("rules");
        let stated = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            rules.fault(
                &pairs
                    .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                    .collect(),
            )
        };
        assert_eq!(stated(&[("via", "Jr. Callao")]), None);
        assert_eq!(stated(&[]), Some(FieldFault::Missing("via".into())));
        assert_eq!(
            stated(&[("via", " ")]),
            Some(FieldFault::Missing("via".into()))
        );
        assert_eq!(
            stated(&[("via", "x"), ("color", "rojo")]),
            Some(FieldFault::Unknown("color".into()))
        );
        assert_eq!(
            stated(&[("via", &"x".repeat(501))]),
            Some(FieldFault::TooLong("via".into()))
        );
    }
}
