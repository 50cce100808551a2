//! What somebody proposes to build or do: its fields, and what was typed into them as a proposal of a check.

use office::{Kind, Problem};
use serde_json::{Map, Value, json};

use super::super::filled::{Filled, decimal};

/// A member of a proposal as people call it, its unit, and whether it is a number.
const MEMBERS: [(&str, &str, &str, bool); 10] = [
    (
        "actividad_ciiu",
        "Actividad, cuatro dígitos de la CIIU Rev. 4",
        "",
        false,
    ),
    ("uso", "Uso, como lo llama la norma", "", false),
    ("pisos", "Pisos", "", true),
    ("altura_m", "Altura", "m", true),
    ("area_techada_m2", "Área techada", "m²", true),
    ("area_libre_pct", "Área libre", "%", true),
    ("estacionamientos", "Estacionamientos", "", true),
    ("lote_frente_m", "Frente del lote", "m", true),
    ("viviendas", "Viviendas", "", true),
    ("habitantes", "Habitantes", "", true),
];

/// The name of a member's field.
pub fn field(member: &str) -> String {
    format!("propuesta.{member}")
}

/// What a member is called, with its unit.
pub fn title(member: &str) -> String {
    match MEMBERS.iter().find(|(known, ..)| *known == member) {
        Some((_, title, "", _)) => (*title).to_owned(),
        Some((_, title, unit, _)) => format!("{title} ({unit})"),
        None => member.replace('_', " "),
    }
}

/// The proposal that was typed; none where nothing was.
pub fn read(filled: &Filled, asked: &[String]) -> Result<Option<Value>, Problem> {
    let mut members = Map::new();
    for member in asked {
        let Some(text) = filled.said(&field(member)) else {
            continue;
        };
        let is_number = MEMBERS
            .iter()
            .any(|(known, _, _, is_number)| known == member && *is_number);
        let value = if is_number {
            json!(decimal(text).ok_or_else(|| no_number(member, text))?)
        } else {
            json!(text)
        };
        members.insert(member.clone(), value);
    }
    Ok((!members.is_empty()).then_some(Value::Object(members)))
}

fn no_number(member: &str, text: &str) -> Problem {
    let shown: String = text.chars().take(40).collect();
    Problem::new(
        Kind::BadRequest,
        format!("«{shown}» no es un número, en «{}».", title(member)),
        "Los decimales van con punto: 1,234.50 o 1234.5.",
    )
}

/// A proposal as rows of a table.
pub fn rows(proposal: &Value) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (member, value) in proposal.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::Object(_) if member == "huella" => {
                rows.push(("Huella del edificio".to_owned(), "dibujada".to_owned()));
            }
            Value::Object(inner) => {
                let parts = inner.iter().filter(|(_, value)| !value.is_null());
                rows.extend(parts.map(|(name, value)| {
                    let member = member.trim_end_matches("_m").replace('_', " ");
                    (format!("{member}: {name} (m)"), said(value))
                }));
            }
            value => rows.push((title(member), said(value))),
        }
    }
    rows
}

fn said(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_is_of_what_was_typed() {
        let typed = [
            ("propuesta.pisos", "3"),
            ("propuesta.uso", " bodega "),
            ("propuesta.altura_m", ""),
        ];
        let asked = ["pisos", "uso", "altura_m"].map(str::to_owned);
        let read = read(&Filled::of(typed), &asked);
        assert_eq!(read, Ok(Some(json!({"pisos": 3.0, "uso": "bodega"}))));
        let rows = rows(&json!({"pisos": 3.0, "retiros_m": {"frontal": 2.0, "lateral": null}}));
        assert_eq!(
            rows,
            [("Pisos", "3.0"), ("retiros: frontal (m)", "2.0")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }
}
