//! The description of the interface as a page: every address, what it takes and what it answers. No script: it reads and
//! prints anywhere.

use std::{collections::BTreeMap, fmt::Write as _};

use axum::response::Response;
use serde_json::{Map, Value};

use super::html;
use crate::people::escaped;

/// The page of a description (OpenAPI 3.1).
pub fn page(description: &Value, base: &str, demonstration: bool) -> Response {
    let nothing = Map::new();
    let paths = description["paths"].as_object().unwrap_or(&nothing);
    let mut by_tag = BTreeMap::<&str, Vec<String>>::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let tag = operation["tags"][0].as_str().unwrap_or("otros");
            by_tag
                .entry(tag)
                .or_default()
                .push(one(path, method, operation));
        }
    }
    let mut content = format!(
        "<p>{}</p><p>La misma descripción para programas: <a href=\"{base}/ogc/openapi\">/ogc/openapi</a> (OpenAPI 3.1).</p>",
        text(&description["info"]["description"])
    );
    for (tag, operations) in by_tag {
        let _ = write!(content, "<h2>{}</h2>{}", escaped(tag), operations.concat());
    }
    let trail = [
        (format!("{base}/"), "Inicio"),
        (format!("{base}/ogc?f=html"), "Datos"),
    ];
    html::page(
        "Documentación de la interfaz",
        &trail,
        &content,
        demonstration,
    )
}

/// One address with one method.
fn one(path: &str, method: &str, operation: &Value) -> String {
    let mut said = format!(
        "<details><summary><code>{} {}</code> {}</summary>",
        method.to_uppercase(),
        escaped(path),
        text(&operation["summary"])
    );
    if operation["description"].is_string() {
        let _ = write!(said, "<p>{}</p>", text(&operation["description"]));
    }
    let parameters = list(&operation["parameters"]);
    if !parameters.is_empty() {
        let rows: Vec<String> = parameters.iter().map(parameter).collect();
        let _ = write!(
            said,
            "<table><caption>Parámetros</caption><thead><tr><th scope=\"col\">Nombre</th><th scope=\"col\">Dónde</th><th scope=\"col\">Qué es</th></tr></thead><tbody>{}</tbody></table>",
            rows.concat()
        );
    }
    if let Some(body) = operation.get("requestBody") {
        let kinds: Vec<String> = body["content"]
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
            .map(|kind| escaped(kind))
            .collect();
        let _ = write!(
            said,
            "<p>Cuerpo ({}): {}</p>",
            kinds.join(", "),
            text(&body["description"])
        );
    }
    let answers: Vec<String> = operation["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(status, answer)| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                escaped(status),
                text(&answer["description"])
            )
        })
        .collect();
    let _ = write!(
        said,
        "<table><caption>Respuestas</caption><tbody>{}</tbody></table></details>",
        answers.concat()
    );
    said
}

fn parameter(one: &Value) -> String {
    let place = match one["in"].as_str() {
        Some("path") => "dirección",
        Some("header") => "cabecera",
        Some("cookie") => "cookie",
        _ => "consulta",
    };
    let example = one
        .get("example")
        .map(|example| {
            let example = example
                .as_str()
                .map_or_else(|| example.to_string(), str::to_owned);
            format!(" Ejemplo: <code>{}</code>", escaped(&example))
        })
        .unwrap_or_default();
    format!(
        "<tr><th scope=\"row\"><code>{}</code></th><td>{place}</td><td>{}{example}</td></tr>",
        text(&one["name"]),
        text(&one["description"])
    )
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}
