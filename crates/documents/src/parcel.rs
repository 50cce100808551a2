//! The documents of a parcel: plano perimétrico, memoria descriptiva, ficha.

mod words;

use chrono::NaiveDate;
use domain::parcel::{
    boundary::{Around, Street, boundary},
    technical_data::TechnicalData,
};
use geo_types::{Geometry, MultiPolygon, Rect};
use serde::Serialize;

use crate::{
    Error, VERTICES_MAX,
    map::{self, Ground, Map},
    text::{day, number, printable},
    typeset::{Template, typeset},
};

/// A parcel and what is around it, in EPSG:32718, as it held on a day.
pub struct ParcelRecord<'a> {
    /// Its code.
    pub code: &'a str,
    /// Whether the code is one of the service's own.
    pub provisional: bool,
    /// Name of its municipality.
    pub municipality: &'a str,
    /// Name of its province.
    pub province: &'a str,
    /// Its ground.
    pub shape: &'a MultiPolygon<f64>,
    /// Parcels near it, by code.
    pub neighbours: &'a [(&'a str, &'a MultiPolygon<f64>)],
    /// Its block, where it is in force.
    pub block: Option<&'a MultiPolygon<f64>>,
    /// Streets near it.
    pub streets: &'a [Street<'a>],
    /// The area that its papers declare, in square metres.
    pub declared_m2: Option<f64>,
    /// The area that the registry of property has, in square metres.
    pub registered_m2: Option<f64>,
    /// Its public attributes: what they are called, and what they say.
    pub attributes: &'a [(String, String)],
    /// What it came from and what came from it, a line each.
    pub lineage: &'a [String],
    /// The day that it is shown as of.
    pub day: NaiveDate,
    /// The last change that this knows.
    pub version: i64,
    /// The land is made up.
    pub demonstration: bool,
}

const PLAN: Template = Template {
    name: "/plano.typ",
    text: include_str!("../templates/plano.typ"),
};
const MEMORIA: Template = Template {
    name: "/memoria.typ",
    text: include_str!("../templates/memoria.typ"),
};
const RECORD: Template = Template {
    name: "/ficha.typ",
    text: include_str!("../templates/ficha.typ"),
};

/// Millimetres of paper that the map of a plan has.
const PLAN_MAP: (f64, f64) = (180.0, 150.0);
/// And that of the documents with more words.
const SMALL_MAP: (f64, f64) = (110.0, 80.0);

/// The ground that the documents show of a parcel and around it, in EPSG:32718.
pub fn seen(parcel: &Geometry<f64>) -> Option<Rect<f64>> {
    let bounds = domain::geometry::bounds(parcel)?;
    let [plan, small] =
        [PLAN_MAP, SMALL_MAP].map(|(width, height)| map::seen(bounds, width, height));
    Some(domain::geometry::joined(plan?, small?))
}

/// The *plano perimétrico*: the outline to scale with its neighbours, and the table of its vertices.
pub fn plan(parcel: &ParcelRecord<'_>) -> Result<Vec<u8>, Error> {
    made(&PLAN, parcel, PLAN_MAP)
}

/// The *memoria descriptiva*: the same in words, by the four sides.
pub fn memoria(parcel: &ParcelRecord<'_>) -> Result<Vec<u8>, Error> {
    made(&MEMORIA, parcel, SMALL_MAP)
}

/// The *ficha*: all that is public of the parcel.
pub fn record(parcel: &ParcelRecord<'_>) -> Result<Vec<u8>, Error> {
    made(&RECORD, parcel, SMALL_MAP)
}

fn made(
    template: &Template,
    parcel: &ParcelRecord<'_>,
    (width, height): (f64, f64),
) -> Result<Vec<u8>, Error> {
    let found = geo::CoordsIter::coords_count(parcel.shape);
    if found > VERTICES_MAX {
        return Err(Error::TooManyVertices { found });
    }
    let sheet = Sheet::of(parcel, width, height);
    let ident = format!(
        "{}{} {} {}",
        parcel.code, template.name, parcel.day, parcel.version
    );
    typeset(template, &sheet, &ident, parcel.day)
}

/// The values of a template.
#[derive(Serialize)]
struct Sheet {
    code: String,
    provisional: bool,
    demonstration: bool,
    municipality: String,
    province: String,
    /// Sector, block and lot, where the code tells them.
    place: Option<[String; 3]>,
    day: String,
    version: String,
    measured: String,
    declared: Option<String>,
    registered: Option<String>,
    perimeter: String,
    parts: Vec<Part>,
    attributes: Vec<(String, String)>,
    lineage: Vec<String>,
    vertices: usize,
    map: Option<Map>,
}

/// One piece of ground of the parcel.
#[derive(Serialize)]
struct Part {
    /// `Parte 2`; nothing where there is one only.
    name: Option<String>,
    area: String,
    perimeter: String,
    tables: Vec<Table>,
    /// Each side of the boundary, with what it borders on.
    sides: Vec<words::SideWords>,
}

#[derive(Serialize)]
struct Table {
    /// `Contorno interior 1`; nothing for the outer border.
    name: Option<String>,
    /// Vertex, side, distance, angle, east, north.
    rows: Vec<[String; 6]>,
}

impl Sheet {
    fn of(parcel: &ParcelRecord<'_>, width: f64, height: f64) -> Self {
        let tables = TechnicalData::of(parcel.shape);
        let around = Around {
            parcels: parcel.neighbours,
            block: parcel.block,
            streets: parcel.streets,
        };
        let several = tables.len() > 1;
        let parts = (1..)
            .zip(parcel.shape.0.iter().zip(&tables))
            .map(|(place, (polygon, table))| Part {
                name: several.then(|| format!("Parte {place}")),
                area: number(table.area_m2),
                perimeter: number(table.perimeter_m),
                tables: table
                    .rings
                    .iter()
                    .enumerate()
                    .map(|(ring, vertices)| Table::of(ring, vertices))
                    .collect(),
                sides: words::sides(&boundary(polygon, &around), parcel.streets),
            })
            .collect();
        let ground = Ground {
            parcel: parcel.shape,
            tables: &tables,
            neighbours: parcel.neighbours,
            block: parcel.block,
            streets: parcel.streets,
        };
        let said = |(name, value): &(String, String)| (printable(name), printable(value));
        Self {
            code: parcel.code.to_owned(),
            provisional: parcel.provisional,
            demonstration: parcel.demonstration,
            municipality: printable(parcel.municipality),
            province: printable(parcel.province),
            place: place_of(parcel.code),
            day: day(parcel.day),
            version: parcel.version.to_string(),
            measured: number(tables.iter().map(|table| table.area_m2).sum()),
            declared: parcel.declared_m2.map(number),
            registered: parcel.registered_m2.map(number),
            perimeter: number(tables.iter().map(|table| table.perimeter_m).sum()),
            parts,
            attributes: parcel.attributes.iter().map(said).collect(),
            lineage: parcel.lineage.iter().map(|line| printable(line)).collect(),
            vertices: tables
                .iter()
                .flat_map(|table| &table.rings)
                .map(Vec::len)
                .sum(),
            map: map::draw(&ground, width, height),
        }
    }
}

impl Table {
    fn of(ring: usize, vertices: &[domain::parcel::technical_data::Vertex]) -> Self {
        Self {
            name: (ring > 0).then(|| format!("Contorno interior {ring}")),
            rows: vertices
                .iter()
                .map(|vertex| {
                    [
                        vertex.number.to_string(),
                        format!("{}-{}", vertex.number, vertex.next),
                        number(vertex.side_m),
                        vertex.angle.to_string(),
                        number(vertex.at.x),
                        number(vertex.at.y),
                    ]
                })
                .collect(),
        }
    }
}

/// Sector, block and lot of a national code.
fn place_of(code: &str) -> Option<[String; 3]> {
    let digits = code.len() == 14 && code.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| [&code[6..8], &code[8..11], &code[11..14]].map(str::to_owned))
}

#[cfg(test)]
mod tests;
