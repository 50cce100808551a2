//! Certificates, as staff and as anybody sees them.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use store::certificates::{CertificateRow, EventRow};

use crate::certificates::AnnulmentShape;

/// A certificate in force, in a later check of its parcel.
#[derive(Clone, Debug, Serialize)]
pub struct LiveCertificate {
    /// Its number.
    pub numero: String,
    /// Its kind.
    pub tipo: &'static str,
    /// Its title.
    pub titulo: String,
    /// The day on which it was issued.
    pub emitido: NaiveDate,
    /// Its last day; none for one that does not expire.
    pub vence: Option<NaiveDate>,
    /// By which anybody verifies it.
    pub codigo: String,
    /// The parcel that it is of, where this one comes from that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub de_predio_anterior: Option<String>,
    /// Why what it says goes before the norm of today; none where no law says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prevalece: Option<String>,
}

/// A certificate, as who drafts or issues it sees it.
#[derive(Debug, Serialize)]
pub struct CertificateShape {
    /// Its identity.
    pub id: String,
    /// Where it is.
    pub enlace: String,
    /// Its kind.
    pub tipo: &'static str,
    /// The municipality.
    pub ubigeo: String,
    /// The parcel.
    pub predio: Option<String>,
    /// Number of the file at the desk.
    pub expediente: Option<String>,
    /// `borrador`, `en_revision`, `emitido`, `anulado`, `retirado`.
    pub estado: &'static str,
    /// Login of who drafted it.
    pub redactado_por: String,
    /// When.
    pub redactado_a: DateTime<Utc>,
    /// Its number, once it is issued.
    pub numero: Option<String>,
    /// Its code.
    pub codigo: Option<String>,
    /// Login of who issued it.
    pub emitido_por: Option<String>,
    /// The day on which it was issued.
    pub emitido: Option<NaiveDate>,
    /// Its last day.
    pub vence: Option<NaiveDate>,
    /// That it was annulled.
    pub anulacion: Option<AnnulmentShape>,
    /// SHA-256 of what its verdict states.
    pub veredicto_sha256: String,
    /// What was asked; in the answer about one only, as the next ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consulta: Option<Box<RawValue>>,
    /// What the officer states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datos: Option<Box<RawValue>>,
    /// What the service answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub veredicto: Option<Box<RawValue>>,
    /// Its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub historia: Option<Vec<StepShape>>,
}

/// A step on its way.
#[derive(Debug, Serialize)]
pub struct StepShape {
    /// When.
    pub fecha: DateTime<Utc>,
    /// Login.
    pub quien: String,
    /// `redactar`, `enviar`…
    pub paso: String,
    /// The state after it.
    pub estado: String,
    /// Why.
    pub sustento: Option<String>,
}

impl CertificateShape {
    /// As a line of a list.
    pub(crate) fn of(row: &CertificateRow) -> Self {
        let issued = row.issued.as_ref();
        Self {
            id: row.id.to_string(),
            enlace: format!("/api/control-urbano/certificados/{}", row.id),
            tipo: row.kind.name(),
            ubigeo: row.ubigeo.to_string(),
            predio: row.parcel.clone(),
            expediente: row.case.clone(),
            estado: row.state.name(),
            redactado_por: row.drafter_login.clone(),
            redactado_a: row.drafted_at,
            numero: issued.map(|issued| issued.number.to_string()),
            codigo: issued.map(|issued| issued.code.to_string()),
            emitido_por: issued.map(|issued| issued.by.clone()),
            emitido: issued.map(|issued| issued.on),
            vence: issued.and_then(|issued| issued.expires),
            anulacion: issued
                .and_then(|issued| issued.annulled.as_ref())
                .map(|annulled| AnnulmentShape::of(&annulled.annulment)),
            veredicto_sha256: row.substance.to_string(),
            consulta: None,
            datos: None,
            veredicto: None,
            historia: None,
        }
    }

    /// With all that it says, and its way.
    pub(crate) fn whole(
        row: &CertificateRow,
        events: Vec<EventRow>,
    ) -> Result<Self, serde_json::Error> {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).map(Some);
        let steps = events.into_iter().map(|event| StepShape {
            fecha: event.at,
            quien: event.login,
            paso: event.step,
            estado: event.state,
            sustento: event.reason,
        });
        Ok(Self {
            consulta: raw(&row.request)?,
            datos: raw(&row.stated)?,
            veredicto: raw(&row.verdict)?,
            historia: Some(steps.collect()),
            ..Self::of(row)
        })
    }
}

/// What anybody learns of a certificate by its code.
#[derive(Clone, Debug, Serialize)]
pub struct Proof {
    /// Its code.
    pub codigo: String,
    /// Its number.
    pub numero: String,
    /// Its kind.
    pub tipo: &'static str,
    /// Its title.
    pub titulo: String,
    /// Who issued it.
    pub municipio: Option<Place>,
    /// The parcel.
    pub predio: Option<String>,
    /// The land is made up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demostracion: Option<bool>,
    /// Whether its signature holds, and it says what the register says.
    pub autentico: bool,
    /// `vigente`, `vencido`, `anulado`, `todavia_no_emitido`; `no_autentico`, which is worse than all of them.
    pub estado: &'static str,
    /// The day of which this is said.
    pub al: NaiveDate,
    /// The day on which it was issued.
    pub emitido: NaiveDate,
    /// Its last day; none for one that does not expire.
    pub vence: Option<NaiveDate>,
    /// Days until then.
    pub dias_restantes: Option<i64>,
    /// That it was annulled, when and why.
    pub anulacion: Option<AnnulmentShape>,
    /// Whether the annulment's own signature holds; nothing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anulacion_firmada: Option<bool>,
    /// The officer, by name and post.
    pub firmado_por: Option<SignatoryShape>,
    /// The key of the signature.
    pub llave: String,
    /// Why what it says goes before a later norm, while it is in force.
    pub prevalece: Option<String>,
    /// What the service answers today.
    pub hoy: Today,
    /// Where the signed JSON is.
    pub firma: String,
}

/// A municipality.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// Its code.
    pub ubigeo: String,
    /// Its name.
    pub nombre: String,
}

/// Who signed.
#[derive(Clone, Debug, Serialize)]
pub struct SignatoryShape {
    /// The officer's name.
    pub nombre: String,
    /// The officer's post.
    pub cargo: String,
}

/// What the service answers today to what the certificate asked.
#[derive(Clone, Debug, Serialize)]
pub struct Today {
    /// Whether the norms are of another version; none where nobody can tell.
    pub norma_cambio: Option<bool>,
    /// Which of `parametros`, `zonificacion`, `restricciones`, `resultado` are others today.
    pub difiere: Option<Vec<&'static str>>,
    /// Norms of the certificate.
    pub version_normas_certificado: Value,
    /// Norms of today.
    pub version_normas: Value,
    /// Data of the certificate.
    pub version_datos_certificado: Value,
    /// Data of today.
    pub version_datos: Value,
    /// In a sentence.
    pub explicacion: String,
}

impl fmt::Display for LiveCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.numero, self.titulo)?;
        if let Some(last) = self.vence {
            write!(f, ", hasta el {last}")?;
        }
        if let Some(before) = &self.de_predio_anterior {
            write!(f, ", del predio anterior {before}")?;
        }
        write!(f, "; código {}", self.codigo)?;
        if let Some(prevails) = &self.prevalece {
            write!(f, "\n      {prevails}")?;
        }
        Ok(())
    }
}
