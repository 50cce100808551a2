//! A feature as a client sends it: GeoJSON, held to what a feature of ours can be before anything is done with it.

use geo_types::{
    Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};
use serde_json::{Map, Value};

use super::words::{self, not_a_geometry};
use crate::Problem;

/// Corners of one feature.
const VERTICES_MAX: usize = 50_000;
/// Attributes of one feature.
const ATTRIBUTES_MAX: usize = 200;
/// Letters of an attribute's name, and of its value.
const NAME_MAX: usize = 64;
const TEXT_MAX: usize = 10_000;

/// What was sent, in the client's coordinates.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// The `id` beside the geometry.
    pub(super) id: Option<String>,
    /// The shape; none where it says nothing of it.
    pub(super) geometry: Option<Geometry<f64>>,
    /// The properties.
    pub(super) properties: Map<String, Value>,
}

impl Sent {
    /// A whole feature.
    pub(super) fn whole(body: Value) -> Result<Self, Problem> {
        let Value::Object(mut body) = body else {
            return Err(words::not_a_feature());
        };
        match body.get("type").and_then(Value::as_str) {
            Some("Feature") => {}
            Some("FeatureCollection") => return Err(words::one_at_a_time()),
            _ => return Err(words::not_a_feature()),
        }
        let geometry = match body.remove("geometry") {
            None | Some(Value::Null) => return Err(words::no_geometry()),
            Some(geometry) => Some(geometry_of(&geometry)?),
        };
        Ok(Self {
            id: id_of(body.get("id"))?,
            geometry,
            properties: properties_of(body.remove("properties"))?,
        })
    }

    /// A merge patch (RFC 7396) of a feature: what it does not name stays.
    pub(super) fn patch(body: Value) -> Result<Self, Problem> {
        let Value::Object(mut body) = body else {
            return Err(words::not_a_patch());
        };
        let geometry = match body.remove("geometry") {
            None => None,
            Some(Value::Null) => return Err(words::no_geometry()),
            Some(geometry) => Some(geometry_of(&geometry)?),
        };
        let properties = properties_of(body.remove("properties"))?;
        body.retain(|name, value| name != "id" && !(name == "type" && value == "Feature"));
        if let Some(name) = body.keys().next() {
            return Err(words::not_of_a_feature(name));
        }
        Ok(Self {
            id: None,
            geometry,
            properties,
        })
    }
}

fn id_of(id: Option<&Value>) -> Result<Option<String>, Problem> {
    match id {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id.trim().to_owned()).filter(|id| !id.is_empty())),
        Some(Value::Number(id)) => Ok(Some(id.to_string())),
        Some(_) => Err(words::not_an_id()),
    }
}

fn properties_of(properties: Option<Value>) -> Result<Map<String, Value>, Problem> {
    let properties = match properties {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(properties)) => properties,
        Some(_) => return Err(words::not_properties()),
    };
    if properties.len() > ATTRIBUTES_MAX {
        return Err(words::too_many_attributes(ATTRIBUTES_MAX));
    }
    for (name, value) in &properties {
        let is_a_name =
            (1..=NAME_MAX).contains(&name.chars().count()) && !name.contains(char::is_control);
        if !is_a_name {
            return Err(words::not_a_name(NAME_MAX));
        }
        if let Value::String(text) = value
            && (text.chars().count() > TEXT_MAX || text.contains('\0'))
        {
            return Err(words::long_text(name, TEXT_MAX));
        }
    }
    Ok(properties)
}

/// Reads a geometry of RFC 7946 in two dimensions.
pub(crate) fn geometry_of(geometry: &Value) -> Result<Geometry<f64>, Problem> {
    let kind = geometry.get("type").and_then(Value::as_str);
    let kind = kind.ok_or_else(not_a_geometry)?;
    let coordinates = geometry.get("coordinates");
    let coordinates = || coordinates.ok_or_else(not_a_geometry);
    let mut left = VERTICES_MAX;
    let left = &mut left;
    Ok(match kind {
        "Point" => Geometry::Point(Point(position(coordinates()?, left)?)),
        "MultiPoint" => {
            let points = list(coordinates()?, left, position)?;
            Geometry::MultiPoint(MultiPoint(points.into_iter().map(Point).collect()))
        }
        "LineString" => Geometry::LineString(line(coordinates()?, left)?),
        "MultiLineString" => {
            Geometry::MultiLineString(MultiLineString(list(coordinates()?, left, line)?))
        }
        "Polygon" => Geometry::Polygon(polygon(coordinates()?, left)?),
        "MultiPolygon" => {
            Geometry::MultiPolygon(MultiPolygon(list(coordinates()?, left, polygon)?))
        }
        other => return Err(words::no_such_geometry(other)),
    })
}

fn list<T>(
    value: &Value,
    left: &mut usize,
    each: impl Fn(&Value, &mut usize) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    let list = value.as_array().ok_or_else(not_a_geometry)?;
    list.iter().map(|one| each(one, left)).collect()
}

fn position(value: &Value, left: &mut usize) -> Result<Coord<f64>, Problem> {
    *left = left
        .checked_sub(1)
        .ok_or_else(|| words::too_many_vertices(VERTICES_MAX))?;
    let numbers = value.as_array().ok_or_else(not_a_geometry)?;
    match numbers.as_slice() {
        [x, y] => {
            let (x, y) = (x.as_f64(), y.as_f64());
            let finite = |n: Option<f64>| n.filter(|n| n.is_finite()).ok_or_else(not_a_geometry);
            Ok(Coord {
                x: finite(x)?,
                y: finite(y)?,
            })
        }
        [_, _, _, ..] => Err(words::three_dimensions()),
        _ => Err(not_a_geometry()),
    }
}

fn line(value: &Value, left: &mut usize) -> Result<LineString<f64>, Problem> {
    let line = LineString(list(value, left, position)?);
    if line.0.len() < 2 {
        return Err(words::short_line());
    }
    Ok(line)
}

fn polygon(value: &Value, left: &mut usize) -> Result<Polygon<f64>, Problem> {
    let mut rings = list(value, left, |ring, left| {
        let ring = LineString(list(ring, left, position)?);
        if ring.0.len() < 4 || ring.0.first() != ring.0.last() {
            return Err(words::open_ring());
        }
        Ok(ring)
    })?
    .into_iter();
    let outer = rings.next().ok_or_else(words::open_ring)?;
    Ok(Polygon::new(outer, rings.collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(body: Value) -> String {
        Sent::whole(body).expect_err("a refusal").title
    }

    #[test]
    fn what_is_no_feature_is_refused_before_anything_is_done() {
        let feature =
            |geometry: Value| json!({"type": "Feature", "properties": {}, "geometry": geometry});
        let ring = json!([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]);
        assert!(Sent::whole(feature(json!({"type": "Polygon", "coordinates": [ring]}))).is_ok());
        for (geometry, word) in [
            (Value::Null, "no trae geometría"),
            (json!({"type": "Polygon"}), "no se entiende"),
            (
                json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}),
                "no está cerrado",
            ),
            (
                json!({"type": "Polygon", "coordinates": [[[0, 0, 5], [1, 0], [1, 1], [0, 0]]]}),
                "tres dimensiones",
            ),
            (
                json!({"type": "Point", "coordinates": ["a", 1]}),
                "no se entiende",
            ),
            (
                json!({"type": "GeometryCollection", "geometries": []}),
                "GeometryCollection",
            ),
        ] {
            let said = refused(feature(geometry.clone()));
            assert!(said.contains(word), "{geometry}: {said}");
        }
        assert!(refused(json!([])).contains("Feature"));
        assert!(refused(json!({"type": "FeatureCollection", "features": []})).contains("uno"));
        let long = json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]},
            "properties": {"a\u{7}": 1}});
        assert!(refused(long).contains("nombre"));
    }

    #[test]
    fn a_patch_names_what_changes_and_nothing_foreign() {
        let patch = Sent::patch(json!({"properties": {"uso": "comercial"}})).expect("a patch");
        assert_eq!(patch.properties.len(), 1);
        assert!(patch.geometry.is_none());
        assert!(Sent::patch(json!({"propiedades": {}})).is_err());
        assert!(Sent::patch(json!({"geometry": null})).is_err());
    }
}
