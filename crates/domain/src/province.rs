//! Provinces and their municipalities, from `data/provincia/<codigo>.json` (`schemas/provincia.schema.json`).

use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};

use crate::id::Ubigeo;

/// A province as its file gives it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Province {
    /// Four digits, `2201`.
    #[serde(rename = "codigo")]
    pub code: String,
    /// Its name.
    #[serde(rename = "nombre")]
    pub name: String,
    /// Where names, seats and outlines come from.
    #[serde(rename = "fuente")]
    pub source: String,
    /// How far the outlines may be off, in metres.
    #[serde(rename = "exactitud_m")]
    pub accuracy_m: f64,
    /// Its districts.
    #[serde(rename = "municipios")]
    pub municipalities: Vec<MunicipalityEntry>,
}

/// A municipality as the province's file gives it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MunicipalityEntry {
    /// Its place code.
    pub ubigeo: Ubigeo,
    /// Its name.
    #[serde(rename = "nombre")]
    pub name: String,
    /// Town where it sits, longitude and latitude in degrees (CRS84).
    #[serde(rename = "capital")]
    pub seat: [f64; 2],
    /// Outline: rings of longitude and latitude in degrees (CRS84), generalised.
    #[serde(rename = "contorno")]
    pub outline: Vec<Vec<[f64; 2]>>,
}

/// A municipality of the service, its outline on the official projection.
#[derive(Clone, PartialEq, Debug)]
pub struct Municipality {
    /// Its place code.
    pub ubigeo: Ubigeo,
    /// Its name.
    pub name: String,
    /// Name of its province.
    pub province: String,
    /// Outline in EPSG:32718, generalised: see `accuracy_m`.
    pub outline: MultiPolygon<f64>,
    /// How far the outline may be off, in metres.
    pub accuracy_m: f64,
    /// Whether what it holds was made by the demonstration generator.
    pub demonstration: bool,
}
