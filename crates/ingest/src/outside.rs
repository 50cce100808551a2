//! Features of others: read as they are, without a profile, and brought to the official projection. They are shown beside
//! the land and never become part of it, so none of its rules are asked.

use std::ops::ControlFlow;

use geo_types::Geometry;
use gis::file::{ShapeValue, Value, Want};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{Opening, Refusal, open};

/// A feature of others. Its attributes are text, which travels between processes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Outside {
    /// What its owner knows it by; its place in the file where the file does not say.
    pub fid: String,
    /// Its attributes: the text of a JSON object.
    pub attributes: String,
    /// Its shape in EPSG:32718; none where it has none, or none that can be held.
    pub geometry: Option<Geometry<f64>>,
}

/// Columns in which formats keep what a feature is known by.
const NAMED: [&str; 3] = ["gml_id", "id", "fid"];

/// Longest name of a feature, in characters.
const FID_MAX: usize = 200;

/// Reads the features of a file in its order, until `each` breaks off. Gives how many were read.
///
/// # Errors
/// When it cannot be opened, breaks off, or does not say where it lies.
pub fn outside(
    opening: &Opening,
    mut each: impl FnMut(Outside) -> ControlFlow<()>,
) -> Result<u64, Refusal> {
    let readable = open(opening)?;
    let Some(read_in) = readable.read_in() else {
        return Err(Refusal::NoCrs {
            layer: readable.source().layer_name().to_owned(),
        });
    };
    let source = readable.source();
    let fields = source.fields();
    let columns: Vec<usize> = (0..fields.len()).collect();
    let named = NAMED.iter().find_map(|name| {
        fields
            .iter()
            .position(|field| field.name.eq_ignore_ascii_case(name))
    });
    let mut count = 0;
    source.rows(&columns, Want::AttributesAndShape, |row| {
        count += 1;
        let geometry = match row.shape {
            ShapeValue::Geometry(mut shape) => read_in
                .to_official
                .apply(&mut shape)
                .is_ok()
                .then_some(shape),
            _ => None,
        };
        let fid = named
            .and_then(|at| row.values.get(at))
            .map(text)
            .filter(|fid| !fid.is_empty());
        let attributes: Map<String, Json> = fields
            .iter()
            .zip(&row.values)
            .filter_map(|(field, value)| Some((clean(&field.name), json(value)?)))
            .collect();
        each(Outside {
            fid: fid.unwrap_or_else(|| row.number.to_string()),
            attributes: Json::Object(attributes).to_string(),
            geometry,
        })
    })?;
    Ok(count)
}

fn json(value: &Value) -> Option<Json> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(clean(text).into()),
        Value::Integer(whole) => Some((*whole).into()),
        Value::Real(real) => Some((*real).into()),
    }
}

fn text(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::Text(text) => clean(text),
        Value::Integer(whole) => whole.to_string(),
        Value::Real(real) => real.to_string(),
    };
    text.chars().take(FID_MAX).collect()
}

/// No database keeps a zero in a text.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_others_is_read_as_it_is_and_moved() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rios.json");
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":"r.1","properties":{"nombre":"Mayo","largo":3.5},"geometry":{"type":"Point","coordinates":[-76.97,-6.03]}},
            {"type":"Feature","id":"r.2","properties":{"nombre":null},"geometry":null}]}"#;
        std::fs::write(&path, text).expect("written");
        let mut found = Vec::new();
        let opening = Opening {
            path,
            layer: None,
            source_crs: None,
        };
        let count = outside(&opening, |feature| {
            found.push(feature);
            ControlFlow::Continue(())
        })
        .expect("read");
        assert_eq!(count, 2);
        assert_eq!(found[0].fid, "r.1");
        let attributes: Json = serde_json::from_str(&found[0].attributes).expect("JSON");
        assert_eq!(attributes["nombre"], "Mayo");
        assert_eq!(attributes["largo"], 3.5);
        let Some(Geometry::Point(point)) = &found[0].geometry else {
            unreachable!("a point")
        };
        assert!((point.x() - 281_900.0).abs() < 1_000.0, "{point:?}");
        assert_eq!(found[1].geometry, None);
    }
}
