//! The verdict of a certificate, as a check answers it.

use std::collections::BTreeMap;

use domain::plan::Effect;
use serde::Deserialize;

/// What of it is printed.
#[derive(Deserialize)]
pub(super) struct Verdict {
    #[serde(rename = "predio")]
    pub ground: Option<Ground>,
    #[serde(rename = "zonificacion")]
    pub zones: Vec<Zone>,
    #[serde(rename = "restricciones")]
    pub overlays: Vec<Overlay>,
    #[serde(rename = "temas")]
    pub themes: Vec<ThemeSaid>,
    pub balance: Option<Balance>,
    #[serde(rename = "parametros")]
    pub parameters: BTreeMap<String, Limit>,
    #[serde(rename = "resultado")]
    pub outcome: String,
    #[serde(rename = "hallazgos")]
    pub findings: Vec<Finding>,
    #[serde(rename = "certificados_vigentes")]
    pub live: Option<Vec<Live>>,
}

#[derive(Deserialize)]
pub(super) struct Ground {
    pub area_m2: f64,
}

#[derive(Deserialize)]
pub(super) struct Zone {
    #[serde(rename = "codigo")]
    pub class: Option<String>,
    #[serde(rename = "nombre")]
    pub name: Option<String>,
    pub area_m2: Option<f64>,
    #[serde(rename = "proporcion")]
    pub share: Option<f64>,
    #[serde(rename = "significativa")]
    pub significant: bool,
    #[serde(rename = "instrumento")]
    pub instrument: Instrument,
}

#[derive(Deserialize)]
pub(super) struct Instrument {
    #[serde(rename = "codigo")]
    pub code: Option<String>,
    #[serde(flatten)]
    pub basis: Basis,
}

/// By which law.
#[derive(Deserialize)]
pub(super) struct Basis {
    #[serde(rename = "norma")]
    pub norm: Option<String>,
    #[serde(rename = "articulo")]
    pub article: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Overlay {
    #[serde(rename = "tipo")]
    pub theme: Option<String>,
    #[serde(rename = "nombre")]
    pub name: Option<String>,
    pub area_m2: Option<f64>,
    #[serde(rename = "proporcion")]
    pub share: Option<f64>,
    #[serde(rename = "significativa")]
    pub significant: bool,
    #[serde(rename = "efecto")]
    pub effect: Option<Effect>,
    #[serde(rename = "base_legal")]
    pub basis: Basis,
}

#[derive(Deserialize)]
pub(super) struct ThemeSaid {
    #[serde(rename = "tipo")]
    pub theme: String,
    #[serde(rename = "estado")]
    pub state: String,
    #[serde(rename = "vigente_al")]
    pub known_on: Option<chrono::NaiveDate>,
}

/// Square metres.
#[derive(Deserialize)]
pub(super) struct Balance {
    #[serde(rename = "con_zona_m2")]
    pub zoned: f64,
    #[serde(rename = "sin_zona_m2")]
    pub unzoned: f64,
    #[serde(rename = "doble_zona_m2")]
    pub twice: f64,
}

#[derive(Deserialize)]
pub(super) struct Limit {
    #[serde(rename = "valor")]
    pub value: Option<f64>,
    #[serde(rename = "unidad")]
    pub unit: String,
    #[serde(rename = "base_legal")]
    pub basis: Basis,
    #[serde(rename = "zona")]
    pub zone: String,
    #[serde(rename = "se_exige_a")]
    pub asked_of: String,
    #[serde(default, rename = "segun")]
    pub words: Option<String>,
    #[serde(default, rename = "falta")]
    pub missing: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Finding {
    pub id: String,
    #[serde(rename = "estado")]
    pub state: String,
    #[serde(rename = "valor")]
    pub value: Option<f64>,
    #[serde(rename = "limite")]
    pub limit: Option<f64>,
    #[serde(rename = "unidad")]
    pub unit: Option<String>,
    #[serde(rename = "base_legal")]
    pub basis: Option<Basis>,
    #[serde(rename = "explicacion")]
    pub sentence: String,
}

#[derive(Deserialize)]
pub(super) struct Live {
    #[serde(rename = "numero")]
    pub number: String,
    #[serde(rename = "titulo")]
    pub title: String,
}
