//! Plans, zones and overlays: what the law says of a place.

pub mod book;
pub mod coverage;
pub mod expression;
pub mod norm;
pub mod palette;
pub mod parameter;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Where a statement comes from: every limit and every restriction carries one, so it is cheap to copy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LegalBasis {
    /// The law, ordinance or resolution.
    pub norma: Arc<str>,
    /// The article in it, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub articulo: Option<Arc<str>>,
}

/// What an overlay does to a building project on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing may be built.
    #[serde(rename = "prohibe")]
    Prohibits,
    /// Conditions apply.
    #[serde(rename = "condiciona")]
    Conditions,
    /// It is said, and binds nobody.
    #[serde(rename = "informa")]
    Informs,
}

impl Effect {
    /// The word in files and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prohibits => "prohibe",
            Self::Conditions => "condiciona",
            Self::Informs => "informa",
        }
    }
}

/// A theme of overlays, from `data/temas/<codigo>.json` (`schemas/tema.schema.json`).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Theme {
    /// `faja_marginal`, `riesgo_muy_alto`…
    #[serde(rename = "codigo")]
    pub code: String,
    /// How people call it.
    #[serde(rename = "nombre")]
    pub name: String,
    /// What it does.
    #[serde(rename = "efecto")]
    pub effect: Effect,
    /// Its source in law.
    pub base_legal: LegalBasis,
    /// Colour on maps, `#rrggbb`.
    pub color: String,
}
