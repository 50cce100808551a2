//! A layer written into a file of its own, for a client.

use std::{fmt::Write, path::Path};

use domain::collection::ShapeKind;
use gdal::{
    DriverManager,
    errors::GdalError,
    spatial_ref::SpatialRef,
    vector::{Feature, LayerAccess, LayerOptions, OGRwkbGeometryType, ToGdal},
};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use crate::{
    crs::Served,
    library,
    package::{Row, Table, layer_fields, put_cells},
};

/// Which kind of file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Container {
    /// OGC GeoPackage.
    GeoPackage,
    /// FlatGeobuf, with its index.
    FlatGeobuf,
}

impl Container {
    fn driver(self) -> &'static str {
        match self {
            Self::GeoPackage => "GPKG",
            Self::FlatGeobuf => "FlatGeobuf",
        }
    }
}

/// It could not be written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// GDAL says why.
    #[error("the file could not be written: {0}")]
    Gdal(#[from] GdalError),
    /// A shape has no place in the reference system.
    #[error("a shape has no place in the reference system")]
    Place,
}

/// Writes a layer, with its shapes in a reference system.
///
/// # Errors
/// When a row cannot be written; the file is then good for nothing.
pub fn write<'a>(
    path: &Path,
    container: Container,
    table: &Table<'_>,
    rows: impl Iterator<Item = Row<'a>>,
    crs: &Served,
) -> Result<(), NotWritten> {
    library::prepare();
    let system = SpatialRef::from_definition(crs.code)?;
    let mut dataset =
        DriverManager::get_driver_by_name(container.driver())?.create_vector_only(path)?;
    // FlatGeobuf knows no transactions and no updates: it is written once, from end to end.
    let options = LayerOptions {
        name: table.name,
        srs: Some(&system),
        ty: match table.shapes {
            ShapeKind::Areas => OGRwkbGeometryType::wkbMultiPolygon,
            ShapeKind::Lines => OGRwkbGeometryType::wkbMultiLineString,
            ShapeKind::Any => OGRwkbGeometryType::wkbUnknown,
        },
        options: None,
    };
    if container == Container::GeoPackage {
        let mut open = dataset.start_transaction()?;
        let layer = open.create_layer(options)?;
        fill(&layer, table, rows, crs)?;
        open.commit()?;
    } else {
        let layer = dataset.create_layer(options)?;
        fill(&layer, table, rows, crs)?;
    }
    dataset.close()?;
    Ok(())
}

fn fill<'a>(
    layer: &gdal::vector::Layer<'_>,
    table: &Table<'_>,
    rows: impl Iterator<Item = Row<'a>>,
    crs: &Served,
) -> Result<(), NotWritten> {
    layer_fields(layer, table)?;
    for (cells, shape) in rows {
        let mut feature = Feature::new(layer.defn())?;
        put_cells(&mut feature, &cells)?;
        let mut shape = in_parts(shape, table.shapes);
        crs.geometry_from_official_east_first(&mut shape)
            .map_err(|_| NotWritten::Place)?;
        feature.set_geometry(shape.to_gdal()?)?;
        feature.create(layer)?;
    }
    Ok(())
}

/// A shape as a layer of its kind holds it: of several parts, be it one.
fn in_parts(shape: &Geometry<f64>, kind: ShapeKind) -> Geometry<f64> {
    match (kind, shape) {
        (ShapeKind::Areas, Geometry::Polygon(one)) => MultiPolygon(vec![one.clone()]).into(),
        (ShapeKind::Lines, Geometry::LineString(one)) => {
            geo_types::MultiLineString(vec![one.clone()]).into()
        }
        (_, shape) => shape.clone(),
    }
}

/// A shape as well-known text (OGC 06-103r4), with so many decimals.
pub fn well_known_text(shape: &Geometry<f64>, decimals: usize) -> String {
    let mut text = String::new();
    let at = |at: &Coord<f64>, text: &mut String| {
        let _ = write!(text, "{:.decimals$} {:.decimals$}", at.x, at.y);
    };
    let line = |line: &LineString<f64>, text: &mut String| joined(&line.0, text, at);
    let area = |area: &Polygon<f64>, text: &mut String| {
        let rings: Vec<&LineString<f64>> = std::iter::once(area.exterior())
            .chain(area.interiors())
            .collect();
        joined(&rings, text, |ring, text| line(ring, text));
    };
    let mut named = |name: &str, write: &dyn Fn(&mut String)| {
        text.push_str(name);
        write(&mut text);
    };
    match shape {
        Geometry::Point(point) => named("POINT", &|text| joined(&[point.0], text, at)),
        Geometry::MultiPoint(many) => named("MULTIPOINT", &|text| {
            joined(&many.0, text, |point, text| joined(&[point.0], text, at));
        }),
        Geometry::LineString(one) => named("LINESTRING", &|text| line(one, text)),
        Geometry::MultiLineString(many) => {
            named("MULTILINESTRING", &|text| joined(&many.0, text, line));
        }
        Geometry::Polygon(one) => named("POLYGON", &|text| area(one, text)),
        Geometry::MultiPolygon(many) => named("MULTIPOLYGON", &|text| joined(&many.0, text, area)),
        // The rules of a survey let no other kind in.
        _ => text.push_str("GEOMETRYCOLLECTION EMPTY"),
    }
    text
}

fn joined<T>(items: &[T], text: &mut String, each: impl Fn(&T, &mut String)) {
    text.push('(');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        each(item, text);
    }
    text.push(')');
}
