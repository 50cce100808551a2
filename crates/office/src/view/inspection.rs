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
    /// What is known of it.
    pub properties: InspectionFacts,
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

/// What is known of an inspection.
#[derive(Clone, Debug, Serialize)]
pub struct InspectionFacts {
    /// The municipality.
    pub ubigeo: String,
    /// The parcel.
    pub predio: Option<String>,
    /// The certificate that it is held against, by its identity.
    pub certificado: Option<String>,
    /// The receipt of the check that it is held against.
    pub recibo_sha256: Option<String>,
    /// `programada`, `realizada`…
    pub estado: &'static str,
    /// What is to be looked at.
    pub asunto: String,
    /// Login of who opened it.
    pub abierta_por: String,
    /// When.
    pub abierta_a: DateTime<Utc>,
    /// Number of the acta.
    pub acta: Option<String>,
    /// The day of the visit.
    pub fecha: Option<NaiveDate>,
    /// Code of the infraction in the municipality's table.
    pub codigo: Option<String>,
    /// What it is.
    pub infraccion: Option<String>,
    /// What is ordered.
    pub orden: Option<String>,
    /// Until when.
    pub plazo: Option<NaiveDate>,
    /// The document that ends it.
    pub documento: Option<String>,
    /// Its evidence; in the answer about one only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pruebas: Option<Vec<EvidenceShape>>,
}

/// A piece of evidence.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceShape {
    /// Its identity.
    pub id: String,
    /// The file's name.
    pub archivo: String,
    /// Its size.
    pub bytes: i64,
    /// Its digest.
    pub sha256: String,
    /// Where it was taken: longitude and latitude.
    pub lugar: Option<[f64; 2]>,
    /// When it was taken.
    pub tomada_a: Option<DateTime<Utc>>,
    /// When it came.
    pub recibida_a: DateTime<Utc>,
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
            properties: InspectionFacts {
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
