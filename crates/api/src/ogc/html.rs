//! The door of GIS clients as pages for people: the same words, to be looked at.

use askama::Template;
use axum::response::Response;
use domain::{collection::Collection, feature::Feature};
use query::encode::geojson::members;
use serde_json::Value;

use super::{
    collections,
    links::{Link, encoded},
};
use crate::people::{self, Shell, escaped};

#[derive(Template)]
#[template(path = "datos.html")]
struct Data<'a> {
    shell: Shell,
    title: &'a str,
    /// Addresses and names of what it is a part of.
    trail: &'a [(String, &'a str)],
    content: &'a str,
}

/// A page around its content, which is markup.
pub fn page(title: &str, trail: &[(String, &str)], content: &str, demonstration: bool) -> Response {
    people::page(&Data {
        shell: Shell::for_all(demonstration),
        title,
        trail,
        content,
    })
}

/// The addresses of the same in other forms, and of the next page.
fn list_of_links(links: &[Link]) -> String {
    let items: Vec<String> = links
        .iter()
        .filter(|link| matches!(link.rel, "alternate" | "next" | "version-history"))
        .map(|link| {
            format!(
                "<a rel=\"{}\" href=\"{}\">{}</a>",
                link.rel,
                escaped(&link.href),
                escaped(link.title)
            )
        })
        .collect();
    format!("<p class=\"enlaces\">{}</p>", items.join(" · "))
}

/// The door itself: what there is, by name and address.
pub fn door(
    title: &str,
    words: &str,
    rows: &[(String, String, String)],
    base: &str,
    demonstration: bool,
) -> Response {
    let rows: Vec<String> = rows
        .iter()
        .map(|(href, name, about)| {
            format!(
                "<tr><th scope=\"row\"><a href=\"{}\">{}</a></th><td>{}</td></tr>",
                escaped(href),
                escaped(name),
                escaped(about)
            )
        })
        .collect();
    let content = format!("<p>{}</p><table>{}</table>", escaped(words), rows.concat());
    page(
        title,
        &[(format!("{base}/ogc"), "Datos")],
        &content,
        demonstration,
    )
}

/// A page of features as a table.
pub fn items(
    collection: &Collection,
    features: &[&Feature],
    matched: u64,
    links: &[Link],
    base: &str,
    demonstration: bool,
) -> Response {
    let (title, about) = collections::words(collection);
    let rows: Vec<_> = features
        .iter()
        .map(|feature| (feature, members(collection, feature)))
        .collect();
    let mut columns: Vec<&String> = Vec::new();
    for name in rows.iter().flat_map(|(_, members)| members.keys()) {
        if columns.len() < COLUMNS_MAX && !columns.contains(&name) {
            columns.push(name);
        }
    }
    let head: Vec<String> = columns
        .iter()
        .map(|name| format!("<th scope=\"col\">{}</th>", escaped(name)))
        .collect();
    let body: Vec<String> = rows
        .iter()
        .map(|(feature, members)| {
            let cells: Vec<String> = columns
                .iter()
                .map(|name| format!("<td>{}</td>", shown(members.get(*name))))
                .collect();
            format!(
                "<tr><th scope=\"row\"><a href=\"{base}/ogc/collections/{collection}/items/{}?f=html\">{}</a></th>{}</tr>",
                encoded(&feature.code),
                escaped(&feature.code),
                cells.concat()
            )
        })
        .collect();
    let content = format!(
        "<p>{}</p><p>{matched} elementos; aquí {}.</p>{}<div class=\"ancha\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">id</th>{}</tr></thead><tbody>{}</tbody></table></div>",
        escaped(about),
        features.len(),
        list_of_links(links),
        head.concat(),
        body.concat()
    );
    let trail = [
        (format!("{base}/ogc"), "Datos"),
        (format!("{base}/ogc/collections"), "Capas"),
        (format!("{base}/ogc/collections/{collection}"), title),
    ];
    page(title, &trail, &content, demonstration)
}

/// Columns of a table that people can still read.
const COLUMNS_MAX: usize = 24;

/// A feature as a table of what it has.
pub fn item(
    collection: &Collection,
    feature: &Feature,
    links: &[Link],
    base: &str,
    demonstration: bool,
) -> Response {
    let (title, _) = collections::words(collection);
    let rows: Vec<String> = members(collection, feature)
        .iter()
        .map(|(name, value)| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                escaped(name),
                shown(Some(value))
            )
        })
        .collect();
    let content = format!("{}<table>{}</table>", list_of_links(links), rows.concat());
    let trail = [
        (format!("{base}/ogc"), "Datos"),
        (format!("{base}/ogc/collections"), "Capas"),
        (
            format!("{base}/ogc/collections/{collection}/items?f=html"),
            title,
        ),
    ];
    page(&feature.code, &trail, &content, demonstration)
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => escaped(text),
        Some(Value::Bool(true)) => "sí".to_owned(),
        Some(Value::Bool(false)) => "no".to_owned(),
        Some(other) => escaped(&other.to_string()),
    }
}
