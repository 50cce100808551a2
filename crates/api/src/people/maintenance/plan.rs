//! The plans of maintenance: where one draws and chooses, and what was and would be.

use domain::geometry::bounds;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Rect};
use office::surveys::operations::{PlannedLot, Workplace};

use super::{
    super::{
        drawing::{Drawing, short_code},
        parcel::named,
        spanish,
    },
    task::Task,
    typed::Typed,
};
use crate::ogc::encoded;

/// What is seen around, in parts of the size.
const AROUND: f64 = 0.45;

/// A line as text: one «este norte» in a line.
pub fn written(line: &LineString<f64>) -> String {
    let corners: Vec<String> = line
        .coords()
        .map(|at| format!("{:.3} {:.3}", at.x, at.y))
        .collect();
    corners.join("\n")
}

/// The ring that a line divides, where there is only one.
pub fn ring(shape: &MultiPolygon<f64>) -> Option<String> {
    match &shape.0[..] {
        [part] if part.interiors().is_empty() => {
            let corners = part.exterior().coords();
            let corners: Vec<String> = corners
                .map(|at| format!("{:.3} {:.3}", at.x, at.y))
                .collect();
            Some(corners.join(";"))
        }
        _ => None,
    }
}

/// Length of a line in metres.
pub fn length_m(line: &LineString<f64>) -> f64 {
    line.lines().map(|side| side.dx().hypot(side.dy())).sum()
}

/// The sides of the parcel as directions of a cut: value, words, whether it is chosen.
pub fn sides(place: &Workplace, chosen: &str) -> Vec<(String, String, bool)> {
    const SIDES_MAX: usize = 26;
    let Some(ring) = place.data.rings.first() else {
        return Vec::new();
    };
    let count = ring.vertices.len();
    (0..count.min(SIDES_MAX))
        .map(|index| {
            let vertex = &ring.vertices[index];
            let along = ring.vertices[(index + 1) % count].at - vertex.at;
            // A cut has no sense of its own: half a turn is enough.
            let degrees = along.x.atan2(along.y).to_degrees().rem_euclid(180.0);
            let value = format!("{degrees:.4}");
            let words = format!(
                "al lado {} ({} m)",
                vertex.side,
                spanish::number(vertex.distance_m, 2)
            );
            let is_chosen = value == chosen;
            (value, words, is_chosen)
        })
        .collect()
}

/// The plan of a form.
pub fn form(place: &Workplace, task: Option<Task>, typed: &Typed) -> String {
    let shape = Geometry::MultiPolygon(place.shape.clone());
    let other = place
        .neighbour(typed.get("colindante"))
        .filter(|_| task == Some(Task::Border));
    let ground = match other.and_then(|other| other.both.as_ref()) {
        Some(both) => bounds(both),
        None => bounds(&shape),
    };
    let mut drawing = Drawing::of(ground.unwrap_or_else(nowhere), AROUND);
    streets(&mut drawing, place);
    for lot in &place.around {
        let beside = place.neighbour(&lot.code).is_some();
        let name = format!("Predio {}", lot.code);
        match task {
            Some(Task::Join) if beside => {
                let look = if typed.all("predios").any(|code| code == &*lot.code) {
                    "lote elegible elegido"
                } else {
                    "lote elegible"
                };
                drawing.link(&lot.geometry, look, &name, &format!("#v-{}", lot.code));
            }
            Some(Task::Border) if beside && other.is_none() => {
                let href = format!(
                    "/mantenimiento?predio={}&operacion=rectificar&colindante={}",
                    encoded(&place.code),
                    encoded(&lot.code)
                );
                drawing.link(&lot.geometry, "lote elegible", &name, &href);
            }
            _ if other.is_some_and(|other| other.code == *lot.code) => {
                drawing.shape(&lot.geometry, "vecino", Some(&name));
            }
            _ => drawing.shape(&lot.geometry, "lote", Some(&name)),
        }
    }
    drawing.shape(&shape, "predio", Some(&format!("Predio {}", place.code)));
    names(&mut drawing, place);
    let letters = drawing.letters_m() * 0.8;
    for ring in &place.data.rings {
        for (index, vertex) in ring.vertices.iter().enumerate() {
            let next = ring.vertices[(index + 1) % ring.vertices.len()].at;
            let side = geo_types::Line::new(vertex.at, next);
            drawing.along(side, letters, &spanish::number(vertex.distance_m, 2));
        }
    }
    drawing.svg(&format!(
        "Plano del predio {} y sus vecinos, norte arriba",
        place.code
    ))
}

/// What was and what would be.
pub fn before_and_after(place: &Workplace, retired: &[String], lots: &[PlannedLot]) -> String {
    let after = lots.iter().filter_map(|lot| bounds(&lot.ground));
    let ground = bounds(&place.shape)
        .into_iter()
        .chain(after)
        .reduce(domain::geometry::joined);
    let mut drawing = Drawing::of(ground.unwrap_or_else(nowhere), AROUND * 0.6);
    streets(&mut drawing, place);
    let own = Geometry::MultiPolygon(place.shape.clone());
    for lot in &place.around {
        drawing.shape(&lot.geometry, "lote", Some(&format!("Predio {}", lot.code)));
    }
    for lot in lots {
        let shape = Geometry::MultiPolygon(lot.ground.clone());
        drawing.shape(&shape, "despues", Some(&format!("Predio {}", lot.code)));
    }
    for lot in place.around.iter().filter(|lot| {
        retired.iter().any(|code| *code == *lot.code)
            || lots.iter().any(|one| one.code == *lot.code)
    }) {
        drawing.shape(
            &lot.geometry,
            "antes",
            Some(&format!("Predio {}, como es hoy", lot.code)),
        );
    }
    let look = if lots.is_empty() { "falta" } else { "antes" };
    drawing.shape(
        &own,
        look,
        Some(&format!("Predio {}, como es hoy", place.code)),
    );
    let letters = drawing.letters_m();
    for lot in lots {
        let shape = Geometry::MultiPolygon(lot.ground.clone());
        if let Some(at) = domain::survey::rules::place::middle(&shape) {
            drawing.text(at, letters, short_code(&lot.code));
            let below = at - Coord::from((0.0, letters * 1.2));
            drawing.text(below, letters * 0.8, &spanish::square_metres(lot.area_m2));
        }
    }
    drawing.svg("Plano de antes y después, norte arriba")
}

fn streets(drawing: &mut Drawing, place: &Workplace) {
    let letters = drawing.letters_m();
    for street in &place.streets {
        drawing.shape(&street.geometry, "via", None);
    }
    for street in &place.streets {
        if let Some(name) = named(street, "nombre") {
            let name: String = name.chars().take(40).collect();
            drawing.name_along(&street.geometry, letters, &name);
        }
    }
}

fn names(drawing: &mut Drawing, place: &Workplace) {
    let letters = drawing.letters_m();
    for lot in place
        .around
        .iter()
        .filter(|lot| place.neighbour(&lot.code).is_some())
    {
        if let Some(at) = domain::survey::rules::place::middle(&lot.geometry) {
            drawing.text(at, letters, short_code(&lot.code));
        }
    }
}

fn nowhere() -> Rect<f64> {
    Rect::new((0.0, 0.0), (0.0, 0.0))
}
