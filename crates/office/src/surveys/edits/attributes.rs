//! The attributes of a feature, from the properties that a client sends back: what the service wrote there itself is
//! not one of them.

use domain::{collection::Collection, id::Ubigeo};
use ingest::{BASE_COLUMN, OTHERS_COLUMN};
use serde_json::{Map, Value};

use super::{
    seen::{Read, alike},
    sent::Sent,
    words,
};
use crate::Problem;

/// Members that the service writes itself (`query::encode::geojson`).
const OWN: [&str; 5] = [
    "area_m2",
    "provisional",
    "ubigeo",
    "version_datos",
    "vigente_desde",
];
/// The member of the code: in the land register's own layers it is that, in others an attribute may be called so.
const CODE: &str = "codigo";
/// What is behind the name of an attribute that is called as one of our members is.
const OF_SOURCE: &str = "_origen";

/// The version that a client read, which it sends back.
pub(super) fn stated(properties: &Map<String, Value>) -> Read {
    match properties.get("version_datos") {
        None => Read::Nothing,
        Some(Value::Null) => Read::NoneYet,
        Some(Value::Number(number)) => number
            .as_i64()
            .map_or(Read::Versions(Vec::new()), |number| {
                Read::Versions(vec![number])
            }),
        Some(Value::String(text)) => Read::Versions(text.trim().parse().into_iter().collect()),
        Some(_) => Read::Versions(Vec::new()),
    }
}

/// The municipality that a client names.
pub(super) fn place(properties: &Map<String, Value>) -> Result<Option<Ubigeo>, Problem> {
    match properties.get("ubigeo").and_then(text).as_deref() {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| words::no_place()),
    }
}

/// Refuses to bring a feature to another municipality.
pub(super) fn check_place(properties: &Map<String, Value>, own: Ubigeo) -> Result<(), Problem> {
    match place(properties)? {
        Some(other) if other != own => Err(words::other_place()),
        _ => Ok(()),
    }
}

/// The code that a client gives to a new feature.
pub(super) fn code(sent: &Sent, collection: &Collection) -> Option<String> {
    let named = sent.properties.get(CODE).and_then(text);
    named
        .filter(|_| collection.has_fabric())
        .or_else(|| sent.id.clone())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The attributes as they are kept: all of them, or those that are there with the ones that were sent over them.
pub(super) fn written(
    properties: &Map<String, Value>,
    known: &Map<String, Value>,
    collection: &Collection,
    code: &str,
    whole: bool,
) -> Result<Map<String, Value>, Problem> {
    let mut attributes = if whole { Map::new() } else { known.clone() };
    for (name, value) in properties {
        if OWN.contains(&name.as_str()) {
            continue;
        }
        if name == CODE || name == "id" {
            let is_code = text(value).is_none_or(|text| text == code);
            if collection.has_fabric() && name == CODE && !is_code {
                return Err(words::other_code(code));
            }
            if collection.has_fabric() && name == CODE || is_code && !known.contains_key(name) {
                continue;
            }
        }
        let reserved = [BASE_COLUMN, OTHERS_COLUMN].map(|own| own.eq_ignore_ascii_case(name));
        if reserved.contains(&true) {
            return Err(words::reserved(name));
        }
        let name = freed(name, known);
        match kept(name, value, known.get(name))? {
            Value::Null => {
                attributes.remove(name);
            }
            value => {
                attributes.insert(name.to_owned(), value);
            }
        }
    }
    Ok(attributes)
}

/// The name of an attribute, without what was put behind it so that it is not taken for ours.
fn freed<'a>(name: &'a str, known: &Map<String, Value>) -> &'a str {
    match name.strip_suffix(OF_SOURCE) {
        Some(own) if (OWN.contains(&own) || own == CODE) && known.contains_key(own) => own,
        _ => name,
    }
}

/// A value as it is kept. Lists and objects only come back, as they were or as a client that knows none writes them.
fn kept(name: &str, value: &Value, known: Option<&Value>) -> Result<Value, Problem> {
    let nested = |value: &Value| value.is_array() || value.is_object();
    match (value, known) {
        (value, Some(known)) if alike(Some(value), Some(known)) => Ok(known.clone()),
        (Value::String(text), Some(known))
            if nested(known)
                && serde_json::from_str(text).is_ok_and(|read: Value| read == *known) =>
        {
            Ok(known.clone())
        }
        (value, _) if nested(value) => Err(words::not_a_value(name)),
        (value, _) => Ok(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn what_the_service_wrote_itself_is_no_attribute() {
        let known = object(&json!({"uso": "vivienda", "frentes": [1, 2], "ubigeo": "x"}));
        let sent = object(&json!({
            "codigo": "22010101001014", "ubigeo": "220101", "provisional": false, "area_m2": 3.5, "version_datos": 7,
            "vigente_desde": "2026-11-23", "uso": "vivienda", "frentes": [1, 2], "ubigeo_origen": "x", "vacio": null,
        }));
        let lots = Collection::Parcels;
        let written = |sent: &Map<String, Value>, whole| {
            super::written(sent, &known, &lots, "22010101001014", whole)
        };
        assert_eq!(written(&sent, true), Ok(known.clone()));
        let patch = object(&json!({"uso": null, "pisos": 2}));
        assert_eq!(
            written(&patch, false),
            Ok(object(
                &json!({"frentes": [1, 2], "ubigeo": "x", "pisos": 2})
            ))
        );
        for wrong in [
            json!({"a": [1]}),
            json!({"codigo": "22010101001015"}),
            json!({"Version_Base": 3}),
        ] {
            assert!(written(&object(&wrong), true).is_err(), "{wrong}");
        }
        // In the zoning the class is called so.
        let zones = Collection::Zones;
        let sent = object(&json!({"codigo": "RDM"}));
        assert_eq!(
            super::written(&sent, &Map::new(), &zones, "220101-Z", true),
            Ok(sent)
        );
    }
}
