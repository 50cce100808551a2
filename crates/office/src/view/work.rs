//! What is found in a survey and what it changes, as GeoJSON (RFC 7946, CRS84) for its staff.

use geo_types::Geometry;
use serde::Serialize;
use serde_json::value::RawValue;
use store::surveys::{ChangedRow, FoundRow};
use uuid::Uuid;

/// A page of features.
#[derive(Serialize)]
pub struct Page<P> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "numberReturned")]
    returned: usize,
    features: Vec<Feature<P>>,
    links: Vec<Link>,
}

/// One of them.
#[derive(Serialize)]
pub struct Feature<P> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: i32,
    geometry: Option<Box<RawValue>>,
    properties: P,
}

/// Where the list goes on.
#[derive(Serialize)]
pub struct Link {
    href: String,
    rel: &'static str,
    #[serde(rename = "type")]
    media_type: &'static str,
}

/// A finding.
#[derive(Serialize)]
pub struct FindingShape {
    /// Stable code of the rule.
    #[serde(rename = "regla")]
    pub rule: String,
    /// `error`, `observacion`, `aviso`.
    #[serde(rename = "severidad")]
    pub severity: String,
    /// What is wrong.
    #[serde(rename = "mensaje")]
    pub message: String,
    /// Code of the parcel.
    #[serde(rename = "predio")]
    pub parcel: Option<String>,
    /// Codes of the others that it names.
    #[serde(rename = "otros")]
    pub others: Vec<String>,
    /// Row of the file, from 1.
    #[serde(rename = "fila")]
    pub row: Option<i64>,
    /// What would mend it: shown, never applied by itself.
    #[serde(rename = "reparacion")]
    pub repair: Option<Box<RawValue>>,
}

/// A change.
#[derive(Serialize)]
pub struct ChangeShape {
    /// `alta`, `baja`, `modificacion`, `subdivision`, `acumulacion`, `reajuste`.
    #[serde(rename = "cambio")]
    pub kind: String,
    /// Codes in force that it closes.
    #[serde(rename = "anteriores")]
    pub parents: Vec<String>,
    /// Codes that it opens.
    #[serde(rename = "nuevos")]
    pub children: Vec<String>,
    /// What of it changes: `geometria`, `atributos`, `codigo`.
    #[serde(rename = "cambia")]
    pub of: Vec<String>,
    /// How far the border moves.
    #[serde(rename = "desplazamiento_m")]
    pub displaced_m: f64,
    /// Area before.
    #[serde(rename = "area_antes_m2")]
    pub area_before_m2: f64,
    /// Area after.
    #[serde(rename = "area_despues_m2")]
    pub area_after_m2: f64,
    /// The difference.
    #[serde(rename = "diferencia_m2")]
    pub difference_m2: f64,
    /// A row of it has an error: it stays out.
    #[serde(rename = "excluido")]
    pub spoiled: bool,
}

/// Something that two surveys claim.
#[derive(Serialize)]
pub struct ConflictShape {
    /// The other survey.
    #[serde(rename = "levantamiento")]
    pub survey: Uuid,
    /// `observado` or `conforme`.
    #[serde(rename = "estado")]
    pub state: String,
    /// Its file.
    #[serde(rename = "archivo")]
    pub file: String,
    /// Code in this survey.
    #[serde(rename = "predio")]
    pub parcel: String,
    /// Code in the other.
    #[serde(rename = "otro")]
    pub theirs: String,
    /// `codigo` where both close or open the same one, `terreno` where they open parcels on the same ground.
    #[serde(rename = "por")]
    pub by: &'static str,
    /// The common ground.
    #[serde(rename = "area_m2")]
    pub area_m2: Option<f64>,
}

impl<P> Page<P> {
    /// Features of a list, and where it goes on.
    fn of(features: Vec<Feature<P>>, limit: usize, path: &str) -> Self {
        let next = features.last().filter(|_| features.len() == limit);
        let links = next.map(|last| Link {
            href: format!("{path}?despues={}&limite={limit}", last.id),
            rel: "next",
            media_type: "application/geo+json",
        });
        Self {
            kind: "FeatureCollection",
            returned: features.len(),
            links: links.into_iter().collect(),
            features,
        }
    }
}

/// A page of findings.
pub(crate) fn findings(rows: Vec<FoundRow>, limit: usize, path: &str) -> Page<FindingShape> {
    let features = rows.into_iter().map(|row| Feature {
        kind: "Feature",
        id: row.number,
        geometry: raw(row.shape),
        properties: FindingShape {
            rule: row.rule,
            severity: row.severity,
            message: row.message,
            parcel: row.code,
            others: row.others,
            row: row.row,
            repair: raw(row.repair),
        },
    });
    Page::of(features.collect(), limit, path)
}

/// A page of changes.
pub(crate) fn changes(rows: Vec<ChangedRow>, limit: usize, path: &str) -> Page<ChangeShape> {
    let features = rows.into_iter().map(|row| Feature {
        kind: "Feature",
        id: row.number,
        geometry: raw(row.shape),
        properties: ChangeShape {
            of: row.aspects,
            kind: row.kind,
            parents: row.parents,
            children: row.children,
            displaced_m: hundredths(row.displaced_m),
            area_before_m2: hundredths(row.area_before_m2),
            area_after_m2: hundredths(row.area_after_m2),
            difference_m2: hundredths(row.area_after_m2 - row.area_before_m2),
            spoiled: row.spoiled,
        },
    });
    Page::of(features.collect(), limit, path)
}

/// Conflicts; shapes are in EPSG:32718.
pub(crate) fn conflicts(found: Vec<(Option<Geometry<f64>>, ConflictShape)>) -> Page<ConflictShape> {
    let features = (1..).zip(found).map(|(id, (ground, shape))| Feature {
        kind: "Feature",
        id,
        geometry: ground.as_ref().and_then(geo_json),
        properties: ConflictShape {
            area_m2: shape.area_m2.map(hundredths),
            ..shape
        },
    });
    let features: Vec<_> = features.collect();
    let all = features.len() + 1;
    Page::of(features, all, "")
}

/// A shape in EPSG:32718 as GeoJSON; none where longitude and latitude cannot be told.
pub(crate) fn geo_json(official: &Geometry<f64>) -> Option<Box<RawValue>> {
    let mut json = Vec::new();
    query::encode::geojson::shape(official, &mut json).ok()?;
    raw(String::from_utf8(json).ok())
}

/// Plans give metres and square metres with two decimals.
pub(crate) fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// JSON that PostGIS wrote.
pub(super) fn raw(json: Option<String>) -> Option<Box<RawValue>> {
    json.and_then(|json| RawValue::from_string(json).ok())
}
