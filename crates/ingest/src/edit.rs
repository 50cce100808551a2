//! One feature that somebody writes from a GIS client: the same rules as for a row of a file, without the file.

use domain::{
    collection::Collection,
    id::Ubigeo,
    survey::{Finding, Severity, rules::repeated::Census},
};
use geo_types::Geometry;
use gis::{
    crs::{Crs, OFFICIAL, ToOfficial},
    file::{Field, FieldKind, Row, ShapeValue, Value},
};
use serde_json::Map;

use crate::{
    Batch, CodeCensus, Refusal, Settings,
    columns::{BASE_COLUMN, CodeSource, Columns, OTHERS_COLUMN},
    examine::{Examiner, shape_digest},
    normalise,
    profile::{CodeForm, LayerProfile},
};

/// A feature as it is written, its shape in EPSG:32718.
#[derive(Debug)]
pub struct Feature<'a> {
    /// The number of the write.
    pub number: u64,
    /// Its code.
    pub code: &'a str,
    /// The change on which it is based; 0 where it is to be new.
    pub base: i64,
    /// Its attributes, by their published names.
    pub attributes: &'a Map<String, serde_json::Value>,
    /// Its shape.
    pub geometry: Geometry<f64>,
}

/// What came of it.
pub struct Edited {
    /// The row, as bytes of a COPY; none where an error keeps it out.
    pub row: Option<Batch>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Attributes that were left out because they name people.
    pub personal: Vec<String>,
}

impl Edited {
    /// Whether it can be kept.
    pub fn is_accepted(&self) -> bool {
        self.row.is_some()
    }

    /// The errors that keep it out.
    pub fn errors<'a>(&'a self, settings: &Settings<'_>) -> impl Iterator<Item = &'a Finding> {
        let catalogue = settings.catalogue;
        self.findings
            .iter()
            .filter(move |finding| catalogue.severity_of(finding) == Severity::Error)
    }
}

impl Feature<'_> {
    /// Examines it by the rules of a layer: what it requires, and what of it are numbers.
    pub fn examine(self, layer: &LayerProfile, settings: &Settings<'_>) -> Result<Edited, Refusal> {
        let (fields, cells) = self.cells();
        let layer = LayerProfile {
            code: vec![CodeForm::Provisional(Vec::new())],
            columns: layer
                .required
                .iter()
                .map(|name| (name.clone(), vec![name.clone()]))
                .collect(),
            required: layer.required.clone(),
            numbers: layer.numbers.clone(),
            ..LayerProfile::default()
        };
        let mut columns = Columns::resolve(&layer, "servicio", &fields)?;
        columns.code = CodeSource::Given(self.code.to_owned());
        let values = columns.wanted.iter().map(|at| cells[*at].clone()).collect();
        let official = Crs::parse(OFFICIAL).map_err(|_| Refusal::UnknownCrs {
            asked: OFFICIAL.to_owned(),
        })?;
        let as_it_is = ToOfficial::new(&official).map_err(|error| Refusal::NoOperation {
            crs: OFFICIAL.to_owned(),
            detail: error.to_string(),
        })?;
        let codes = CodeCensus(Census::default());
        let mut row = None;
        let mut send = |batch| {
            row = Some(batch);
            Ok(())
        };
        let mut examiner = Examiner::of_one(&columns, &codes, settings, &as_it_is);
        let written = Row {
            number: self.number,
            values,
            shape: ShapeValue::Geometry(self.geometry),
        };
        examiner.row(written, &mut send)?;
        let examined = examiner.finish_one(&mut send)?;
        Ok(Edited {
            row: row.filter(|_| examined.accepted == 1),
            findings: examined.findings,
            personal: columns.personal,
        })
    }

    /// As a file would have it: a column for each value, and one for what no cell holds.
    fn cells(&self) -> (Vec<Field>, Vec<Value>) {
        let mut others = Map::new();
        let mut fields = vec![BASE_COLUMN.to_owned()];
        let mut cells = vec![Value::Integer(self.base)];
        for (name, value) in self.attributes {
            let cell = match value {
                serde_json::Value::Null => Value::Null,
                serde_json::Value::String(text) => Value::Text(text.clone()),
                serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                    (Some(whole), _) => Value::Integer(whole),
                    (None, Some(real)) => Value::Real(real),
                    (None, None) => Value::Null,
                },
                other => {
                    others.insert(name.clone(), other.clone());
                    continue;
                }
            };
            fields.push(name.clone());
            cells.push(cell);
        }
        if !others.is_empty() {
            fields.push(OTHERS_COLUMN.to_owned());
            cells.push(Value::Text(serde_json::Value::Object(others).to_string()));
        }
        let fields = fields.into_iter().map(|name| Field {
            name,
            kind: FieldKind::Text,
        });
        (fields.collect(), cells)
    }
}

/// The code of a feature that is new and has none: of its shape, so that what is sent twice is one.
pub fn provisional_code(
    collection: &Collection,
    ubigeo: Ubigeo,
    geometry: &Geometry<f64>,
) -> String {
    normalise::provisional(collection, ubigeo, "", Some((shape_digest(geometry), 0)))
}
