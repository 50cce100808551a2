//! A norm as its file says it (`schemas/norma.schema.json`): one instrument, in one version, for one municipality.
//!
//! [`Norm::parse`] collects all that is wrong with a file, as a survey's report does, instead of stopping at the first
//! fault.

mod faults;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

pub use faults::{Fault, NormFault};

use super::{Effect, LegalBasis, parameter::Parameter};
use crate::id::Ubigeo;

/// Bytes of a norm's file. The demonstration's have 20 kB; a city's zoning with its whole table of uses some 500.
pub const BYTES_MAX: usize = 4 << 20;

/// A norm that can be trusted: everything it cites is there, nothing is said twice, every expression was understood.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norm {
    /// The schema, for editors.
    #[serde(rename = "$schema", default)]
    pub schema: Option<String>,
    /// Its municipality.
    pub ubigeo: Ubigeo,
    /// What it is.
    #[serde(rename = "instrumento")]
    pub instrument: Instrument,
    /// Its articles, which everything else cites.
    #[serde(rename = "articulos")]
    pub articles: Vec<Article>,
    /// Its zone classes.
    #[serde(rename = "clases")]
    pub classes: Vec<ZoneClass>,
    /// Which activities go in which classes.
    #[serde(rename = "actividades", default)]
    pub activities: Vec<Activity>,
    /// How a lot in several zones is judged.
    #[serde(rename = "lote_en_varias_zonas")]
    pub split_lots: SplitLots,
    /// Effects of overlays, where they are not those of their themes.
    #[serde(rename = "efectos", default)]
    pub effects: Vec<ThemeEffect>,
    /// Themes of overlays of which it establishes that there are none in the municipality.
    #[serde(rename = "temas_inexistentes", default)]
    pub absent_themes: Vec<AbsentTheme>,
    /// By how much a measured value may miss a limit.
    #[serde(rename = "tolerancias", default)]
    pub tolerances: NormTolerances,
}

/// The instrument that a norm is of.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// As zones name it.
    #[serde(rename = "codigo")]
    pub code: String,
    /// As people name it.
    #[serde(rename = "nombre")]
    pub name: String,
    /// What kind of plan.
    #[serde(rename = "tipo")]
    pub kind: InstrumentKind,
    /// The ordinance that approves it.
    #[serde(rename = "norma")]
    pub ordinance: String,
    /// The document, as published.
    #[serde(rename = "documento", default)]
    pub document: Option<DocumentDigest>,
    /// First day on which it holds.
    #[serde(rename = "vigente_desde")]
    pub valid_from: NaiveDate,
    /// First day on which it holds no more.
    #[serde(rename = "vigente_hasta", default)]
    pub valid_to: Option<NaiveDate>,
    /// It is made up.
    #[serde(rename = "demostracion", default)]
    pub demonstration: bool,
}

/// Kinds of instrument (Ley 31313, DS 012-2022-VIVIENDA).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum InstrumentKind {
    /// Plan de acondicionamiento territorial, of a province.
    Pat,
    /// Plan de desarrollo metropolitano.
    Pdm,
    /// Plan de desarrollo urbano, of a city.
    Pdu,
    /// Esquema de ordenamiento urbano, of a small town.
    Eou,
    /// Plan específico, of a part of a city.
    Pe,
    /// An ordinance by itself.
    Ordenanza,
}

/// A published document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentDigest {
    /// Its name.
    #[serde(rename = "nombre")]
    pub name: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
}

/// An article.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// As the rest of the file cites it.
    pub id: String,
    /// As people cite it: `Artículo 11`.
    #[serde(rename = "articulo")]
    pub title: String,
    /// What it says.
    #[serde(rename = "texto", default)]
    pub text: Option<String>,
}

/// A class of zones.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneClass {
    /// `RDM`, `CZ`…
    #[serde(rename = "codigo")]
    pub code: String,
    /// As people name it.
    #[serde(rename = "nombre")]
    pub name: String,
    /// Which article defines it.
    #[serde(rename = "articulo")]
    pub article: String,
    /// Uses.
    #[serde(rename = "usos", default)]
    pub uses: Uses,
    /// Its limits.
    #[serde(rename = "parametros", default)]
    pub parameters: Vec<ParameterRow>,
}

/// Uses of a class, in plain words.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uses {
    /// What the class is for.
    #[serde(rename = "permitidos", default)]
    pub permitted: Vec<String>,
    /// What goes with it.
    #[serde(rename = "compatibles", default)]
    pub compatible: Vec<String>,
    /// What does not.
    #[serde(rename = "prohibidos", default)]
    pub forbidden: Vec<String>,
}

/// A limit of a class.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterRow {
    /// Which quantity.
    #[serde(rename = "parametro")]
    pub parameter: Parameter,
    /// By which article.
    #[serde(rename = "articulo")]
    pub article: String,
    /// To what it is held.
    #[serde(rename = "aplica_a", default)]
    pub applies_to: Option<Vec<Work>>,
    /// The first whose condition holds is the limit.
    #[serde(rename = "valores")]
    pub values: Vec<Conditional>,
}

/// A kind of work that a limit is held against.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum Work {
    /// Building on a lot.
    #[serde(rename = "edificacion")]
    Building,
    /// Dividing a lot.
    #[serde(rename = "subdivision")]
    Subdivision,
}

/// A value under a condition: exactly one of `valor`, `formula` and `segun`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditional {
    /// When; always, where it does not say.
    #[serde(rename = "si", default)]
    pub when: Option<String>,
    /// A number.
    #[serde(rename = "valor", default)]
    pub value: Option<f64>,
    /// An expression that gives it.
    #[serde(rename = "formula", default)]
    pub formula: Option<String>,
    /// What the norm says where it gives no number: nobody but a person can judge by it.
    #[serde(rename = "segun", default)]
    pub words: Option<String>,
    /// By another article than the row's.
    #[serde(rename = "articulo", default)]
    pub article: Option<String>,
}

/// An activity, and the classes in which the table of uses names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Class, group, division or section of CIIU Rev. 4.
    pub ciiu: String,
    /// In which class it is what.
    #[serde(rename = "clases")]
    pub classes: BTreeMap<String, Fitness>,
    /// Under which conditions, where it is conditioned.
    #[serde(rename = "condiciones", default)]
    pub conditions: Option<String>,
    /// By which article.
    #[serde(rename = "articulo")]
    pub article: String,
}

/// Whether an activity goes in a zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum Fitness {
    /// It goes.
    #[serde(rename = "conforme")]
    Fits,
    /// It goes under conditions, which a person must look at.
    #[serde(rename = "condicionado")]
    Conditioned,
    /// It does not.
    #[serde(rename = "no_conforme")]
    Unfit,
}

/// How a lot in several zones is judged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitLots {
    /// By what.
    #[serde(rename = "regla")]
    pub rule: SplitRule,
    /// By which article.
    #[serde(rename = "articulo")]
    pub article: String,
}

/// Which of several zones rules a lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitRule {
    /// The strictest limit of all of them, one by one.
    #[serde(rename = "mas_restrictiva")]
    Strictest,
    /// The zone with most of the lot.
    #[serde(rename = "mayor_proporcion")]
    LargestShare,
    /// The zone at its front.
    #[serde(rename = "por_frente")]
    Front,
}

/// What overlays of a theme do by this norm.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeEffect {
    /// The theme.
    #[serde(rename = "tema")]
    pub theme: String,
    /// What it does.
    #[serde(rename = "efecto")]
    pub effect: Effect,
    /// By which article.
    #[serde(rename = "articulo")]
    pub article: String,
}

/// A theme of which the municipality has no ground: not «nobody drew it», but «it was looked for».
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbsentTheme {
    /// The theme.
    #[serde(rename = "tema")]
    pub theme: String,
    /// By which article.
    #[serde(rename = "articulo")]
    pub article: String,
}

/// By how much a measured value may miss a limit and is still right.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormTolerances {
    /// Of lengths and heights, in metres.
    #[serde(rename = "longitud_m", default)]
    pub length_m: f64,
    /// Of areas, in per cent of the limit.
    #[serde(rename = "area_pct", default)]
    pub area_pct: f64,
}

impl Norm {
    /// An article, as findings cite it.
    pub fn basis(&self, id: &str) -> Option<LegalBasis> {
        let article = self.articles.iter().find(|article| article.id == id)?;
        Some(LegalBasis {
            norma: self.instrument.ordinance.as_str().into(),
            articulo: Some(article.title.as_str().into()),
        })
    }

    /// Reads a norm's file.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Vec<NormFault>> {
        if text.len() > BYTES_MAX {
            return Err(vec![NormFault::new("", Fault::TooLarge)]);
        }
        let norm: Self = serde_json::from_str(text).map_err(|error| {
            let place = format!("línea {}, columna {}", error.line(), error.column());
            vec![NormFault::new(place, Fault::Form(error.to_string()))]
        })?;
        let found = faults::of(&norm);
        if found.is_empty() {
            Ok(norm)
        } else {
            Err(found)
        }
    }
}
