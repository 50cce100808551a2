//! The answer of control urbano (`POST /api/control-urbano/verificaciones`).

use std::{collections::BTreeMap, sync::Arc};

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
    /// Square metres in UTM projection.
    pub area_m2: f64,
    /// Its code; none for a free shape.
    pub codigo: Option<String>,
    /// Whether the code is one of the service's own.
    pub provisional: bool,
    /// Its municipality.
    pub ubigeo: String,
}

/// A zone's share.
#[derive(Clone, Debug, Serialize)]
pub struct ZoneView {
    /// Square metres; none for a point.
    pub area_m2: Option<f64>,
    /// Its class; none where the plan does not say.
    pub codigo: Option<String>,
    /// The zone feature.
    pub id: String,
    /// Where it comes from.
    pub instrumento: InstrumentView,
    /// Its name.
    pub nombre: Option<String>,
    /// Of the ground.
    pub proporcion: Option<f64>,
    /// False for a sliver (`data/reglas/mediciones.json`).
    pub significativa: bool,
}

/// The instrument behind a zone.
#[derive(Clone, Debug, Serialize)]
pub struct InstrumentView {
    /// Article.
    pub articulo: Option<String>,
    /// Plan.
    pub codigo: Option<String>,
    /// Ordinance.
    pub norma: Option<String>,
}

/// An overlay's share.
#[derive(Clone, Debug, Serialize)]
pub struct OverlayView {
    /// Square metres; none for a point.
    pub area_m2: Option<f64>,
    /// By which law: its own, or its theme's.
    pub base_legal: BasisView,
    /// What it does; none where its theme is not known.
    pub efecto: Option<Effect>,
    /// The overlay feature.
    pub id: String,
    /// Its name.
    pub nombre: Option<String>,
    /// Of the ground.
    pub proporcion: Option<f64>,
    /// False for a sliver.
    pub significativa: bool,
    /// Its theme.
    pub tipo: Option<String>,
}

/// Where a restriction comes from.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BasisView {
    /// Article.
    pub articulo: Option<Arc<str>>,
    /// Law, ordinance or resolution.
    pub norma: Option<Arc<str>>,
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
    /// By which law there is none of it in the municipality, where that is why it does not touch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_legal: Option<BasisView>,
    /// Whether it touches the ground.
    pub estado: ThemeState,
    /// Code of the theme.
    pub tipo: String,
    /// The day of its newest data in this municipality.
    pub vigente_al: Option<NaiveDate>,
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
    /// What overlapping zones count more than once.
    pub doble_zona_m2: f64,
    /// Under none.
    pub sin_zona_m2: f64,
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
        let mut text = Vec::with_capacity(USUAL_BYTES);
        // Numbers, texts and days are written without fail.
        let _ = serde_json::to_writer(&mut text, &Sealed::of(self));
        self.recibo.sha256 = format!("{:x}", Sha256::digest(text));
    }
}

/// What a check usually takes as text: it is written without growing.
const USUAL_BYTES: usize = 8 << 10;

/// What the digest of a check is made of. Its members, and those of all that is in it, are declared in the order of their
/// names: written straight out they are as a sorted JSON value, at a third of the cost.
#[derive(Serialize)]
struct Sealed<'a> {
    balance: &'a Option<Balance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    demostracion: Option<bool>,
    fecha: NaiveDate,
    hallazgos: &'a [RulingFinding],
    parametros: &'a BTreeMap<&'static str, ParameterView>,
    predio: &'a Option<ParcelView>,
    restricciones: &'a [OverlayView],
    resultado: &'static str,
    temas: &'a [ThemeView],
    zonificacion: &'a [ZoneView],
}

impl<'a> Sealed<'a> {
    fn of(check: &'a Check) -> Self {
        Self {
            balance: &check.balance,
            demostracion: check.demostracion,
            fecha: check.fecha,
            hallazgos: &check.hallazgos,
            parametros: &check.parametros,
            predio: &check.predio,
            restricciones: &check.restricciones,
            resultado: check.resultado,
            temas: &check.temas,
            zonificacion: &check.zonificacion,
        }
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn basis() -> BasisView {
        BasisView {
            norma: Some("Ordenanza 1".into()),
            articulo: None,
        }
    }

    fn check() -> Check {
        Check {
            predio: Some(ParcelView {
                codigo: None,
                ubigeo: "220101".to_owned(),
                area_m2: 250.0,
                provisional: false,
            }),
            fecha: NaiveDate::default(),
            conocido_a: DateTime::default(),
            demostracion: Some(true),
            zonificacion: vec![ZoneView {
                id: "Z".to_owned(),
                codigo: Some("RDM".to_owned()),
                nombre: None,
                area_m2: Some(0.1 + 0.2),
                proporcion: Some(1e-7),
                significativa: true,
                instrumento: InstrumentView {
                    codigo: None,
                    norma: None,
                    articulo: None,
                },
            }],
            restricciones: vec![OverlayView {
                id: "«ñ» \"\u{7}".to_owned(),
                tipo: None,
                nombre: None,
                area_m2: None,
                proporcion: None,
                significativa: false,
                efecto: Some(Effect::Conditions),
                base_legal: basis(),
            }],
            temas: vec![ThemeView {
                tipo: "t".to_owned(),
                estado: ThemeState::NoData,
                vigente_al: Some(NaiveDate::default()),
                base_legal: Some(basis()),
            }],
            balance: Some(Balance {
                area_predio_m2: 1.0,
                con_zona_m2: 2.0,
                sin_zona_m2: 3.0,
                doble_zona_m2: 4.0,
            }),
            parametros: BTreeMap::from([(
                "p",
                ParameterView {
                    valor: Some(4.0),
                    unidad: "m",
                    base_legal: basis(),
                    zona: "RDM".to_owned(),
                    se_exige_a: "edificacion",
                    segun: Some("s".to_owned()),
                    falta: vec!["f".to_owned()],
                },
            )]),
            resultado: "conforme",
            hallazgos: vec![RulingFinding {
                id: "uso".to_owned(),
                estado: "cumple",
                valor: None,
                limite: Some(3.0),
                unidad: None,
                base_legal: Some(basis()),
                causado_por: vec!["c".to_owned()],
                falta: vec!["f".to_owned()],
                explicacion: "e".to_owned(),
            }],
            certificados_vigentes: None,
            recibo: Receipt::default(),
        }
    }

    fn sorted(value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let mut members: Vec<(String, Value)> = members.into_iter().collect();
                members.sort_by(|a, b| a.0.cmp(&b.0));
                members
                    .into_iter()
                    .map(|(name, value)| (name, sorted(value)))
                    .collect()
            }
            Value::Array(values) => values.into_iter().map(sorted).collect(),
            other => other,
        }
    }

    /// A value keeps its members sorted: the digest is that of the documented form, whatever the order of declaration.
    #[test]
    fn the_digest_is_of_members_sorted_by_name() {
        let mut check = check();
        check.seal();
        let mut value = serde_json::to_value(&check).expect("JSON");
        let members = value.as_object_mut().expect("an object");
        for name in ["conocido_a", "certificados_vigentes", "recibo"] {
            assert!(members.remove(name).is_some());
        }
        let text = sorted(value).to_string();
        let direct = serde_json::to_string(&Sealed::of(&check)).expect("JSON");
        assert_eq!(direct, text);
        assert_eq!(check.recibo.sha256, format!("{:x}", Sha256::digest(text)));
    }
}
