//! JSON in one form only, so that it can be signed and compared: the members of each object by the bytes of their names,
//! nothing between tokens, strings with the escapes that must be (as RFC 8785), numbers in the shortest form that reads
//! back as the same number.

use std::fmt::Write;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::audit::Hash;

/// The text.
pub fn text(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value);
    text
}

/// SHA-256 of what a verdict states of the ground and the law, without what is of the moment: the day that was asked
/// about, what the service knew when, the receipt, and the certificates of the parcel.
pub fn substance(verdict: &Value) -> Hash {
    let mut stated = verdict.clone();
    if let Some(members) = stated.as_object_mut() {
        for of_the_moment in ["fecha", "conocido_a", "recibo", "certificados_vigentes"] {
            members.remove(of_the_moment);
        }
    }
    Hash(Sha256::digest(text(&stated)).into())
}

fn write(text: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                let _ = write!(text, "{}:", Value::from(name.as_str()));
                write(text, member);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(text, item);
            }
            text.push(']');
        }
        plain => {
            let _ = write!(text, "{plain}");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_and_nothing_is_between() {
        let value: Value = serde_json::from_str(
            r#"{ "b" : [1, 2.50, 1e2, -0.125], "a": {"ñ": "línea\n\"x\"", "Z": null}, "á": true }"#,
        )
        .expect("JSON");
        assert_eq!(
            text(&value),
            r#"{"a":{"Z":null,"ñ":"línea\n\"x\""},"b":[1,2.5,100.0,-0.125],"á":true}"#
        );
    }

    #[test]
    fn the_day_does_not_change_what_is_stated_and_a_limit_does() {
        let verdict = |day: &str, floors: u8| {
            json!({"fecha": day, "conocido_a": day, "recibo": {"sha256": day}, "certificados_vigentes": [day],
                   "parametros": {"altura_maxima_pisos": {"valor": floors}}})
        };
        let one = substance(&verdict("2026-11-26", 4));
        assert_eq!(one, substance(&verdict("2026-11-27", 4)));
        assert_ne!(one, substance(&verdict("2026-11-26", 5)));
    }

    proptest! {
        #[test]
        fn it_reads_back_and_says_the_same_again(parts: Vec<i32>, words: Vec<String>) {
            let numbers: Vec<f64> = parts.iter().map(|part| f64::from(*part) / 1e4).collect();
            let value = json!({"n": numbers, "w": words});
            let once = text(&value);
            let read: Value = serde_json::from_str(&once).expect("JSON");
            prop_assert_eq!(text(&read), once);
        }
    }
}
