//! Features as rows: CSV as it goes, GeoPackage and FlatGeobuf through GDAL.

use std::path::Path;

use domain::{
    collection::Collection,
    feature::Feature,
    filter::{Kind, Queryable},
};
pub use gis::export::Container;
use gis::{
    crs::Served,
    export::{NotWritten, write},
    file::{FieldKind, Value as Cell},
    package::{Column, Table},
};
use serde_json::{Map, Value};

use super::geojson::{NoSuchPlace, members};

/// The columns of a layer, in the order of what can be asked of it; its shape goes apart.
pub struct Columns(Vec<Queryable>);

impl Columns {
    /// Those of `queryables` that are named, or all.
    pub fn new(queryables: Vec<Queryable>, only: Option<&[String]>) -> Self {
        let mut columns = queryables;
        columns.retain(|one| {
            one.kind != Kind::Shape
                && *one.name != *"id"
                && only.is_none_or(|only| only.iter().any(|name| **name == *one.name))
        });
        Self(columns)
    }

    /// The first line of a CSV: the identifier, the columns, and the shape as well-known text.
    pub fn csv_head(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"id");
        for column in &self.0 {
            out.push(b',');
            cell(&column.name, out);
        }
        out.extend_from_slice(b",wkt\r\n");
    }

    /// Writes features as lines of a CSV, with shapes in a reference system.
    pub fn csv(
        &self,
        collection: &Collection,
        features: &[&Feature],
        crs: &Served,
        out: &mut Vec<u8>,
    ) -> Result<(), NoSuchPlace> {
        for feature in features {
            let members = members(collection, feature);
            cell(&feature.code, out);
            for column in &self.0 {
                out.push(b',');
                match members.get(&*column.name) {
                    None | Some(Value::Null) => {}
                    Some(Value::String(text)) => cell(text, out),
                    Some(other) => cell(&other.to_string(), out),
                }
            }
            let mut shape = feature.geometry.clone();
            crs.geometry_from_official(&mut shape)
                .map_err(|_| NoSuchPlace)?;
            out.push(b',');
            cell(
                &gis::export::well_known_text(&shape, if crs.degrees { 9 } else { 4 }),
                out,
            );
            out.extend_from_slice(b"\r\n");
        }
        Ok(())
    }

    /// Writes features into a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file<'a>(
        &self,
        path: &Path,
        container: Container,
        collection: &Collection,
        features: impl Iterator<Item = &'a Feature>,
        crs: &Served,
    ) -> Result<(), NotWritten> {
        let identifier = Column {
            name: "id".to_owned(),
            kind: FieldKind::Text,
            choices: Vec::new(),
        };
        // SQLite tells no upper case from lower, and the key and the shape have names of their own.
        let mut taken: Vec<String> = ["id", "fid", "geom"].map(str::to_owned).into();
        let mut free = |name: &str| {
            let mut name = name.to_owned();
            while taken.contains(&name.to_lowercase()) {
                name.push('_');
            }
            taken.push(name.to_lowercase());
            name
        };
        let columns = self.0.iter().map(|one| Column {
            name: free(&one.name),
            kind: match one.kind {
                Kind::Number => FieldKind::Real,
                _ => FieldKind::Text,
            },
            choices: Vec::new(),
        });
        let table = Table {
            name: collection.name(),
            shapes: collection.shapes(),
            columns: std::iter::once(identifier).chain(columns).collect(),
        };
        let rows = features.map(|feature| (self.cells(collection, feature), &feature.geometry));
        write(path, container, &table, rows, crs)
    }

    fn cells(&self, collection: &Collection, feature: &Feature) -> Vec<Cell> {
        let members: Map<String, Value> = members(collection, feature);
        let cells = self
            .0
            .iter()
            .map(|column| match members.get(&*column.name) {
                None | Some(Value::Null) => Cell::Null,
                Some(Value::String(text)) => Cell::Text(text.clone()),
                Some(Value::Number(number)) if column.kind == Kind::Number => {
                    number.as_f64().map_or(Cell::Null, Cell::Real)
                }
                Some(other) => Cell::Text(other.to_string()),
            });
        std::iter::once(Cell::Text(feature.code.to_string()))
            .chain(cells)
            .collect()
    }
}

/// A cell of a CSV (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe.
pub fn cell(text: &str, out: &mut Vec<u8>) {
    let formula = text.starts_with(['=', '+', '@', '\t', '\r'])
        || (text.starts_with('-') && text.parse::<f64>().is_err());
    if !formula && !text.contains(['"', ',', '\n', '\r']) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    if formula {
        out.push(b'\'');
    }
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_defused() {
        let written = |text: &str| {
            let mut out = Vec::new();
            cell(text, &mut out);
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(written("vivienda"), "vivienda");
        assert_eq!(written("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(written("=1+1"), "\"'=1+1\"");
        assert_eq!(written("-5.2"), "-5.2");
        assert_eq!(written("-cmd"), "\"'-cmd\"");
    }
}
