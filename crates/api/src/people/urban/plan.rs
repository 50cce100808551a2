//! Plans of control urbano.

use std::collections::BTreeMap;

use domain::{collection::Collection, feature::Feature, geometry, plan::Theme};
use geo_types::{Coord, Geometry, Polygon, Rect};
use office::checks::Surroundings;
use query::{Snapshot, attribute};

use super::super::{
    drawing::{Drawing, legend_of_color, legend_of_look, legend_of_zone},
    spanish,
};

/// Around the ground, in parts of its size.
const AROUND: f64 = 0.4;

/// A plan, what its looks mean, and where on it each zone and restriction is.
#[derive(Default)]
pub struct Plan {
    /// The drawing.
    pub svg: String,
    /// Lines of the legend.
    pub legend: Vec<String>,
    /// `zonificacion/…`, `restricciones/…`: the name of its group on the drawing.
    pub grounds: BTreeMap<String, String>,
}

/// The plan of a place, with what is proposed to stand there.
pub fn of_place(around: &Surroundings, footprint: Option<&Polygon<f64>>, themes: &[Theme]) -> Plan {
    let ground = geometry::bounds(&around.subject)
        .unwrap_or_else(|| Rect::new(Coord::default(), Coord::default()));
    let mut plan = Plan::default();
    let mut drawing = Drawing::of(ground, AROUND);
    plan.zones(&mut drawing, &around.zones);
    for road in &around.roads {
        drawing.shape(&road.geometry, "via", attribute(road, "nombre").as_deref());
    }
    for lot in &around.lots {
        drawing.shape(&lot.geometry, "lote", Some(&lot.code));
    }
    plan.overlays(&mut drawing, &around.overlays, themes);
    let name = around
        .parcel
        .as_deref()
        .unwrap_or("El lugar de la consulta");
    drawing.shape(&around.subject, "predio", Some(name));
    plan.legend
        .push(legend_of_look("predio", "El lugar de la consulta"));
    if let Some(footprint) = footprint {
        let shape = Geometry::Polygon(footprint.clone());
        drawing.shape(&shape, "trazo", Some("Huella del edificio"));
        plan.legend
            .push(legend_of_look("trazo", "Huella del edificio"));
    }
    plan.svg = drawing.svg(&format!("Plano de {name} con sus zonas y restricciones"));
    plan
}

impl Plan {
    fn zones(&mut self, drawing: &mut Drawing, zones: &[Feature]) {
        let mut classes = Vec::new();
        for zone in zones {
            if !drawing.shows(&zone.geometry) {
                continue;
            }
            let class = attribute(zone, "codigo").unwrap_or_default();
            let name = attribute(zone, "nombre").unwrap_or_else(|| class.clone());
            let place = self.place("zonificacion", &zone.code);
            drawing.group(&place, |drawing| {
                drawing.zone(&zone.geometry, &class, Some(&format!("{class}: {name}")));
            });
            if !classes.contains(&class) {
                self.legend
                    .push(legend_of_zone(&class, &format!("{class}: {name}")));
                classes.push(class);
            }
        }
    }

    fn overlays(&mut self, drawing: &mut Drawing, overlays: &[Feature], themes: &[Theme]) {
        let mut seen = Vec::new();
        for overlay in overlays {
            if !drawing.shows(&overlay.geometry) {
                continue;
            }
            let kind = attribute(overlay, "tipo").unwrap_or_default();
            let theme = themes.iter().find(|theme| theme.code == kind);
            let color = theme.map_or("#555555", |theme| &theme.color);
            let words = theme.map_or(kind.as_str(), |theme| &theme.name);
            let place = self.place("restricciones", &overlay.code);
            drawing.group(&place, |drawing| {
                drawing.restriction(&overlay.geometry, color, Some(words));
            });
            if !seen.contains(&kind) {
                self.legend.push(legend_of_color(color, words));
                seen.push(kind);
            }
        }
    }

    fn place(&mut self, layer: &str, code: &str) -> String {
        let name = format!("suelo-{}", self.grounds.len() + 1);
        self.grounds.insert(format!("{layer}/{code}"), name.clone());
        name
    }
}

/// Parcels on one plan: more would be a heavy page, and nobody would tell them apart.
const PARCELS_MAX: usize = 1_500;
/// The most of their roads.
const ROADS_MAX: usize = 400;

/// A plan of parcels in force, each with its look; and what it leaves out, in words.
pub fn of_parcels<'a>(
    snapshot: &Snapshot,
    looks: impl Iterator<Item = (&'a str, &'static str)>,
    words: &str,
) -> (String, String) {
    let found = looks.filter_map(|(code, look)| {
        let (_, parcel) = snapshot.parcel(&code.parse().ok()?)?;
        let ground = geometry::bounds(&parcel.geometry)?;
        Some((parcel, look, ground))
    });
    let mut found: Vec<_> = found.collect();
    let all = found.len();
    found.truncate(PARCELS_MAX);
    let grounds = found.iter().map(|(_, _, ground)| *ground);
    let Some(ground) = grounds.reduce(geometry::joined) else {
        return (String::new(), String::new());
    };
    let mut drawing = Drawing::of(ground, 0.05);
    let roads = snapshot
        .municipalities
        .values()
        .filter_map(|land| land.layer(&Collection::Roads));
    let roads = roads.flat_map(|layer| layer.near(ground).map(|place| &layer.features()[place]));
    for road in roads.take(ROADS_MAX) {
        drawing.shape(&road.geometry, "via", None);
    }
    for (parcel, look, _) in &found {
        drawing.shape(&parcel.geometry, look, Some(&parcel.code));
    }
    let left = if all > found.len() {
        format!(
            "En el plano están los primeros {} de {} predios; todos, en las descargas.",
            spanish::count(found.len()),
            spanish::count(all)
        )
    } else {
        String::new()
    };
    (drawing.svg(words), left)
}
