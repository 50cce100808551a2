//! What all documents of a parcel are made of.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use domain::parcel::{Boundaries, TechnicalData};
use geo_types::MultiPolygon;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    text::shown,
    words::{DATUM, day, two},
};

/// Where a parcel lies.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// Name of the municipality.
    pub municipality: String,
    /// Name of its province.
    pub province: String,
    /// Its place code.
    pub ubigeo: String,
    /// Sector, block and lot, as the code of the lot has them; none for a provisional code.
    pub parts: Option<[String; 3]>,
    /// Name of the sector, if it has one.
    pub sector_name: Option<String>,
}

/// A parcel that this one comes from, or that came from it.
#[derive(Clone, PartialEq, Debug)]
pub struct Kin {
    /// What was done: `subdivision`, `acumulacion`…
    pub operation: String,
    /// The code of the other.
    pub code: String,
    /// The day on which it was recorded.
    pub day: NaiveDate,
}

/// A parcel as its documents tell it.
pub struct Parcel<'a> {
    /// Its code.
    pub code: String,
    /// Where it lies.
    pub place: Place,
    /// Its shape in EPSG:32718.
    pub shape: &'a MultiPolygon<f64>,
    /// Its table.
    pub data: &'a TechnicalData,
    /// On whom it borders.
    pub boundaries: &'a Boundaries,
    /// Its public attributes, by their Spanish names.
    pub attributes: BTreeMap<String, Value>,
    /// First day on which it holds.
    pub valid_from: NaiveDate,
    /// The day that was asked for.
    pub day: NaiveDate,
    /// Number of the last change that was known.
    pub version: i64,
    /// Whether it was made by the demonstration generator.
    pub demonstration: bool,
    /// Parcels that it comes from.
    pub ancestors: Vec<Kin>,
    /// Parcels that came from it.
    pub descendants: Vec<Kin>,
}

/// Letters of a name in a document.
pub(crate) const NAME_MAX: usize = 70;

/// What the head of every document of a parcel says. The names are those in the templates.
#[derive(Serialize)]
pub(crate) struct Head {
    codigo: String,
    municipio: String,
    provincia: String,
    ubigeo: String,
    sector: String,
    manzana: String,
    lote: String,
    direccion: String,
    uso: String,
    area_medida: String,
    area_declarada: String,
    area_registrada: String,
    perimetro: String,
    datum: &'static str,
    fecha: String,
    fecha_partes: [i32; 3],
    vigente_desde: String,
    version_datos: i64,
    demostracion: bool,
}

impl Head {
    pub(crate) fn of(parcel: &Parcel<'_>) -> Self {
        let place = &parcel.place;
        let part = |number: usize| {
            place
                .parts
                .as_ref()
                .map_or_else(|| "sin asignar".to_owned(), |parts| parts[number].clone())
        };
        let named = |name: &str| match parcel.attributes.get(name) {
            Some(Value::String(text)) if !text.trim().is_empty() => shown(text, NAME_MAX),
            _ => "no consta".to_owned(),
        };
        let area = |name: &str| {
            let area_m2 = parcel.attributes.get(name).and_then(Value::as_f64);
            area_m2.map_or_else(
                || "no consta".to_owned(),
                |area_m2| format!("{} m²", two(area_m2)),
            )
        };
        let sector = match &place.sector_name {
            Some(name) => format!("{} ({})", part(0), shown(name, 30)),
            None => part(0),
        };
        Self {
            codigo: parcel.code.clone(),
            municipio: shown(&place.municipality, NAME_MAX),
            provincia: shown(&place.province, NAME_MAX),
            ubigeo: place.ubigeo.clone(),
            sector,
            manzana: part(1),
            lote: part(2),
            direccion: named("direccion"),
            uso: named("uso"),
            area_medida: format!("{} m²", two(parcel.data.area_m2)),
            area_declarada: area("area_declarada_m2"),
            area_registrada: area("area_registrada_m2"),
            perimetro: format!("{} m", two(parcel.data.perimeter_m)),
            datum: DATUM,
            fecha: day(parcel.day),
            fecha_partes: [
                parcel.day.year(),
                i32::try_from(parcel.day.month()).unwrap_or(1),
                i32::try_from(parcel.day.day()).unwrap_or(1),
            ],
            vigente_desde: day(parcel.valid_from),
            version_datos: parcel.version,
            demostracion: parcel.demonstration,
        }
    }
}

/// The parcel's further attributes, in the order of their names.
pub(crate) fn further(parcel: &Parcel<'_>) -> Vec<Value> {
    const TOLD: [&str; 4] = [
        "direccion",
        "uso",
        "area_declarada_m2",
        "area_registrada_m2",
    ];
    /// Rows of attributes in a ficha: a layer has a dozen columns.
    const ROWS_MAX: usize = 100;
    parcel
        .attributes
        .iter()
        .filter(|(name, value)| !TOLD.contains(&name.as_str()) && !value.is_null())
        .take(ROWS_MAX)
        .map(|(name, value)| {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Bool(true) => "sí".to_owned(),
                Value::Bool(false) => "no".to_owned(),
                other => other.to_string(),
            };
            json!({"nombre": shown(name, 40), "valor": shown(&value, 300)})
        })
        .collect()
}
