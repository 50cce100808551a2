//! Footprints of projects and works: GeoJSON in longitude and latitude at the doors, EPSG:32718 inside; and what else both
//! read from the attributes of a feature, which a file may have brought.

use std::borrow::Cow;

use chrono::NaiveDate;
use domain::{collection::Collection, geometry::apart_m, id::Ubigeo, survey::rules};
use geo_types::{Coord, Geometry, Rect};
use query::{Snapshot, attribute};
use serde_json::{Map, Value};

use crate::{Kind, Problem, surveys::edits::geometry_of};

/// A footprint as a client draws it, in EPSG:32718.
pub(crate) fn official(drawn: &Value) -> Result<Geometry<f64>, Problem> {
    let lon_lat = geometry_of(drawn)?;
    gis::crs::geometry_from_lon_lat(&lon_lat).map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "Las coordenadas de la huella no existen.",
            "Son longitud y latitud en grados, en ese orden, como [-76.97, -6.03].",
        )
    })
}

/// A footprint as GeoJSON.
pub(crate) fn drawn(official: &Geometry<f64>) -> Value {
    crate::view::work::geo_json(official)
        .and_then(|json| serde_json::from_str(json.get()).ok())
        .unwrap_or_default()
}

/// The municipality in which a footprint lies, by the middle of its box.
pub(crate) fn municipality(
    snapshot: &Snapshot,
    shape: &Geometry<f64>,
    said: Option<Ubigeo>,
) -> Result<Ubigeo, Problem> {
    if let Some(ubigeo) = said {
        if snapshot.municipalities.contains_key(&ubigeo) {
            return Ok(ubigeo);
        }
        return Err(Problem::new(
            Kind::BadRequest,
            format!("El municipio {ubigeo} no está en el servicio."),
            "Los que hay están en /ogc/collections/municipios/items.",
        ));
    }
    let found = rules::place::middle(shape).and_then(|at| snapshot.municipality_at(at));
    found.map(|land| land.municipality.ubigeo).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            "La huella no está en ningún municipio de la provincia.",
            "Compruebe las coordenadas (longitud y latitud), o diga el municipio en «ubigeo».",
        )
    })
}

/// The name of the street along which a footprint lies: the nearest one to the middle of it, within so many metres.
pub(crate) fn street(
    snapshot: &Snapshot,
    ubigeo: Ubigeo,
    shape: &Geometry<f64>,
    within_m: f64,
) -> Option<String> {
    let at = middle_of(shape)?;
    let roads = snapshot
        .municipalities
        .get(&ubigeo)?
        .layer(&Collection::Roads)?;
    let place = Geometry::Point(at.into());
    let near = roads
        .near(grown(Rect::new(at, at), within_m))
        .filter_map(|index| roads.features().get(index))
        .map(|road| (apart_m(&road.geometry, &place), road))
        .filter(|(apart, _)| *apart <= within_m);
    let nearest = near.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.code.cmp(&b.1.code)))?;
    attribute(nearest.1, "nombre")
}

/// A point on the shape about its middle: of a line half-way along its corners, else of its box.
fn middle_of(shape: &Geometry<f64>) -> Option<Coord<f64>> {
    let half = |line: &geo_types::LineString<f64>| {
        let at = line.0.len() / 2;
        match (line.0.get(at.checked_sub(1)?), line.0.get(at)) {
            (Some(a), Some(b)) => Some((*a + *b) / 2.0),
            _ => None,
        }
    };
    match shape {
        Geometry::LineString(line) => half(line),
        Geometry::MultiLineString(lines) => lines.0.first().and_then(half),
        _ => rules::place::middle(shape),
    }
}

/// A box with so much around it.
pub(crate) fn grown(ground: Rect<f64>, metres: f64) -> Rect<f64> {
    let around = Coord {
        x: metres,
        y: metres,
    };
    Rect::new(ground.min() - around, ground.max() + around)
}

/// Attributes of a feature, as they are kept.
pub(crate) fn members(attributes: &str) -> Map<String, Value> {
    serde_json::from_str(attributes).unwrap_or_default()
}

/// The same, as they are meant.
pub(crate) struct Read<'a>(Cow<'a, Map<String, Value>>);

impl Read<'static> {
    pub(crate) fn of(attributes: &str) -> Self {
        Self(Cow::Owned(members(attributes)))
    }
}

impl<'a> From<&'a Map<String, Value>> for Read<'a> {
    fn from(members: &'a Map<String, Value>) -> Self {
        Self(Cow::Borrowed(members))
    }
}

impl Read<'_> {
    /// A text, or what a file wrote as a number; none where it is empty.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        match self.0.get(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .filter(|number| number.is_finite())
    }

    /// A day, as ISO or as people write it.
    pub(crate) fn day(&self, name: &str) -> Option<NaiveDate> {
        let text = self.text(name)?;
        let text = text.split(['T', ' ']).next().unwrap_or_default();
        text.parse()
            .ok()
            .or_else(|| NaiveDate::parse_from_str(text, "%d/%m/%Y").ok())
    }

    /// Whether it is said: `true`, `si`, `1`.
    pub(crate) fn truth(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(truth)) => *truth,
            Some(Value::Number(number)) => number.as_f64() == Some(1.0),
            Some(Value::String(text)) => {
                ["si", "true", "1", "verdadero"].contains(&query::folded(text.trim()).as_str())
            }
            _ => false,
        }
    }
}

/// A text of so many letters.
pub(crate) fn told(
    text: &str,
    name: &str,
    letters: std::ops::RangeInclusive<usize>,
) -> Result<String, Problem> {
    let text = text.trim();
    if letters.contains(&text.chars().count()) && !text.contains('\0') {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        Kind::BadRequest,
        format!("«{name}» es demasiado corto o demasiado largo."),
        format!("Escriba de {} a {} letras.", letters.start(), letters.end()),
    ))
}

/// The value of a closed list, by its name.
pub(crate) fn named<T: std::str::FromStr>(
    text: &str,
    name: &str,
    known: &[&str],
) -> Result<T, Problem> {
    text.parse().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            format!("«{text}» no vale para «{name}»."),
            format!("Se admiten: {}.", known.join(", ")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_brought_is_read_as_people_mean_it() {
        let read = Read::of(
            r#"{"a": "Sí", "b": 1, "c": "no", "d": "31/12/2026", "e": "2026-12-31T00:00:00", "f": "12.5", "g": " "}"#,
        );
        assert!(read.truth("a") && read.truth("b"));
        assert!(!read.truth("c") && !read.truth("z"));
        assert_eq!(read.day("d"), read.day("e"));
        assert!(read.day("d").is_some());
        assert_eq!(read.number("f"), Some(12.5));
        assert_eq!(read.text("g"), None);
    }
}
