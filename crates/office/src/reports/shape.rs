//! Reports, as anybody sees them. What is signed is made of the same shapes, and is read back into them.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    audit::Hash,
    institute::{indicator::Point, report::ReportCode},
};
use serde::{Deserialize, Serialize};
use store::sealed_reports::SealedReport;
use uuid::Uuid;

use super::{Report, mark, sha256};
use crate::{Problem, data, dossiers::Kept, stored_queries::Origin};

/// A page of the list.
#[derive(Clone, Serialize, Debug)]
pub struct Reports {
    /// The newest period first.
    pub informes: Vec<ReportLine>,
    /// Where the list goes on.
    pub siguiente: Option<String>,
}

/// A report in a list.
#[derive(Clone, Serialize, Debug)]
pub struct ReportLine {
    /// What it is known by.
    pub codigo: String,
    /// Its title.
    pub titulo: String,
    /// `borrador`, `firmado`.
    pub estado: &'static str,
    /// Its period.
    pub periodo: String,
    /// Its axis; none for all of them.
    pub eje: Option<AxisName>,
    /// Since when it is as it is.
    pub desde: DateTime<Utc>,
    /// Where it is.
    pub enlace: String,
}

/// An axis by its code and its name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct AxisName {
    /// What it is known by.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
}

impl AxisName {
    pub(super) fn of(code: &str) -> Self {
        let found = data::axes().iter().find(|axis| axis.code == code);
        Self {
            codigo: code.to_owned(),
            nombre: found.map_or_else(|| code.to_owned(), |axis| axis.name.clone()),
        }
    }
}

impl ReportLine {
    pub(super) fn of(code: &ReportCode, kept: &Kept<Report>) -> Self {
        Self {
            codigo: kept.code.clone(),
            titulo: kept.content.titulo.clone(),
            estado: kept.content.estado.name(),
            periodo: code.period.to_string(),
            eje: code.axis.as_deref().map(AxisName::of),
            desde: kept.since,
            enlace: format!("/informes/{}", kept.code),
        }
    }
}

/// What a report says of one axis.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub struct SectionShape {
    /// The axis.
    pub eje: AxisName,
    /// Plain paragraphs.
    pub texto: String,
    /// Its figures, by indicator.
    pub cifras: Vec<ReportFigures>,
}

/// The figures of one indicator.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub struct ReportFigures {
    /// The indicator.
    pub indicador: String,
    /// What it is called.
    pub nombre: String,
    /// Its unit.
    pub unidad: String,
    /// `mas`, `menos`: which way is better.
    pub sentido: domain::institute::indicator::Direction,
    /// The period of the figures.
    pub periodo: String,
    /// Whether a stored question computes it.
    pub calculado: bool,
    /// The target that counts in it.
    pub meta: Option<Point>,
    /// The province before its municipalities.
    pub valores: Vec<ReportValue>,
}

/// A figure at a place.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub struct ReportValue {
    /// The municipality; none for the province.
    pub ubigeo: Option<String>,
    /// What people call it.
    pub lugar: String,
    /// How much.
    pub valor: f64,
    /// Against the report before.
    pub anterior: Option<EarlierShape>,
    /// What it was computed from; none where it was typed in.
    pub origen: Option<Origin>,
    /// What its author says about it.
    pub nota: Option<String>,
    /// The paper that proves it.
    pub documento: Option<PaperShape>,
}

/// The value before.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub struct EarlierShape {
    /// Its period.
    pub periodo: String,
    /// How much.
    pub valor: f64,
    /// The later less the earlier.
    pub diferencia: f64,
    /// `mejora`, `empeora`, `igual`.
    pub tendencia: String,
    /// The signed report that says it; none where it is the figure in force.
    pub informe: Option<String>,
}

/// A paper by its digest.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub struct PaperShape {
    /// Its identity.
    pub id: Uuid,
    /// Name of its file.
    pub nombre: String,
    /// Its digest.
    pub sha256: String,
}

/// What is signed.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub(super) struct Sealed {
    pub(super) tipo: String,
    pub(super) codigo: String,
    pub(super) titulo: String,
    pub(super) periodo: SealedPeriod,
    pub(super) eje: Option<AxisName>,
    pub(super) provincia: String,
    pub(super) anterior: Option<String>,
    pub(super) secciones: Vec<SectionShape>,
    pub(super) elaborado_por: Vec<String>,
    pub(super) firmado_por: Signatory,
    pub(super) version_expediente: i32,
    pub(super) version_datos: i64,
    pub(super) conocido_a: DateTime<Utc>,
    pub(super) fecha: NaiveDate,
    pub(super) auditoria: String,
    pub(super) demostracion: bool,
}

#[derive(Clone, Serialize, Deserialize, Debug)]
pub(super) struct SealedPeriod {
    pub(super) codigo: String,
    pub(super) nombre: String,
    pub(super) desde: NaiveDate,
    pub(super) hasta: NaiveDate,
}

#[derive(Clone, Serialize, Deserialize, Debug)]
pub(super) struct Signatory {
    pub(super) nombre: String,
    pub(super) cargo: String,
}

/// A report with its figures.
#[derive(Clone, Serialize, Debug)]
pub struct ReportShape {
    /// What it is known by.
    pub codigo: String,
    /// Its title.
    pub titulo: String,
    /// `borrador`, `firmado`.
    pub estado: &'static str,
    /// Which version of it.
    pub version: i32,
    /// Its period.
    pub periodo: String,
    /// The same in words.
    pub periodo_nombre: String,
    /// Its axis; none for all of them.
    pub eje: Option<AxisName>,
    /// The signed report before it, of the same axis and as long.
    pub anterior: Option<String>,
    /// What it says, by axis.
    pub secciones: Vec<SectionShape>,
    /// Who drafted it.
    pub elaborado_por: Vec<String>,
    /// What a reader has seen, in one word; who signs sends it.
    pub huella: String,
    /// That it is signed.
    pub firma: Option<SignedShape>,
    /// Whether its figures are made up.
    pub demostracion: bool,
}

/// That a report is signed.
#[derive(Clone, Serialize, Debug)]
pub struct SignedShape {
    /// Who signed it.
    pub nombre: String,
    /// As what.
    pub cargo: String,
    /// When.
    pub firmado_a: DateTime<Utc>,
    /// That day in the province.
    pub fecha: NaiveDate,
    /// The last change of the land that it saw.
    pub version_datos: i64,
    /// The key.
    pub llave: String,
    /// Digest of what was signed.
    pub contenido_sha256: String,
    /// Digest of its paper.
    pub pdf_sha256: String,
}

impl ReportShape {
    /// A draft, with the figures that were gathered for it.
    pub(super) fn draft(
        code: &ReportCode,
        kept: &Kept<Report>,
        (anterior, secciones): (Option<String>, Vec<SectionShape>),
        authors: &[String],
    ) -> Self {
        Self {
            codigo: kept.code.clone(),
            titulo: kept.content.titulo.clone(),
            estado: kept.content.estado.name(),
            version: kept.version,
            periodo: code.period.to_string(),
            periodo_nombre: code.period.words(),
            eje: code.axis.as_deref().map(AxisName::of),
            anterior,
            huella: mark(&kept.content.titulo, &secciones).unwrap_or_default(),
            secciones,
            elaborado_por: authors.to_vec(),
            firma: None,
            demostracion: kept.content.demostracion,
        }
    }

    /// A signed one: what it says is what was signed.
    pub(super) fn signed(
        kept: &Kept<Report>,
        row: &SealedReport,
        sealed: Sealed,
    ) -> Result<Self, Problem> {
        Ok(Self {
            huella: mark(&sealed.titulo, &sealed.secciones)?,
            codigo: sealed.codigo,
            titulo: sealed.titulo,
            estado: super::State::Signed.name(),
            version: kept.version,
            periodo: sealed.periodo.codigo,
            periodo_nombre: sealed.periodo.nombre,
            eje: sealed.eje,
            anterior: sealed.anterior,
            secciones: sealed.secciones,
            elaborado_por: sealed.elaborado_por,
            firma: Some(SignedShape {
                nombre: sealed.firmado_por.nombre,
                cargo: sealed.firmado_por.cargo,
                firmado_a: row.at,
                fecha: row.day,
                version_datos: row.change,
                llave: row.seal.key.clone(),
                contenido_sha256: sha256(row.seal.payload.as_bytes()),
                pdf_sha256: row
                    .pdf_sha256
                    .as_slice()
                    .try_into()
                    .map(|digest| Hash(digest).to_string())
                    .unwrap_or_default(),
            }),
            demostracion: sealed.demostracion,
        })
    }
}
