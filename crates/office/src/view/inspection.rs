//! Inspections on the map, for who inspects.

use chrono::{DateTime, NaiveDate, Utc};
use domain::audit::Hash;
use geo_types::Coord;
use serde::Serialize;
use store::inspections::{Evidence, InspectionRow};

use crate::{Problem, place};

/// An inspection as a GeoJSON feature.
#[derive(Clone, Debug, Serialize)]
pub struct InspectionShape {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Its identity.
    pub id: String,
    geometry: Dot,
    properties: Properties,
}

/// Inspections as a GeoJSON collection.
#[derive(Clone, Debug, Serialize)]
pub struct Inspections {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<InspectionShape>,
}

#[derive(Clone, Debug, Serialize)]
struct Dot {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: [f64; 2],
}

#[derive(Clone, Debug, Serialize)]
struct Properties {
    ubigeo: String,
    predio: Option<String>,
    certificado: Option<String>,
    recibo_sha256: Option<String>,
    estado: &'static str,
    asunto: String,
    abierta_por: String,
    abierta_a: DateTime<Utc>,
    acta: Option<String>,
    fecha: Option<NaiveDate>,
    codigo: Option<String>,
    infraccion: Option<String>,
    orden: Option<String>,
    plazo: Option<NaiveDate>,
    documento: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pruebas: Option<Vec<EvidenceShape>>,
}

#[derive(Clone, Debug, Serialize)]
struct EvidenceShape {
    id: String,
    archivo: String,
    bytes: i64,
    sha256: String,
    lugar: Option<[f64; 2]>,
    tomada_a: Option<DateTime<Utc>>,
    recibida_a: DateTime<Utc>,
}

impl Inspections {
    /// Without their evidence.
    pub(crate) fn of(rows: &[InspectionRow]) -> Result<Self, Problem> {
        Ok(Self {
            kind: "FeatureCollection",
            features: rows
                .iter()
                .map(|row| InspectionShape::of(row, None))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl InspectionShape {
    /// With its evidence, where that was read.
    pub(crate) fn of(row: &InspectionRow, evidence: Option<&[Evidence]>) -> Result<Self, Problem> {
        let shapes = |evidence: &[Evidence]| evidence.iter().map(EvidenceShape::of).collect();
        Ok(Self {
            kind: "Feature",
            id: row.id.to_string(),
            geometry: Dot {
                kind: "Point",
                coordinates: degrees(row.place)?,
            },
            properties: Properties {
                ubigeo: row.ubigeo.to_string(),
                predio: row.parcel.clone(),
                certificado: row.certificate.map(|id| id.to_string()),
                recibo_sha256: row.receipt.map(|hash| hash.to_string()),
                estado: row.state.name(),
                asunto: row.subject.clone(),
                abierta_por: row.opener.clone(),
                abierta_a: row.opened_at,
                acta: row.acta.clone(),
                fecha: row.visited_on,
                codigo: row.infraction_code.clone(),
                infraccion: row.infraction.clone(),
                orden: row.ordered.clone(),
                plazo: row.deadline,
                documento: row.resolution.clone(),
                pruebas: evidence.map(shapes).transpose()?,
            },
        })
    }
}

impl EvidenceShape {
    fn of(evidence: &Evidence) -> Result<Self, Problem> {
        Ok(Self {
            id: evidence.id.to_string(),
            archivo: evidence.file_name.clone(),
            bytes: evidence.bytes,
            sha256: Hash(evidence.sha256).to_string(),
            lugar: evidence.place.map(degrees).transpose()?,
            tomada_a: evidence.taken_at,
            recibida_a: evidence.uploaded_at,
        })
    }
}

fn degrees(at: Coord<f64>) -> Result<[f64; 2], Problem> {
    let mut point = [at];
    place::lon_lat(&mut point)?;
    Ok([point[0].x, point[0].y])
}
