//! The attributes of features: the names under which they are shown, and what their values are.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, NaiveDate};
use domain::{collection::Collection, feature::Feature, filter::Kind};
use serde_json::{Map, Value};

/// Members that the service writes itself. In the land register's own layers that goes for the code too.
pub(crate) const OWN: [&str; 5] = [
    "area_m2",
    "provisional",
    "ubigeo",
    "version_datos",
    "vigente_desde",
];

/// An attribute of a feature as text, where it has one.
pub fn attribute(feature: &Feature, name: &str) -> Option<String> {
    text(&feature.attributes, name)
}

/// The names that the service keeps for itself in a layer.
fn own(collection: &Collection) -> impl Iterator<Item = &'static str> {
    let code = match collection {
        Collection::Sectors | Collection::Manzanas | Collection::Parcels => Some("codigo"),
        _ => None,
    };
    OWN.into_iter().chain(code)
}

/// The attributes with no member that bears one of our own names: a name that is there twice has no meaning in JSON.
/// What a file brought under such a name stays, as `…_origen`.
pub(crate) fn own_names_freed<'a>(collection: &Collection, attributes: &'a str) -> Cow<'a, str> {
    if !own(collection).any(|name| has_member(attributes, name)) {
        return Cow::Borrowed(attributes);
    }
    let Ok(members) = serde_json::from_str::<Map<String, Value>>(attributes) else {
        return Cow::Borrowed(attributes);
    };
    let members: Map<String, Value> = members
        .into_iter()
        .map(|(name, value)| (shown(collection, &name).into_owned(), value))
        .collect();
    Cow::Owned(Value::Object(members).to_string())
}

/// Whether a JSON object, as PostgreSQL writes it, has a member. Quotes inside texts are escaped, so the name between
/// quotes and before a colon is a name.
pub(crate) fn has_member(object: &str, name: &str) -> bool {
    object.contains(&format!("\"{name}\":"))
}

/// The name under which an attribute is shown.
pub(crate) fn shown<'a>(collection: &Collection, attribute: &'a str) -> Cow<'a, str> {
    if own(collection).any(|own| own == attribute) {
        Cow::Owned(format!("{attribute}_origen"))
    } else {
        Cow::Borrowed(attribute)
    }
}

/// What the attributes of features hold: of one kind where all that have it agree, else text.
pub(crate) fn kinds(features: &[Feature]) -> BTreeMap<Box<str>, Kind> {
    let mut kinds = BTreeMap::<Box<str>, Kind>::new();
    for feature in features {
        let Ok(attributes) = serde_json::from_str::<Map<String, Value>>(&feature.attributes) else {
            continue;
        };
        for (name, value) in &attributes {
            let Some(kind) = kind(value) else { continue };
            match kinds.get_mut(name.as_str()) {
                None => drop(kinds.insert(name.as_str().into(), kind)),
                Some(known) => *known = joined(*known, kind),
            }
        }
    }
    kinds
}

fn kind(value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Number(_) => Kind::Number,
        Value::Bool(_) => Kind::Truth,
        Value::String(text) if text.parse::<NaiveDate>().is_ok() && text.len() == 10 => Kind::Day,
        Value::String(text) if DateTime::parse_from_rfc3339(text).is_ok() => Kind::Instant,
        Value::String(_) => Kind::Text,
        // Lists and objects are shown, and cannot be asked for.
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    })
}

pub(crate) fn joined(a: Kind, b: Kind) -> Kind {
    match (a, b) {
        _ if a == b => a,
        (Kind::Day, Kind::Instant) | (Kind::Instant, Kind::Day) => Kind::Instant,
        _ => Kind::Text,
    }
}

/// The value of an attribute as text: of a text its letters, of a number its shortest digits.
pub(crate) fn text(attributes: &str, name: &str) -> Option<String> {
    if !has_member(attributes, name) {
        return None;
    }
    let members: Map<String, Value> = serde_json::from_str(attributes).ok()?;
    match members.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number_text(number.as_f64()?)),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A number as [`text`] writes it.
pub(crate) fn number_text(number: f64) -> String {
    number.to_string()
}
