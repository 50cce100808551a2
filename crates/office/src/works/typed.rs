//! A network or a work as somebody writes it.

use chrono::NaiveDate;
use domain::{
    id::Ubigeo,
    institute::{
        Cui,
        work::{Service, WorkClass, WorkCode, WorkState},
    },
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::words;
use crate::{Problem, footprint};

/// A network or a work as it is to be.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposedWork {
    /// `220101-OBR-0012`; the next one, where it is not said.
    #[serde(default)]
    pub codigo: Option<String>,
    /// The municipality; by the footprint, where it is not said.
    #[serde(default)]
    pub ubigeo: Option<Ubigeo>,
    /// `red`, `obra`.
    pub clase: String,
    /// `agua`, `desague`, `energia`, `vias`, `residuos`.
    pub servicio: String,
    /// Who gives the service: an entity, never a person.
    pub prestador: String,
    /// What it is called.
    pub nombre: String,
    /// `en_servicio` of a network; `prevista`, `en_obra`, `terminada`, `suspendida` of a work.
    pub estado: String,
    /// Its first day.
    #[serde(default)]
    pub inicio: Option<NaiveDate>,
    /// Its last day.
    #[serde(default)]
    pub fin: Option<NaiveDate>,
    /// CUI of the project that it belongs to.
    #[serde(default)]
    pub inversion: Option<String>,
    /// Its footprint: GeoJSON in longitude and latitude. Of what is there it may be left out.
    #[serde(default)]
    pub huella: Option<Value>,
    /// The version that its author has read; none where it is new.
    #[serde(default)]
    pub version: Option<i64>,
    /// Why.
    #[serde(default)]
    pub motivo: Option<String>,
    /// Whether it is written although it clashes.
    #[serde(default)]
    pub aceptar_choques: bool,
}

/// The attributes that are written here.
pub(super) const NAMES: [&str; 8] = [
    "clase",
    "servicio",
    "prestador",
    "nombre",
    "estado",
    "inicio",
    "fin",
    "inversion",
];

impl ProposedWork {
    /// What it is.
    pub(super) fn class(&self) -> Result<WorkClass, Problem> {
        footprint::named(&self.clase, "clase", &WorkClass::ALL.map(WorkClass::name))
    }

    /// Its attributes, where they keep the rules.
    pub(super) fn attributes(&self, code: &WorkCode) -> Result<Map<String, Value>, Problem> {
        let class = self.class()?;
        if class != code.class() {
            return Err(words::other_class(code));
        }
        let service: Service =
            footprint::named(&self.servicio, "servicio", &Service::ALL.map(Service::name))?;
        let state: WorkState =
            footprint::named(&self.estado, "estado", &WorkState::ALL.map(WorkState::name))?;
        if !state.is_of(class) {
            return Err(words::no_state(class));
        }
        if class == WorkClass::Work {
            match (self.inicio, self.fin) {
                (Some(start), Some(end)) if start <= end => {}
                _ => return Err(words::no_term()),
            }
        } else if let (Some(start), Some(end)) = (self.inicio, self.fin)
            && end < start
        {
            return Err(words::no_term());
        }
        let mut attributes = Map::new();
        let mut put = |name: &str, value: Value| attributes.insert(name.to_owned(), value);
        put("clase", json!(class.name()));
        put("servicio", json!(service.name()));
        put(
            "prestador",
            json!(footprint::told(&self.prestador, "prestador", 2..=120)?),
        );
        put(
            "nombre",
            json!(footprint::told(&self.nombre, "nombre", 3..=200)?),
        );
        put("estado", json!(state.name()));
        for (name, day) in [("inicio", self.inicio), ("fin", self.fin)] {
            if let Some(day) = day {
                put(name, json!(day));
            }
        }
        let cui = self.inversion.as_deref().map(str::trim);
        if let Some(cui) = cui.filter(|cui| !cui.is_empty()) {
            let cui: Cui = cui.parse().map_err(|_| words::no_investment(cui))?;
            put("inversion", json!(cui.as_str()));
        }
        Ok(attributes)
    }
}
