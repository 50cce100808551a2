//! Links of answers.

use serde_json::{Value, json};

use super::format::Format;
use crate::problem::Parameters;

/// The links of an answer to itself and to its other forms.
pub fn forms(url: &str, parameters: &Parameters, own: Format, offered: &[Format]) -> Vec<Value> {
    let mut links = vec![
        json!({"href": with_query(url, &parameters.0), "rel": "self", "type": own.bare_type(), "title": own.title()}),
    ];
    for other in offered.iter().filter(|format| **format != own) {
        let mut query: Vec<(String, String)> = parameters
            .0
            .iter()
            .filter(|(name, _)| name != "f")
            .cloned()
            .collect();
        query.push(("f".to_owned(), other.name().to_owned()));
        links.push(json!({"href": with_query(url, &query), "rel": "alternate", "type": other.bare_type(), "title": other.title()}));
    }
    links
}

/// An address with its parameters.
pub fn with_query(url: &str, parameters: &[(String, String)]) -> String {
    match serde_urlencoded::to_string(parameters) {
        Ok(query) if !query.is_empty() => format!("{url}?{query}"),
        _ => url.to_owned(),
    }
}

/// A part of a path, with what has a meaning there encoded.
pub fn encoded(id: &str) -> String {
    serde_urlencoded::to_string([("", id)])
        .unwrap_or_default()
        .trim_start_matches('=')
        // A space in a path is not a plus.
        .replace('+', "%20")
}
