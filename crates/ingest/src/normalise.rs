//! A row's values in our words.

use domain::{
    collection::Collection,
    id::{ProvisionalCode, Ubigeo},
    survey::{
        Finding, RuleCode,
        rules::{
            self,
            plausible::{AttributeLimits, plausible},
        },
    },
};
use gis::file::Value;
use serde_json::Map;
use sha2::{Digest, Sha256};

use crate::columns::{Attribute, CodeSource, Columns, OTHERS_COLUMN};

/// First 128 bits of the SHA-256 of some bytes: what tells shapes, codes and versions apart.
pub(crate) fn digest(parts: &[&[u8]]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .take(16)
        .fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

/// What a row calls itself.
pub(crate) enum Name {
    /// A code that can be published.
    Code(String),
    /// A reference from which a provisional code is made; empty where there is none.
    Reference(String),
}

impl Name {
    /// The text that must not repeat.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Code(text) | Self::Reference(text) => text,
        }
    }
}

/// Reads the code of a row, or its reference.
pub(crate) fn name(
    values: &[Value],
    columns: &Columns,
    collection: &Collection,
    ubigeo: Ubigeo,
    row: u64,
) -> Result<Name, Box<Finding>> {
    let form = rules::code::form(collection);
    match &columns.code {
        CodeSource::Given(code) => Ok(Name::Code(code.clone())),
        CodeSource::Whole(position) => {
            let text = text(&values[*position]).unwrap_or_default();
            // The 23 digits of the código de referencia catastral begin with those of the lot.
            let text = match form {
                rules::code::Form::Digits(digits) if text.len() == 23 => {
                    text[..digits.min(text.len())].to_owned()
                }
                _ => text,
            };
            rules::code::code(&text, form, ubigeo, row).map(Name::Code)
        }
        CodeSource::Parts(parts) => {
            let mut code = String::with_capacity(14);
            for (position, digits) in parts {
                match position.map(|position| &values[position]) {
                    None => code.push_str(ubigeo.as_str()),
                    Some(value) => code.push_str(&part(value, *digits)),
                }
            }
            rules::code::code(&code, form, ubigeo, row).map(Name::Code)
        }
        CodeSource::Provisional(positions) => {
            let reference: Vec<String> = positions
                .iter()
                .filter_map(|position| text(&values[*position]))
                .collect();
            Ok(Name::Reference(reference.join("/")))
        }
    }
}

/// The change on which a row is based, where it says one.
pub(crate) fn base(values: &[Value], columns: &Columns) -> Option<i64> {
    match &values[columns.base?] {
        Value::Integer(number) => Some(*number),
        other => text(other)?.parse().ok(),
    }
}

/// A provisional code: of the reference alone where it is the row's own, else of the reference and the shape; `again`
/// counts rows that share both.
pub(crate) fn provisional(
    collection: &Collection,
    ubigeo: Ubigeo,
    reference: &str,
    shape: Option<(u128, u32)>,
) -> String {
    let layer = collection.name().as_bytes();
    let code = match shape {
        None => ProvisionalCode::derive(ubigeo, &[layer, reference.as_bytes()]),
        Some((digest, again)) => ProvisionalCode::derive(
            ubigeo,
            &[
                layer,
                reference.as_bytes(),
                &digest.to_be_bytes(),
                &again.to_be_bytes(),
            ],
        ),
    };
    code.as_str().to_owned()
}

/// A part of a code. A number has lost its leading zeros, so they are given back; text is taken as it is.
fn part(value: &Value, digits: usize) -> String {
    match value {
        Value::Integer(number) => format!("{number:0digits$}"),
        Value::Real(number) if number.fract() == 0.0 => format!("{number:0digits$}"),
        other => text(other).unwrap_or_default(),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Real(number) => Some(number.to_string()),
    }
}

/// The attribute that holds the area that a parcel's papers say, in square metres.
const DECLARED_AREA: &str = "area_declarada_m2";

/// Writes the attributes of a row as the text of a JSON object into `json`; says what is missing, not understood or hard
/// to believe. Gives the declared area, in square metres.
pub(crate) fn attributes(
    values: &[Value],
    columns: &Columns,
    limits: &AttributeLimits,
    row: u64,
    json: &mut String,
    found: &mut Vec<Finding>,
) -> Option<f64> {
    let mut declared_area_m2 = None;
    json.clear();
    json.push('{');
    for attribute in &columns.attributes {
        let value = attribute
            .value
            .map_or(&Value::Null, |position| &values[position]);
        let before = json.len();
        member(json, &attribute.name);
        match write(value, attribute, row, json, found) {
            Written::Nothing => {
                json.truncate(before);
                if attribute.required {
                    let missing = Finding::new(RuleCode::MissingAttribute, row);
                    found.push(missing.with("atributo", &attribute.name));
                }
            }
            Written::Text => {}
            Written::Number(number) => {
                found.extend(plausible(&attribute.name, number, limits, row));
                if attribute.name == DECLARED_AREA {
                    declared_area_m2 = Some(number);
                }
            }
        }
    }
    for (name, value) in &columns.fixed {
        member(json, name);
        push_json(json, value);
    }
    if let Some(others) = columns.others.map(|position| &values[position]) {
        for (name, value) in unheld(others, row, found) {
            member(json, &name);
            push_json(json, &value);
        }
    }
    json.push('}');
    declared_area_m2
}

/// What a package carries besides its columns: truths and lists, by name.
fn unheld(value: &Value, row: u64, found: &mut Vec<Finding>) -> Map<String, serde_json::Value> {
    let Some(text) = text(value) else {
        return Map::new();
    };
    let Ok(mut others) = serde_json::from_str::<Map<String, serde_json::Value>>(&text) else {
        found.push(
            Finding::new(RuleCode::InvalidAttribute, row)
                .with("atributo", OTHERS_COLUMN)
                .with("valor", text.chars().take(40).collect::<String>())
                .with("defecto", "no es lo que salió en el paquete"),
        );
        return Map::new();
    };
    others.retain(|_, value| value.is_boolean() || value.is_array() || value.is_object());
    others
}

/// What was written of a value.
enum Written {
    /// It is not known.
    Nothing,
    /// Words.
    Text,
    /// A number.
    Number(f64),
}

/// Writes one value.
fn write(
    value: &Value,
    attribute: &Attribute,
    row: u64,
    json: &mut String,
    found: &mut Vec<Finding>,
) -> Written {
    if attribute.number {
        return match number(value) {
            Ok(Some(number)) => {
                push_json(json, &number);
                Written::Number(number)
            }
            Ok(None) => Written::Nothing,
            Err(text) => {
                found.push(
                    Finding::new(RuleCode::InvalidAttribute, row)
                        .with("atributo", &attribute.name)
                        .with("valor", text)
                        .with("defecto", "no es un número"),
                );
                Written::Nothing
            }
        };
    }
    match value {
        Value::Integer(number) if attribute.translate.is_empty() => {
            push_json(json, number);
            return Written::Number(*number as f64);
        }
        Value::Real(number) if attribute.translate.is_empty() => {
            push_json(json, number);
            return Written::Number(*number);
        }
        other => {
            let Some(text) = text(other) else {
                return Written::Nothing;
            };
            match attribute.translate.get(&text) {
                Some(None) => return Written::Nothing,
                Some(Some(translated)) => push_json(json, translated),
                None => push_json(json, &text),
            }
        }
    }
    Written::Text
}

fn member(json: &mut String, name: &str) {
    if json.len() > 1 {
        json.push(',');
    }
    push_json(json, name);
    json.push(':');
}

fn push_json<T: serde::Serialize + ?Sized>(json: &mut String, value: &T) {
    // Text and finite numbers always serialise.
    json.push_str(&serde_json::to_string(value).unwrap_or_default());
}

/// A number as people write it: `251.3`, or `251,3` where no point stands beside the comma. What could be read two
/// ways is not read.
fn number(value: &Value) -> Result<Option<f64>, String> {
    match value {
        Value::Integer(number) => Ok(Some(*number as f64)),
        Value::Real(number) => Ok(Some(*number)),
        Value::Null => Ok(None),
        Value::Text(text) => {
            let trimmed = text.trim();
            if trimmed.is_empty() {
                return Ok(None);
            }
            let plain = if trimmed.contains('.') {
                trimmed.to_owned()
            } else {
                trimmed.replacen(',', ".", 1)
            };
            plain
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(Some)
                .ok_or_else(|| text.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_could_be_read_two_ways_are_not_read() {
        let read = |text: &str| number(&Value::Text(text.to_owned()));
        assert_eq!(read("251.3"), Ok(Some(251.3)));
        assert_eq!(read("251,3"), Ok(Some(251.3)));
        assert_eq!(read(" "), Ok(None));
        for wrong in ["1.432,97", "5.000 m2", "S/N", "inf", "1,2,3"] {
            assert_eq!(read(wrong), Err(wrong.to_owned()));
        }
    }

    #[test]
    fn a_number_gets_its_leading_zeros_back_and_text_is_believed() {
        assert_eq!(part(&Value::Integer(8), 3), "008");
        assert_eq!(part(&Value::Real(8.0), 3), "008");
        assert_eq!(part(&Value::Text(" 046 ".into()), 3), "046");
        assert_eq!(part(&Value::Text("8".into()), 3), "8");
    }
}
