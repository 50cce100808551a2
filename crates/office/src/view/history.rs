//! What a parcel was, and which it came from.

use serde::Serialize;
use serde_json::value::RawValue;
use store::lineage::{LinkRow, VersionRow};

use super::work::raw;

/// The history of a parcel on both time axes.
#[derive(Serialize)]
pub struct History {
    /// Code.
    #[serde(rename = "codigo")]
    pub code: String,
    /// All its versions, the first one first.
    #[serde(rename = "versiones")]
    pub versions: Vec<Version>,
    /// Parcels that it comes from, the nearest ones first.
    #[serde(rename = "antecesores")]
    pub ancestors: Vec<Kin>,
    /// Parcels that came from it, the nearest ones first.
    #[serde(rename = "sucesores")]
    pub descendants: Vec<Kin>,
}

/// A version of a parcel.
#[derive(Serialize)]
pub struct Version {
    /// Code.
    #[serde(rename = "codigo")]
    pub code: String,
    /// Municipality.
    pub ubigeo: String,
    /// First day on which it held.
    #[serde(rename = "vigente_desde")]
    pub valid_from: String,
    /// First day on which it held no more.
    #[serde(rename = "vigente_hasta")]
    pub valid_to: Option<String>,
    /// Since when the service says so.
    #[serde(rename = "conocido_desde")]
    pub recorded_from: String,
    /// Since when it says so no more.
    #[serde(rename = "conocido_hasta")]
    pub recorded_to: Option<String>,
    /// The change that opened it.
    #[serde(rename = "version_datos")]
    pub change: i64,
    /// The change that closed it.
    #[serde(rename = "cerrado_por")]
    pub closed_by: Option<i64>,
    /// What that change was.
    #[serde(rename = "acto")]
    pub act: String,
    /// Why.
    #[serde(rename = "sustento")]
    pub reason: String,
    /// The document behind it.
    #[serde(rename = "documento")]
    pub document: Option<String>,
    /// Area in the projection.
    pub area_m2: f64,
    /// Attributes.
    #[serde(rename = "atributos")]
    pub attributes: Option<Box<RawValue>>,
    /// Shape as GeoJSON in CRS84.
    #[serde(rename = "geometria")]
    pub shape: Option<Box<RawValue>>,
}

/// A version of a feature of any layer, as a feature.
#[derive(Serialize)]
pub struct FeatureVersion {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Code and change: no two versions share both, but for what one change says of two times.
    id: String,
    #[serde(rename = "geometry")]
    shape: Option<Box<RawValue>>,
    properties: Properties,
}

#[derive(Serialize)]
struct Properties {
    #[serde(rename = "id")]
    code: String,
    ubigeo: String,
    #[serde(rename = "vigente_desde")]
    valid_from: String,
    #[serde(rename = "vigente_hasta")]
    valid_to: Option<String>,
    #[serde(rename = "registrado_desde")]
    recorded_from: String,
    #[serde(rename = "registrado_hasta")]
    recorded_to: Option<String>,
    #[serde(rename = "version_datos")]
    change: i64,
    #[serde(rename = "cerrado_por")]
    closed_by: Option<i64>,
    #[serde(rename = "acto")]
    act: String,
    #[serde(rename = "levantamiento")]
    survey: Option<String>,
    area_m2: f64,
    #[serde(rename = "atributos")]
    attributes: Option<Box<RawValue>>,
}

impl FeatureVersion {
    pub(crate) fn of(row: VersionRow) -> Self {
        let version = Version::of(row);
        Self {
            kind: "Feature",
            id: format!("{}@{}.{}", version.code, version.change, version.valid_from),
            shape: version.shape,
            properties: Properties {
                survey: version.document.map(|survey| {
                    format!(
                        "/api/{}",
                        survey.replacen("levantamiento/", "levantamientos/", 1)
                    )
                }),
                code: version.code,
                ubigeo: version.ubigeo,
                valid_from: version.valid_from,
                valid_to: version.valid_to,
                recorded_from: version.recorded_from,
                recorded_to: version.recorded_to,
                change: version.change,
                closed_by: version.closed_by,
                act: version.act,
                area_m2: version.area_m2,
                attributes: version.attributes,
            },
        }
    }
}

/// A parcel before or after another.
#[derive(Serialize)]
pub struct Kin {
    /// `subdivision`, `acumulacion`, `reajuste`, `renumeracion`.
    #[serde(rename = "operacion")]
    pub operation: String,
    /// It came before.
    #[serde(rename = "anterior")]
    pub parent: String,
    /// It came after.
    #[serde(rename = "nuevo")]
    pub child: String,
    /// The change.
    #[serde(rename = "version_datos")]
    pub change: i64,
    /// When.
    #[serde(rename = "momento")]
    pub at: String,
    /// Why.
    #[serde(rename = "sustento")]
    pub reason: String,
    /// The document behind it.
    #[serde(rename = "documento")]
    pub document: Option<String>,
    /// How many steps away, from 1.
    #[serde(rename = "pasos")]
    pub steps: i32,
}

/// Surveys are named by their number. The name of a file on the operator's disk may name people, and is not told.
fn public(document: Option<String>) -> Option<String> {
    document.filter(|name| name.starts_with("levantamiento/"))
}

impl Version {
    pub(crate) fn of(row: VersionRow) -> Self {
        Self {
            code: row.code,
            ubigeo: row.ubigeo,
            valid_from: row.valid_from.to_string(),
            valid_to: row.valid_to.map(|day| day.to_string()),
            recorded_from: row.recorded_from.to_rfc3339(),
            recorded_to: row.recorded_to.map(|at| at.to_rfc3339()),
            change: row.change_from,
            closed_by: row.change_to,
            act: row.kind,
            reason: row.reason,
            document: public(row.document),
            area_m2: (row.area_m2 * 100.0).round() / 100.0,
            attributes: raw(Some(row.attributes)),
            shape: raw(Some(row.shape)),
        }
    }
}

impl Kin {
    pub(crate) fn of(row: LinkRow) -> Self {
        Self {
            operation: row.operation,
            parent: row.parent,
            child: row.child,
            change: row.change,
            at: row.at.to_rfc3339(),
            reason: row.reason,
            document: public(row.document),
            steps: row.steps,
        }
    }
}
