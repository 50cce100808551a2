//! A project as somebody writes it.

use chrono::NaiveDate;
use domain::{
    id::Ubigeo,
    institute::{
        Phase,
        investment::{Project, Sources, check},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::words;
use crate::{Problem, data, footprint};

/// Who pays how much of a project.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceShape {
    /// Its name.
    pub fuente: String,
    /// In soles.
    pub soles: f64,
}

/// A project as it is to be.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposedProject {
    /// Seven digits; of a project that is there it may be left out.
    #[serde(default)]
    pub cui: String,
    /// The municipality; by the footprint, where it is not said.
    #[serde(default)]
    pub ubigeo: Option<Ubigeo>,
    /// What it is called.
    pub nombre: String,
    /// `idea`, `formulacion`, `ejecucion`, `funcionamiento`.
    pub fase: String,
    /// Thematic axis.
    pub eje: String,
    /// Code of the plan that it serves.
    #[serde(default)]
    pub plan: Option<String>,
    /// Objective, axis or programme of it.
    #[serde(default)]
    pub nodo: Option<String>,
    /// In soles.
    pub costo_soles: f64,
    /// Who pays.
    #[serde(default)]
    pub fuentes: Vec<SourceShape>,
    /// An office, never a person.
    pub responsable: String,
    /// Its first day.
    #[serde(default)]
    pub inicio: Option<NaiveDate>,
    /// Its last day.
    #[serde(default)]
    pub fin: Option<NaiveDate>,
    /// How far it serves, in metres.
    #[serde(default)]
    pub area_influencia_m: f64,
    /// Whether others may invest.
    #[serde(default)]
    pub abierto_a_inversionistas: bool,
    /// Its footprint: GeoJSON in longitude and latitude. Of a project that is there it may be left out.
    #[serde(default)]
    pub huella: Option<Value>,
    /// The version that its author has read; none where it is new.
    #[serde(default)]
    pub version: Option<i64>,
    /// Why.
    #[serde(default)]
    pub motivo: Option<String>,
}

/// The attributes that are written here.
pub(super) const NAMES: [&str; 12] = [
    "nombre",
    "fase",
    "eje",
    "plan",
    "nodo",
    "costo_soles",
    "fuentes",
    "responsable",
    "inicio",
    "fin",
    "area_influencia_m",
    "abierto_a_inversionistas",
];

/// Longest code of a plan or of a node.
const CODE_MAX: usize = 80;

/// Who pays, of a text that says so; none where it does not say amounts.
pub(super) fn sources(text: Option<&str>) -> Vec<SourceShape> {
    let read: Option<Sources> = text.and_then(|text| text.parse().ok());
    let listed = read.into_iter().flat_map(|sources| sources.0);
    listed
        .map(|(fuente, soles)| SourceShape { fuente, soles })
        .collect()
}

impl ProposedProject {
    /// Its attributes, where they keep the rules.
    pub(super) fn attributes(&self) -> Result<Map<String, Value>, Problem> {
        let phase: Phase = footprint::named(&self.fase, "fase", &Phase::ALL.map(Phase::name))?;
        let axes: Vec<&str> = data::axes().iter().map(|axis| axis.code.as_str()).collect();
        if !axes.contains(&self.eje.as_str()) {
            return Err(words::no_axis(&self.eje, &axes));
        }
        for source in &self.fuentes {
            let name = footprint::told(&source.fuente, "fuente", 2..=80)?;
            if name.contains([';', ':', '\n']) {
                return Err(words::source_name());
            }
        }
        let sources = Sources(
            self.fuentes
                .iter()
                .map(|source| (source.fuente.trim().to_owned(), source.soles))
                .collect(),
        );
        let project = Project {
            phase,
            cost: self.costo_soles,
            sources,
            start: self.inicio,
            end: self.fin,
            reach_m: self.area_influencia_m,
        };
        check(&project).map_err(|fault| words::broken(&fault))?;
        let mut attributes = Map::new();
        let mut put = |name: &str, value: Value| attributes.insert(name.to_owned(), value);
        put(
            "nombre",
            json!(footprint::told(&self.nombre, "nombre", 3..=200)?),
        );
        put("fase", json!(phase.name()));
        put("eje", json!(self.eje));
        for (name, code) in [("plan", &self.plan), ("nodo", &self.nodo)] {
            if let Some(code) = code.as_deref().filter(|code| !code.trim().is_empty()) {
                put(name, json!(footprint::told(code, name, 1..=CODE_MAX)?));
            }
        }
        put("costo_soles", json!(super::cents(self.costo_soles)));
        if !project.sources.0.is_empty() {
            put("fuentes", json!(project.sources.to_string()));
        }
        let responsible = footprint::told(&self.responsable, "responsable", 3..=120)?;
        put("responsable", json!(responsible));
        for (name, day) in [("inicio", self.inicio), ("fin", self.fin)] {
            if let Some(day) = day {
                put(name, json!(day));
            }
        }
        put("area_influencia_m", json!(self.area_influencia_m));
        put(
            "abierto_a_inversionistas",
            json!(self.abierto_a_inversionistas),
        );
        Ok(attributes)
    }
}
