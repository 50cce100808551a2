//! Parcels with what was found of each, as JSON, GeoJSON or a table.

use domain::{collection::Collection, feature::Feature};
use query::encode::geojson;
use serde_json::{Map, Value};

use super::world::World;
use crate::{Kind, Problem};

/// In which form parcels are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Form {
    /// A JSON object.
    #[default]
    Json,
    /// GeoJSON, with the shapes of the parcels.
    GeoJson,
    /// A table with commas (RFC 4180), for spreadsheets.
    Csv,
}

/// Parcels and what was found of each.
pub(crate) struct Listing<'a> {
    pub(crate) world: &'a World,
    /// What is said of all of them.
    pub(crate) head: Map<String, Value>,
    /// Members of a row, in the order of the table.
    pub(crate) columns: &'static [&'static str],
    /// The parcel by its place in the layer, and its row.
    pub(crate) rows: Vec<(usize, Map<String, Value>)>,
}

impl std::str::FromStr for Form {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "json" => Ok(Self::Json),
            "geojson" => Ok(Self::GeoJson),
            "csv" => Ok(Self::Csv),
            _ => Err(()),
        }
    }
}

impl Form {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GeoJson => "application/geo+json",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

impl Listing<'_> {
    /// Its text.
    pub(crate) fn text(self, form: Form) -> Result<Vec<u8>, Problem> {
        match form {
            Form::Json => Ok(self.json()),
            Form::GeoJson => self.geojson(),
            Form::Csv => self.csv(),
        }
    }

    fn json(self) -> Vec<u8> {
        let mut head = self.head;
        let rows = self.rows.into_iter().map(|(_, row)| Value::Object(row));
        head.insert("predios".to_owned(), rows.collect());
        Value::Object(head).to_string().into_bytes()
    }

    fn geojson(self) -> Result<Vec<u8>, Problem> {
        let mut out = Vec::new();
        out.extend_from_slice(br#"{"type":"FeatureCollection""#);
        for (name, value) in &self.head {
            out.push(b',');
            geojson::string(name, &mut out);
            out.push(b':');
            out.extend_from_slice(value.to_string().as_bytes());
        }
        out.extend_from_slice(br#","features":["#);
        for (number, (place, row)) in self.rows.iter().enumerate() {
            let Some(parcel) = self.parcel(*place) else {
                continue;
            };
            if number > 0 {
                out.push(b',');
            }
            out.extend_from_slice(br#"{"type":"Feature","id":"#);
            geojson::string(&parcel.code, &mut out);
            out.extend_from_slice(br#","geometry":"#);
            geojson::shape(&parcel.geometry, &mut out).map_err(|error| unwritable(&error))?;
            out.extend_from_slice(br#","properties":"#);
            out.extend_from_slice(Value::Object(row.clone()).to_string().as_bytes());
            out.push(b'}');
        }
        out.extend_from_slice(b"]}");
        Ok(out)
    }

    fn csv(self) -> Result<Vec<u8>, Problem> {
        let mut table = csv::Writer::from_writer(Vec::new());
        table
            .write_record(self.columns)
            .map_err(|error| unwritable(&error))?;
        for (_, row) in &self.rows {
            let cells = self.columns.iter().map(|column| cell(row.get(*column)));
            table
                .write_record(cells)
                .map_err(|error| unwritable(&error))?;
        }
        table.into_inner().map_err(|error| unwritable(&error))
    }

    fn parcel(&self, place: usize) -> Option<&Feature> {
        self.world
            .land
            .layer(&Collection::Parcels)?
            .features()
            .get(place)
    }
}

/// A value as a cell: lists with semicolons; a text that a spreadsheet would take for a formula, as text.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) if text.starts_with(['=', '+', '-', '@', '\t']) => {
            format!("'{text}")
        }
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) => {
            let cells: Vec<String> = values.iter().map(|value| cell(Some(value))).collect();
            cells.join("; ")
        }
        Some(other) => other.to_string(),
    }
}

fn unwritable(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "listing");
    Problem::new(
        Kind::Internal,
        "La lista no se pudo escribir.",
        "El detalle está en el registro del servicio.",
    )
}
