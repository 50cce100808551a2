//! Layers written as one GeoPackage, for work away from the network. EPSG:32718.

use std::path::Path;

use domain::collection::ShapeKind;
use gdal::{
    Dataset, DriverManager,
    errors::GdalError,
    spatial_ref::SpatialRef,
    vector::{
        Feature, FieldDefn, Layer, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType,
        ToGdal, sql::Dialect,
    },
};
use geo_types::Geometry;

use crate::{
    file::{FieldKind, Value},
    library,
};

/// A column of a layer.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its cells hold; anything but numbers is text.
    pub kind: FieldKind,
    /// What a form offers; nothing for any value.
    pub choices: Vec<String>,
}

/// A layer to be written.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// Its name.
    pub name: &'a str,
    /// What shapes it holds.
    pub shapes: ShapeKind,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A row: a cell for each column, and its shape in EPSG:32718.
pub type Row<'a> = (Vec<Value>, &'a Geometry<f64>);

/// It could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the package could not be written: {0}")]
pub struct NotWritten(#[from] GdalError);

/// A GeoPackage that is being written. It belongs to one thread.
pub struct Package {
    dataset: Dataset,
}

const OFFICIAL: u32 = 32718;

/// The tables of the schema extension (OGC 12-128r18, F.9), by which forms know what to offer.
const SCHEMA: [&str; 4] = [
    "create table if not exists gpkg_extensions (table_name text, column_name text, extension_name text not null,
         definition text not null, scope text not null,
         constraint ge_tce unique (table_name, column_name, extension_name))",
    "create table gpkg_data_columns (table_name text not null, column_name text not null, name text, title text,
         description text, mime_type text, constraint_name text,
         constraint pk_gdc primary key (table_name, column_name), constraint gdc_tn unique (table_name, name))",
    "create table gpkg_data_column_constraints (constraint_name text not null, constraint_type text not null,
         value text, min numeric, min_is_inclusive boolean, max numeric, max_is_inclusive boolean, description text,
         constraint gdcc_ntv unique (constraint_name, constraint_type, value))",
    "insert into gpkg_extensions (table_name, extension_name, definition, scope) values
         ('gpkg_data_columns', 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
         ('gpkg_data_column_constraints', 'gpkg_schema',
          'http://www.geopackage.org/spec121/#extension_schema', 'read-write')",
];

impl Package {
    /// Begins one; there must be nothing at this path.
    ///
    /// # Errors
    /// When it cannot be made there.
    pub fn create(path: &Path) -> Result<Self, NotWritten> {
        library::prepare();
        let dataset = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(path)?;
        let package = Self { dataset };
        for statement in SCHEMA {
            package.run(statement)?;
        }
        Ok(package)
    }

    /// Writes a layer with its rows.
    ///
    /// # Errors
    /// When a row cannot be written; the package is then good for nothing.
    pub fn layer<'a>(
        &mut self,
        table: &Table<'_>,
        rows: impl Iterator<Item = Row<'a>>,
    ) -> Result<(), NotWritten> {
        let system = SpatialRef::from_epsg(OFFICIAL)?;
        let mut open = self.dataset.start_transaction()?;
        let layer = open.create_layer(LayerOptions {
            name: table.name,
            srs: Some(&system),
            ty: match table.shapes {
                ShapeKind::Areas => OGRwkbGeometryType::wkbMultiPolygon,
                ShapeKind::Lines => OGRwkbGeometryType::wkbMultiLineString,
                ShapeKind::Any => OGRwkbGeometryType::wkbUnknown,
            },
            options: Some(&["GEOMETRY_NAME=geom"]),
        })?;
        layer_fields(&layer, table)?;
        for (cells, shape) in rows {
            let mut feature = Feature::new(layer.defn())?;
            put_cells(&mut feature, &cells)?;
            feature.set_geometry(shape.to_gdal()?)?;
            feature.create(&layer)?;
        }
        open.commit()?;
        self.offer(table)
    }

    /// Writes what forms offer in the columns of a layer.
    fn offer(&self, table: &Table<'_>) -> Result<(), NotWritten> {
        for column in table.columns.iter().filter(|c| !c.choices.is_empty()) {
            let list = quoted(&format!("{}_{}", table.name, column.name));
            self.run(&format!(
                "insert into gpkg_data_columns (table_name, column_name, constraint_name) values ({}, {}, {list})",
                quoted(table.name),
                quoted(&column.name)
            ))?;
            for choice in &column.choices {
                self.run(&format!(
                    "insert into gpkg_data_column_constraints (constraint_name, constraint_type, value, description)
                     values ({list}, 'enum', {0}, {0})",
                    quoted(choice)
                ))?;
            }
        }
        Ok(())
    }

    fn run(&self, statement: &str) -> Result<(), NotWritten> {
        self.dataset
            .execute_sql(statement, None, Dialect::DEFAULT)?;
        Ok(())
    }

    /// Ends it: from here on it is whole on the disk.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn finish(self) -> Result<(), NotWritten> {
        Ok(self.dataset.close()?)
    }
}

/// Gives a layer its columns.
pub(crate) fn layer_fields(layer: &Layer<'_>, table: &Table<'_>) -> Result<(), GdalError> {
    table.columns.iter().try_for_each(|column| {
        FieldDefn::new(&column.name, field_type(column.kind))?.add_to_layer(layer)
    })
}

/// Puts the cells of a row into a feature.
pub(crate) fn put_cells(feature: &mut Feature<'_>, cells: &[Value]) -> Result<(), GdalError> {
    cells
        .iter()
        .enumerate()
        .try_for_each(|(at, cell)| match cell {
            Value::Null => Ok(()),
            Value::Text(text) => feature.set_field_string(at, text),
            Value::Integer(number) => feature.set_field_integer64(at, *number),
            Value::Real(number) => feature.set_field_double(at, *number),
        })
}

fn field_type(kind: FieldKind) -> OGRFieldType::Type {
    match kind {
        FieldKind::Integer => OGRFieldType::OFTInteger64,
        FieldKind::Real => OGRFieldType::OFTReal,
        FieldKind::Text | FieldKind::Date | FieldKind::Other => OGRFieldType::OFTString,
    }
}

/// Text as SQL has it.
fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| *c != '\0').collect();
    format!("'{}'", text.replace('\'', "''"))
}
