//! The plan of a card: the parcel with the lengths of its sides, and what lies around it.

use std::collections::BTreeMap;

use domain::{
    feature::Feature, geometry::bounds, parcel::RingKind, plan::Theme, survey::rules::place::middle,
};
use geo_types::{Geometry, Line, Rect};
use office::card::Standing;
use serde_json::{Map, Value};

use super::{
    super::{
        drawing::{self, Drawing},
        spanish,
    },
    facts::theme_name,
};
use crate::ogc::encoded;

/// What is seen around a parcel, in parts of its size.
const AROUND: f64 = 0.55;
/// Lots that a plan shows as links; of more only the neighbours are.
const LOTS_MAX: usize = 220;
/// Vertices that a plan names.
const NAMED_MAX: usize = 26;
/// A colour where a theme is not known.
const NO_THEME: &str = "#7f7f7f";

/// The plan, and the lines of its legend.
pub fn drawn(code: &str, standing: &Standing, themes: &[Theme], when: &str) -> (String, String) {
    let shape = Geometry::MultiPolygon(standing.shape.clone());
    let window = bounds(&shape).unwrap_or_else(|| Rect::new((0.0, 0.0), (0.0, 0.0)));
    let mut drawing = Drawing::of(window, AROUND);
    let seen = drawing.window();
    let letters = drawing.letters_m();
    let legend = grounds(&mut drawing, standing, themes);
    for block in &standing.around.blocks {
        drawing.shape(
            &block.geometry,
            "manzana",
            Some(&format!("Manzana {}", block.code)),
        );
    }
    for street in &standing.around.streets {
        let name = text(street, "nombre").unwrap_or_default();
        drawing.shape(
            &street.geometry,
            "via",
            Some(&name)
                .filter(|name| !name.is_empty())
                .map(String::as_str),
        );
    }
    neighbours(&mut drawing, standing, seen, when);
    drawing.shape(&shape, "predio", Some(&format!("Predio {code}")));
    for street in &standing.around.streets {
        if let Some(name) = text(street, "nombre") {
            let short: String = name.chars().take(40).collect();
            drawing.name_along(&street.geometry, letters, &short);
        }
    }
    measures(&mut drawing, standing, letters * 0.85);
    (drawing.svg(&words(code, standing)), legend)
}

/// Zones and restrictions, each with its line of the legend.
fn grounds(drawing: &mut Drawing, standing: &Standing, themes: &[Theme]) -> String {
    let seen = drawing.window();
    let mut classes: BTreeMap<String, String> = BTreeMap::new();
    for zone in shown(&standing.around.zones, seen) {
        let class = text(zone, "codigo").unwrap_or_default();
        let name = text(zone, "nombre").unwrap_or_default();
        let words: String = format!("Zona {class} {name}").chars().take(80).collect();
        drawing.zone(&zone.geometry, &class, Some(&words));
        classes.entry(class).or_insert(words);
    }
    let mut kinds: BTreeMap<String, (String, String)> = BTreeMap::new();
    for overlay in shown(&standing.around.overlays, seen) {
        let kind = text(overlay, "tipo");
        let theme = themes
            .iter()
            .find(|theme| Some(&theme.code) == kind.as_ref());
        let color = theme.map_or(NO_THEME, |theme| &theme.color);
        let name = theme_name(themes, kind.as_deref());
        drawing.restriction(&overlay.geometry, color, Some(&name));
        kinds
            .entry(kind.unwrap_or_default())
            .or_insert((color.to_owned(), name));
    }
    let mut legend = drawing::legend_of_look("predio", "este predio");
    legend.push_str(&drawing::legend_of_look("lote", "otros lotes"));
    legend.push_str(&drawing::legend_of_look("manzana", "manzana"));
    for (class, words) in &classes {
        legend.push_str(&drawing::legend_of_zone(class, words));
    }
    for (color, name) in kinds.values() {
        legend.push_str(&drawing::legend_of_color(color, name));
    }
    legend
}

fn neighbours(drawing: &mut Drawing, standing: &Standing, seen: Rect<f64>, when: &str) {
    let beside = standing.borders.neighbours();
    let lots: Vec<&Feature> = shown(&standing.around.parcels, seen).collect();
    let few = lots.len() <= LOTS_MAX;
    for lot in lots.iter().filter(|lot| few || beside.contains(&*lot.code)) {
        let href = format!("/predios/{}{when}", encoded(&lot.code));
        drawing.link(
            &lot.geometry,
            "lote",
            &format!("Predio {}", lot.code),
            &href,
        );
    }
    let letters = drawing.letters_m() * 0.8;
    for lot in lots.iter().filter(|lot| beside.contains(&*lot.code)) {
        if let Some(at) = middle(&lot.geometry) {
            drawing.text(at, letters, drawing::short_code(&lot.code));
        }
    }
}

/// The lengths of its sides outside of them, the names of its corners.
fn measures(drawing: &mut Drawing, standing: &Standing, letters: f64) {
    let count: usize = standing
        .data
        .rings
        .iter()
        .map(|ring| ring.vertices.len())
        .sum();
    for ring in &standing.data.rings {
        for (index, vertex) in ring.vertices.iter().enumerate() {
            let next = ring.vertices[(index + 1) % ring.vertices.len()].at;
            // Rings are walked clockwise: around the parcel the outside is to the left, around a hole to the right.
            let side = match ring.kind {
                RingKind::Outer => Line::new(vertex.at, next),
                RingKind::Hole => Line::new(next, vertex.at),
            };
            drawing.along(side, letters, &spanish::number(vertex.distance_m, 2));
            if count <= NAMED_MAX {
                drawing.text(vertex.at, letters * 0.8, &vertex.name);
            }
        }
    }
}

fn shown(features: &[Feature], seen: Rect<f64>) -> impl Iterator<Item = &Feature> {
    features.iter().filter(move |feature| {
        bounds(&feature.geometry).is_some_and(|ground| {
            seen.min().x <= ground.max().x
                && ground.min().x <= seen.max().x
                && seen.min().y <= ground.max().y
                && ground.min().y <= seen.max().y
        })
    })
}

/// An attribute that is text.
pub fn text(feature: &Feature, name: &str) -> Option<String> {
    let attributes: Map<String, Value> =
        serde_json::from_str(&feature.attributes).unwrap_or_default();
    let text = attributes.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn words(code: &str, standing: &Standing) -> String {
    let classes: Vec<&str> = standing
        .check
        .zonificacion
        .iter()
        .filter_map(|zone| zone.codigo.as_deref())
        .collect();
    format!(
        "Plano del predio {code}, norte arriba: {}, perímetro {} m, {} colindantes, zonas {}",
        spanish::square_metres(standing.data.area_m2),
        spanish::number(standing.data.perimeter_m, 2),
        standing.borders.neighbours().len(),
        if classes.is_empty() {
            "ninguna".to_owned()
        } else {
            classes.join(", ")
        }
    )
}
