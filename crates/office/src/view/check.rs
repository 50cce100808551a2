//! The answer of control urbano (`POST /api/control-urbano/verificaciones`).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::plan::{Effect, LegalBasis};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{LiveCertificate, ParameterView, RulingFinding};

/// The whole answer.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The parcel, where the question was about one or a point in one.
    pub predio: Option<ParcelView>,
    /// The day whose land and law were asked for.
    pub fecha: NaiveDate,
    /// What the service knew at this moment.
    pub conocido_a: DateTime<Utc>,
    /// The land is made up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demostracion: Option<bool>,
    /// Zones, the largest share first.
    pub zonificacion: Vec<ZoneView>,
    /// Overlays, the largest share first.
    pub restricciones: Vec<OverlayView>,
    /// Each theme of overlays: whether it touches the ground, or nobody knows.
    pub temas: Vec<ThemeView>,
    /// The zones' account of the ground; it adds up. None for a point.
    pub balance: Option<Balance>,
    /// Parameters of the zones, by name.
    pub parametros: BTreeMap<&'static str, ParameterView>,
    /// `conforme`, `no_conforme` or `no_concluyente`: what is not known never counts as compliance.
    pub resultado: &'static str,
    /// What was judged of the proposal; nothing without one.
    pub hallazgos: Vec<RulingFinding>,
    /// Certificates in force of the parcel and of those that it comes from. None while nobody can tell, because the
    /// database does not answer.
    pub certificados_vigentes: Option<Vec<LiveCertificate>>,
    /// What proves this answer.
    pub recibo: Receipt,
}

/// A parcel, as a check names it.
#[derive(Clone, Debug, Serialize)]
pub struct ParcelView {
    /// Its code; none for a free shape.
    pub codigo: Option<String>,
    /// Its municipality.
    pub ubigeo: String,
    /// Square metres in UTM projection.
    pub area_m2: f64,
    /// Whether the code is one of the service's own.
    pub provisional: bool,
}

/// A zone's share.
#[derive(Clone, Debug, Serialize)]
pub struct ZoneView {
    /// The zone feature.
    pub id: String,
    /// Its class; none where the plan does not say.
    pub codigo: Option<String>,
    /// Its name.
    pub nombre: Option<String>,
    /// Square metres; none for a point.
    pub area_m2: Option<f64>,
    /// Of the ground.
    pub proporcion: Option<f64>,
    /// False for a sliver (`data/reglas/mediciones.json`).
    pub significativa: bool,
    /// Where it comes from.
    pub instrumento: InstrumentView,
}

/// The instrument behind a zone.
#[derive(Clone, Debug, Serialize)]
pub struct InstrumentView {
    /// Plan.
    pub codigo: Option<String>,
    /// Ordinance.
    pub norma: Option<String>,
    /// Article.
    pub articulo: Option<String>,
}

/// An overlay's share.
#[derive(Clone, Debug, Serialize)]
pub struct OverlayView {
    /// The overlay feature.
    pub id: String,
    /// Its theme.
    pub tipo: Option<String>,
    /// Its name.
    pub nombre: Option<String>,
    /// Square metres; none for a point.
    pub area_m2: Option<f64>,
    /// Of the ground.
    pub proporcion: Option<f64>,
    /// False for a sliver.
    pub significativa: bool,
    /// What it does; none where its theme is not known.
    pub efecto: Option<Effect>,
    /// By which law: its own, or its theme's.
    pub base_legal: BasisView,
}

/// Where a restriction comes from.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BasisView {
    /// Law, ordinance or resolution.
    pub norma: Option<String>,
    /// Article.
    pub articulo: Option<String>,
}

impl From<&LegalBasis> for BasisView {
    fn from(basis: &LegalBasis) -> Self {
        Self {
            norma: Some(basis.norma.clone()),
            articulo: basis.articulo.clone(),
        }
    }
}

/// A theme's state.
#[derive(Clone, Debug, Serialize)]
pub struct ThemeView {
    /// Code of the theme.
    pub tipo: String,
    /// Whether it touches the ground.
    pub estado: ThemeState,
    /// The day of its newest data in this municipality.
    pub vigente_al: Option<NaiveDate>,
    /// By which law there is none of it in the municipality, where that is why it does not touch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_legal: Option<BasisView>,
}

/// What is known of a theme on a piece of ground.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeState {
    /// Some of it lies in an overlay of the theme.
    #[serde(rename = "afectado")]
    Affected,
    /// None does.
    #[serde(rename = "no_afectado")]
    Unaffected,
    /// The municipality has no data of the theme: nobody knows.
    #[serde(rename = "sin_datos")]
    NoData,
}

/// The account of the ground.
#[derive(Clone, Debug, Serialize)]
pub struct Balance {
    /// The ground.
    pub area_predio_m2: f64,
    /// Under at least one zone.
    pub con_zona_m2: f64,
    /// Under none.
    pub sin_zona_m2: f64,
    /// What overlapping zones count more than once.
    pub doble_zona_m2: f64,
}

/// What proves an answer.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Receipt {
    /// The last change that the answer knows.
    pub version_datos: i64,
    /// The norms that were asked: instrument, first day and digest of each; none where none is in force.
    pub version_normas: Option<String>,
    /// SHA-256 of the answer as compact JSON, members sorted by name, without `conocido_a`, `certificados_vigentes` and
    /// `recibo`: the same question about the same land gives the same digest.
    pub sha256: String,
}

impl Check {
    /// Code of the parcel that it is about.
    pub(crate) fn code(&self) -> Option<&str> {
        self.predio.as_ref()?.codigo.as_deref()
    }

    /// Puts the digest of the rest into the receipt.
    pub(crate) fn seal(&mut self) {
        let mut value = serde_json::to_value(&*self).unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            members.remove("conocido_a");
            members.remove("certificados_vigentes");
            members.remove("recibo");
        }
        self.recibo.sha256 = format!("{:x}", Sha256::digest(value.to_string()));
    }
}

/// A check in a line.
#[derive(Debug, Serialize)]
pub struct BriefCheck<'a> {
    predio: Option<&'a ParcelView>,
    /// Classes of its zones, the largest share first.
    zonas: Vec<&'a str>,
    resultado: &'static str,
    /// Ids of the findings that are not complied with.
    no_cumple: Vec<&'a str>,
    /// Ids of the findings that nobody can say.
    no_concluyente: Vec<&'a str>,
    certificados_vigentes: Option<usize>,
    recibo: &'a Receipt,
}

impl<'a> BriefCheck<'a> {
    pub(crate) fn of(check: &'a Check) -> Self {
        let ids = |state: &str| {
            let found = check
                .hallazgos
                .iter()
                .filter(|finding| finding.estado == state);
            found.map(|finding| finding.id.as_str()).collect()
        };
        let zones = check.zonificacion.iter().filter(|zone| zone.significativa);
        Self {
            predio: check.predio.as_ref(),
            zonas: zones.filter_map(|zone| zone.codigo.as_deref()).collect(),
            resultado: check.resultado,
            no_cumple: ids("no_cumple"),
            no_concluyente: ids("no_concluyente"),
            certificados_vigentes: check.certificados_vigentes.as_ref().map(Vec::len),
            recibo: &check.recibo,
        }
    }
}
