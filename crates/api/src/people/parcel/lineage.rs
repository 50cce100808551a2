//! From which parcels one comes and which came from it: as a drawing, ancestors to the left, and as a list.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::{DateTime, Utc};
use office::view::{History, Kin};

use super::super::{escaped, spanish, text::Text};
use crate::ogc::encoded;

/// One act between parcels, in words.
pub struct Act {
    /// The other parcel.
    pub code: String,
    /// Its address.
    pub href: String,
    /// What was done.
    pub name: &'static str,
    /// When.
    pub day: String,
    /// Why.
    pub reason: Text,
    /// How many acts away.
    pub steps: i32,
    /// From which parcel.
    pub from: String,
    /// To which parcel.
    pub to: String,
}

/// The acts on one side, the nearest first.
pub fn acts(kin: &[Kin], other: fn(&Kin) -> &String) -> Vec<Act> {
    let one = |kin: &Kin| {
        let code = other(kin);
        Act {
            code: code.clone(),
            href: format!("/predios/{}", encoded(code)),
            name: act(&kin.operation),
            day: day(&kin.at),
            reason: Text::of(&kin.reason),
            steps: kin.steps,
            from: kin.parent.clone(),
            to: kin.child.clone(),
        }
    };
    kin.iter().map(one).collect()
}

fn act(operation: &str) -> &'static str {
    match operation {
        "subdivision" => "Subdivisión",
        "acumulacion" => "Acumulación",
        "renumeracion" => "Renumeración",
        "reajuste" => "Reajuste",
        _ => "Cambio",
    }
}

fn day(moment: &str) -> String {
    let read = DateTime::parse_from_rfc3339(moment);
    read.map_or_else(
        |_| moment.to_owned(),
        |at| spanish::day(domain::time::day_at(at.with_timezone(&Utc))),
    )
}

/// Parcels that a drawing shows; the list has all of them.
const NODES_MAX: usize = 60;
const WIDTH: i32 = 168;
const HEIGHT: i32 = 46;
const ACROSS: i32 = 54;
const DOWN: i32 = 16;

/// A parcel on the drawing: its column (ancestors below zero), and what is said under its code.
struct Node {
    column: i32,
    words: String,
}

/// The drawing; empty where there is no kin.
pub fn graph(code: &str, history: &History) -> String {
    if history.ancestors.is_empty() && history.descendants.is_empty() {
        return String::new();
    }
    let mut nodes: BTreeMap<&str, Node> = BTreeMap::new();
    let own = Node {
        column: 0,
        words: "este predio".to_owned(),
    };
    nodes.insert(code, own);
    let mut links: Vec<(&str, &str)> = Vec::new();
    for (kin, sign) in [(&history.ancestors, -1), (&history.descendants, 1)] {
        for link in kin {
            let other: &str = if sign < 0 { &link.parent } else { &link.child };
            if nodes.len() >= NODES_MAX && !nodes.contains_key(other) {
                continue;
            }
            let node = nodes.entry(other).or_insert_with(|| Node {
                column: sign * link.steps,
                words: format!("{} · {}", act(&link.operation), day(&link.at)),
            });
            // Of two ways to it the longer one: no arrow goes backwards.
            if other != code && node.column.abs() < link.steps {
                node.column = sign * link.steps;
            }
            links.push((&link.parent, &link.child));
        }
    }
    drawn(code, &nodes, &links)
}

fn drawn(code: &str, nodes: &BTreeMap<&str, Node>, links: &[(&str, &str)]) -> String {
    let mut columns: BTreeMap<i32, Vec<&str>> = BTreeMap::new();
    for (code, node) in nodes {
        columns.entry(node.column).or_default().push(code);
    }
    let tallest = columns.values().map(Vec::len).max().unwrap_or(1);
    let span = |count: usize, size: i32, gap: i32| {
        let count = i32::try_from(count).unwrap_or(1);
        count * (size + gap) - gap
    };
    let height = span(tallest, HEIGHT, DOWN) + 8;
    let width = span(columns.len(), WIDTH, ACROSS) + 8;
    let mut places: BTreeMap<&str, (i32, i32)> = BTreeMap::new();
    for (index, codes) in columns.values().enumerate() {
        let x = 4 + span(index + 1, WIDTH, ACROSS) - WIDTH;
        let top = (height - span(codes.len(), HEIGHT, DOWN)) / 2;
        for (row, code) in codes.iter().enumerate() {
            places.insert(code, (x, top + span(row + 1, HEIGHT, DOWN) - HEIGHT));
        }
    }
    let mut body = String::new();
    for (parent, child) in links {
        if let (Some((px, py)), Some((cx, cy))) = (places.get(parent), places.get(child)) {
            let (px, py, cy) = (px + WIDTH, py + HEIGHT / 2, cy + HEIGHT / 2);
            let _ = write!(
                body,
                "<path d=\"M{px} {py}L{} {cy}\" marker-end=\"url(#flecha)\"/>",
                cx - 3
            );
        }
    }
    for (other, (x, y)) in &places {
        let words = nodes.get(other).map_or("", |node| &node.words);
        let look = if *other == code {
            " class=\"propio\""
        } else {
            ""
        };
        let middle = x + WIDTH / 2;
        let _ = write!(
            body,
            "<a href=\"/predios/{}\"><rect{look} x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"5\"/><text x=\"{middle}\" y=\"{}\">{}</text><text class=\"suave\" x=\"{middle}\" y=\"{}\">{}</text></a>",
            encoded(other),
            y + 20,
            escaped(other),
            y + 37,
            escaped(words)
        );
    }
    format!(
        "<svg class=\"linaje\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-label=\"Linaje: a la izquierda los predios de que viene, a la derecha los que vinieron de él\"><defs><marker id=\"flecha\" markerWidth=\"7\" markerHeight=\"7\" refX=\"5\" refY=\"3\" orient=\"auto\"><path d=\"M0 0L6 3L0 6\"/></marker></defs>{body}</svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kin(parent: &str, child: &str, steps: i32) -> Kin {
        Kin {
            operation: "subdivision".to_owned(),
            parent: parent.to_owned(),
            child: child.to_owned(),
            change: 1,
            at: "2026-11-27T03:00:00+00:00".to_owned(),
            reason: "<b>".to_owned(),
            document: None,
            steps,
        }
    }

    #[test]
    fn ancestors_are_left_and_descendants_right() {
        let history = History {
            code: "B".to_owned(),
            versions: Vec::new(),
            ancestors: vec![kin("A", "B", 1)],
            descendants: vec![kin("B", "C", 1), kin("B", "D", 1)],
        };
        let svg = graph("B", &history);
        let x = |code: &str| -> i32 {
            let node = svg
                .split_once(&format!("<a href=\"/predios/{code}\">"))
                .expect("a node")
                .1;
            let x = node.split_once("x=\"").expect("a place").1;
            x.split('"')
                .next()
                .and_then(|x| x.parse().ok())
                .expect("a number")
        };
        assert!(
            x("A") < x("B") && x("B") < x("C") && x("C") == x("D"),
            "{svg}"
        );
        assert!(svg.contains("Subdivisión · 26/11/2026"), "{svg}");
        assert_eq!(svg.matches("marker-end").count(), 3);
        let acts = acts(&history.descendants, |kin| &kin.child);
        assert_eq!(
            (acts.len(), &*acts[0].code, acts[0].name),
            (2, "C", "Subdivisión")
        );
        let alone = History {
            ancestors: Vec::new(),
            descendants: Vec::new(),
            ..history
        };
        assert_eq!(graph("B", &alone), "");
    }
}
