//! Packages for work away from the network: a part of a municipality as a GeoPackage, which comes back like any survey.
//!
//! Each lot carries the change that opened its version (`version_base`). When it comes back that tells a lot that was
//! edited in the field from one that only grew old there.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    collection::{Collection, ShapeKind},
    feature::Feature,
    id::Ubigeo,
    people::{Action, Actor},
};
use geo_types::{Coord, Geometry, Rect};
use gis::{
    file::{FieldKind, Value},
    package::{Column, NotWritten, Package, Row, Table},
};
use ingest::{BASE_COLUMN, OTHERS_COLUMN};
use query::{MunicipalityLand, Snapshot};

use crate::{Kind, Office, Problem, people::require};

/// The part of a municipality that is asked for.
#[derive(Clone, Debug)]
pub enum Zone {
    /// West, south, east and north in degrees.
    Box([f64; 4]),
    /// A block, by its code.
    Block(String),
}

/// A package, and what it is called.
pub struct Packed {
    /// Name of the file.
    pub name: String,
    /// The GeoPackage.
    pub file: Vec<u8>,
}

/// Lots of one package: a week's work of a brigade is some hundreds.
const LOTS_MAX: usize = 20_000;
/// Around a block, in metres: its streets and the lots across them.
const AROUND_M: f64 = 30.0;
/// A column with no more different values than this is a list to choose from.
const CHOICES_MAX: usize = 40;
/// Columns that a GeoPackage or we have already; an attribute of such a name stays behind.
const TAKEN: [&str; 4] = ["fid", "geom", CODE, BASE_COLUMN];
/// The column of the code.
const CODE: &str = "codigo_catastral";

impl Office {
    /// Makes a package of a part of a municipality.
    pub async fn package(
        &self,
        actor: &Actor,
        ubigeo: Ubigeo,
        zone: &Zone,
    ) -> Result<Packed, Problem> {
        require(actor, Action::upload_to(&Collection::Parcels), Some(ubigeo))?;
        let snapshot = self.feed.snapshot();
        let land = snapshot
            .municipalities
            .get(&ubigeo)
            .ok_or_else(nothing_there)?;
        let ground = ground(land, zone)?;
        let name = format!("paquete_{ubigeo}_v{}.gpkg", snapshot.change.0);
        let written = tokio::task::spawn_blocking({
            let snapshot = snapshot.clone();
            move || packed(&snapshot, ubigeo, ground)
        });
        match written.await {
            Ok(file) => Ok(Packed { name, file: file? }),
            Err(error) => Err(not_written(&error)),
        }
    }
}

fn ground(land: &MunicipalityLand, zone: &Zone) -> Result<Rect<f64>, Problem> {
    match zone {
        Zone::Box([west, south, east, north]) => {
            let mut corners = [
                [*west, *south],
                [*east, *south],
                [*east, *north],
                [*west, *north],
            ]
            .map(|[x, y]| Coord { x, y });
            crate::place::official(&mut corners)?;
            domain::geometry::bounds(&geo_types::LineString(corners.to_vec()))
                .ok_or_else(nothing_there)
        }
        Zone::Block(code) => {
            let lots = land.layer(&Collection::Parcels).ok_or_else(nothing_there)?;
            let from = lots.after(code);
            let of_block = lots.features()[from..]
                .iter()
                .take_while(|lot| lot.code.starts_with(code.as_str()));
            let around = of_block
                .filter_map(|lot| domain::geometry::bounds(&lot.geometry))
                .reduce(domain::geometry::joined)
                .ok_or_else(nothing_there)?;
            let (low, high) = (around.min(), around.max());
            Ok(Rect::new(
                (low.x - AROUND_M, low.y - AROUND_M),
                (high.x + AROUND_M, high.y + AROUND_M),
            ))
        }
    }
}

fn packed(snapshot: &Snapshot, ubigeo: Ubigeo, ground: Rect<f64>) -> Result<Vec<u8>, Problem> {
    let land = snapshot
        .municipalities
        .get(&ubigeo)
        .ok_or_else(nothing_there)?;
    let near = |collection: &Collection| -> Vec<&Feature> {
        let Some(layer) = land.layer(collection) else {
            return Vec::new();
        };
        let mut near: Vec<usize> = layer.near(ground).collect();
        near.sort_unstable();
        near.into_iter().map(|at| &layer.features()[at]).collect()
    };
    let lots = near(&Collection::Parcels);
    if lots.is_empty() {
        return Err(nothing_there());
    }
    if lots.len() > LOTS_MAX {
        return Err(too_many(lots.len()));
    }
    let folder = tempfile::tempdir().map_err(|error| not_written(&error))?;
    let path = folder.path().join("paquete.gpkg");
    let write = || -> Result<(), NotWritten> {
        let mut package = Package::create(&path)?;
        let whole = land
            .layer(&Collection::Parcels)
            .map_or(&[][..], |layer| layer.features());
        write_lots(&mut package, &lots, whole)?;
        for (collection, name, shapes) in [
            (Collection::Manzanas, "manzanas", ShapeKind::Areas),
            (Collection::Sectors, "sectores", ShapeKind::Areas),
            (Collection::Roads, "vias", ShapeKind::Lines),
        ] {
            let features = near(&collection);
            let shaped = features
                .iter()
                .filter(|feature| is_of(&feature.geometry, shapes));
            let rows = shaped.map(|feature| {
                let name = attributes(feature).remove("nombre");
                (
                    vec![text(&feature.code), name.unwrap_or(Value::Null)],
                    &feature.geometry,
                )
            });
            let columns = vec![
                column("codigo", FieldKind::Text),
                column("nombre", FieldKind::Text),
            ];
            let table = Table {
                name,
                shapes,
                columns,
            };
            package.layer(&table, rows)?;
        }
        let area = Geometry::MultiPolygon(ground.to_polygon().into());
        let table = Table {
            name: "area_de_trabajo",
            shapes: ShapeKind::Areas,
            columns: vec![
                column("ubigeo", FieldKind::Text),
                column("version_datos", FieldKind::Integer),
            ],
        };
        let cells = vec![text(ubigeo.as_str()), Value::Integer(snapshot.change.0)];
        package.layer(&table, std::iter::once((cells, &area)))?;
        package.finish()
    };
    write().map_err(|error| not_written(&error))?;
    std::fs::read(&path).map_err(|error| not_written(&error))
}

fn is_of(geometry: &Geometry<f64>, shapes: ShapeKind) -> bool {
    match shapes {
        ShapeKind::Areas => matches!(geometry, Geometry::MultiPolygon(_)),
        ShapeKind::Lines => matches!(geometry, Geometry::MultiLineString(_)),
        ShapeKind::Any => true,
    }
}

/// The lots to work on, a column for each attribute that any of them has.
fn write_lots(
    package: &mut Package,
    lots: &[&Feature],
    whole: &[Feature],
) -> Result<(), NotWritten> {
    let cells: Vec<BTreeMap<String, Value>> = lots.iter().map(|lot| attributes(lot)).collect();
    let mut kinds: BTreeMap<&str, FieldKind> = BTreeMap::new();
    for (name, value) in cells.iter().flatten() {
        let kind = match value {
            Value::Integer(_) => FieldKind::Integer,
            Value::Real(_) => FieldKind::Real,
            Value::Text(_) | Value::Null => FieldKind::Text,
        };
        let known = kinds.entry(name).or_insert(kind);
        *known = match (*known, kind) {
            (a, b) if a == b => a,
            (FieldKind::Integer | FieldKind::Real, FieldKind::Integer | FieldKind::Real) => {
                FieldKind::Real
            }
            _ => FieldKind::Text,
        };
    }
    let choices = choices(whole, &kinds);
    let mut columns = vec![column(CODE, FieldKind::Text)];
    columns.extend(kinds.iter().map(|(name, kind)| Column {
        name: (*name).to_owned(),
        kind: *kind,
        choices: choices.get(name).cloned().unwrap_or_default(),
    }));
    columns.push(column(BASE_COLUMN, FieldKind::Integer));
    let table = Table {
        name: "lotes",
        shapes: ShapeKind::Areas,
        columns,
    };
    let rows = lots
        .iter()
        .zip(&cells)
        .filter(|(lot, _)| is_of(&lot.geometry, ShapeKind::Areas));
    let rows = rows.map(|(lot, cells)| -> Row<'_> {
        let mut row = vec![text(&lot.code)];
        row.extend(
            kinds
                .keys()
                .map(|name| cells.get(*name).cloned().unwrap_or(Value::Null)),
        );
        row.push(Value::Integer(lot.change.0));
        (row, &lot.geometry)
    });
    package.layer(&table, rows)
}

/// The lists of the forms: what the municipality's lots say in columns of few words.
fn choices<'a>(
    whole: &[Feature],
    kinds: &BTreeMap<&'a str, FieldKind>,
) -> BTreeMap<&'a str, Vec<String>> {
    let mut lists: BTreeMap<&str, BTreeSet<String>> = kinds
        .iter()
        .filter(|(name, kind)| **kind == FieldKind::Text && **name != OTHERS_COLUMN)
        .map(|(name, _)| (*name, BTreeSet::new()))
        .collect();
    for lot in whole {
        let cells = attributes(lot);
        lists.retain(|name, list| {
            if let Some(Value::Text(word)) = cells.get(*name) {
                list.insert(word.clone());
            }
            list.len() <= CHOICES_MAX
        });
    }
    lists
        .into_iter()
        .filter(|(_, list)| list.len() * 2 <= whole.len())
        .map(|(name, list)| (name, list.into_iter().collect()))
        .collect()
}

fn column(name: &str, kind: FieldKind) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        choices: Vec::new(),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn attributes(feature: &Feature) -> BTreeMap<String, Value> {
    let members: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&feature.attributes).unwrap_or_default();
    let mut others = serde_json::Map::new();
    let mut cell = |name: &str, value: serde_json::Value| match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Integer(whole),
            None => Value::Real(number.as_f64().unwrap_or_default()),
        },
        other => {
            others.insert(name.to_owned(), other);
            Value::Null
        }
    };
    let mut cells: BTreeMap<String, Value> = members
        .into_iter()
        .map(|(name, value)| {
            let cell = cell(&name, value);
            (name, cell)
        })
        .filter(|(name, cell)| !matches!(cell, Value::Null) && !TAKEN.contains(&name.as_str()))
        .collect();
    if !others.is_empty() {
        let others = serde_json::Value::Object(others).to_string();
        cells.insert(OTHERS_COLUMN.to_owned(), Value::Text(others));
    }
    cells
}

fn nothing_there() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay lotes en vigor en esa zona.",
        "Compruebe el ubigeo y la zona: «zona» es oeste,sur,este,norte en grados, o «manzana» un código de once dígitos.",
    )
}

fn too_many(lots: usize) -> Problem {
    Problem::new(
        Kind::Refused,
        format!("La zona tiene {lots} lotes, y un paquete lleva hasta {LOTS_MAX}."),
        "Divídala.",
    )
}

fn not_written(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "package");
    Problem::new(
        Kind::Internal,
        "El paquete no se pudo escribir.",
        "Vuelva a pedirlo; si se repite, avise a quien opera el servidor: puede faltar espacio en el disco.",
    )
}
