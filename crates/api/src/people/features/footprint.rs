//! A footprint as it is typed or drawn: corners, one a line, and what they make.

use domain::{collection::Collection, geometry::bounds};
use geo_types::{Coord, Geometry};
use office::{Kind, Office, Problem, place};
use serde_json::{Value, json};

use crate::people::{drawing::Drawing, filled::Filled, surroundings};

/// What corners make: name and words. The names are those that the drawing script knows.
pub fn forms() -> [(&'static str, &'static str); 3] {
    [
        ("punto", "Un punto"),
        ("linea", "Una línea"),
        ("poligono", "Una superficie"),
    ]
}

/// The form that was chosen; a line, where none was.
pub fn form(typed: &Filled) -> &'static str {
    let typed = typed.typed("forma");
    let known = forms().into_iter().find(|(name, _)| *name == typed);
    known.map_or("linea", |(name, _)| name)
}

/// The footprint as GeoJSON; none where no corner was typed.
pub fn read(typed: &Filled) -> Result<Option<Value>, Problem> {
    let Some(text) = typed.said("huella") else {
        return Ok(None);
    };
    let corners = text
        .split(['\n', ';'])
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let mut corners: Vec<[f64; 2]> = corners.map(place::typed).collect::<Result<_, _>>()?;
    let few = |least: &str| {
        Problem::new(
            Kind::BadRequest,
            "A la huella le faltan vértices.",
            format!(
                "{least}, uno por línea: el este y el norte en metros, o la longitud y la latitud."
            ),
        )
    };
    Ok(Some(match form(typed) {
        "punto" => match corners[..] {
            [point] => json!({"type": "Point", "coordinates": point}),
            _ => return Err(few("Un punto tiene un solo vértice")),
        },
        "poligono" => {
            if corners.len() < 3 {
                return Err(few("Una superficie tiene tres o más"));
            }
            if corners.first() != corners.last() {
                corners.extend(corners.first().copied());
            }
            json!({"type": "Polygon", "coordinates": [corners]})
        }
        _ if corners.len() < 2 => return Err(few("Una línea tiene dos o más")),
        _ => json!({"type": "LineString", "coordinates": corners}),
    }))
}

/// The form and the corners of a footprint, to be edited; none where it has parts or holes.
pub fn corners(shape: &Geometry<f64>) -> Option<(&'static str, String)> {
    let lines = |corners: &[Coord<f64>]| {
        let lines: Vec<String> = corners
            .iter()
            .map(|at| format!("{:.3} {:.3}", at.x, at.y))
            .collect();
        lines.join("\n")
    };
    let ring = |area: &geo_types::Polygon<f64>| {
        let ring = &area.exterior().0;
        area.interiors()
            .is_empty()
            .then(|| ("poligono", lines(&ring[..ring.len().saturating_sub(1)])))
    };
    match shape {
        Geometry::Point(point) => Some(("punto", lines(&[point.0]))),
        Geometry::LineString(line) => Some(("linea", lines(&line.0))),
        Geometry::MultiLineString(axis) if axis.0.len() == 1 => {
            Some(("linea", lines(&axis.0[0].0)))
        }
        Geometry::Polygon(area) => ring(area),
        Geometry::MultiPolygon(areas) if areas.0.len() == 1 => ring(&areas.0[0]),
        _ => None,
    }
}

/// The plan on which somebody draws: around what is there, or the blocks of a municipality.
pub fn plan(office: &Office, place: &str, standing: Option<&Geometry<f64>>) -> Option<String> {
    let snapshot = office.feed.snapshot();
    if let Some(shape) = standing {
        let plan = surroundings::plan(&snapshot, shape, "la huella de hoy", false);
        return plan.map(|plan| plan.svg);
    }
    let land = snapshot.municipalities.get(&place.parse().ok()?)?;
    let layer = land.layer(&Collection::Manzanas)?;
    // A town from above, not its fields: where most of its blocks are.
    let ground = layer.bounds()?;
    let middle = layer.features().get(layer.features().len() / 2)?;
    let seen = if ground.width().max(ground.height()) > 1_500.0 {
        bounds(&middle.geometry)?
    } else {
        ground
    };
    let around = (900.0 / seen.width().max(seen.height()).max(1.0)).clamp(0.1, 8.0);
    let around = if seen == ground { 0.1 } else { around };
    let mut drawing = Drawing::of(seen, around);
    surroundings::blocks(&snapshot, &mut drawing);
    Some(drawing.svg("Plano del municipio, para dibujar la huella; el norte está arriba"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(form: &str, corners: &str) -> Filled {
        Filled::of([("forma", form), ("huella", corners)])
    }

    #[test]
    fn corners_make_what_was_chosen() {
        let kind = |form: &str, corners: &str| {
            read(&typed(form, corners))
                .map(|read| read.map(|shape| shape["type"].as_str().unwrap_or_default().to_owned()))
        };
        assert_eq!(kind("linea", " "), Ok(None));
        assert_eq!(kind("punto", "-76.97 -6.03"), Ok(Some("Point".to_owned())));
        let three = "-76.97 -6.03\n-76.96 -6.03; -76.96,-6.02";
        assert_eq!(kind("linea", three), Ok(Some("LineString".to_owned())));
        assert_eq!(kind("poligono", three), Ok(Some("Polygon".to_owned())));
        assert!(kind("punto", three).is_err());
        assert!(kind("linea", "-76.97 -6.03").is_err());
        assert!(kind("poligono", "-76.97 -6.03\n-76.96 -6.03").is_err());
        assert!(kind("linea", "por ahí").is_err());
    }
}
