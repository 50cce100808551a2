//! A survey on its way, for its staff.

use serde::Serialize;
use serde_json::Value;
use store::surveys::{Decided, SurveyRow};
use uuid::Uuid;

/// A survey, as staff sees it.
#[derive(Serialize, Debug)]
pub struct SurveyShape {
    /// Its identity.
    pub id: Uuid,
    /// Its address.
    #[serde(rename = "enlace")]
    pub link: String,
    /// Layer.
    #[serde(rename = "coleccion")]
    pub collection: String,
    /// Municipality.
    pub ubigeo: String,
    /// Name of the file.
    #[serde(rename = "archivo")]
    pub file: String,
    /// `recibido`, `en_proceso`, `observado`, `conforme`, `aprobado`, `rechazado`, `publicado`.
    #[serde(rename = "estado")]
    pub state: String,
    /// How often it was compared: what who decides has looked at.
    #[serde(rename = "comparacion")]
    pub comparison: i32,
    /// Written feature by feature: `abierta`, or `enviada` where its author writes no more in it.
    #[serde(rename = "edicion", skip_serializing_if = "Option::is_none")]
    pub edition: Option<&'static str>,
    /// When it came.
    #[serde(rename = "recibido")]
    pub received_at: String,
    /// Who uploaded it.
    #[serde(rename = "subido_por")]
    pub uploaded_by: String,
    /// What was found.
    #[serde(rename = "informe", skip_serializing_if = "Option::is_none")]
    pub report: Option<Value>,
    /// Why the file was refused whole.
    #[serde(rename = "problema", skip_serializing_if = "Option::is_none")]
    pub problem: Option<Value>,
    /// How well reference systems fit, where somebody has to confirm one.
    #[serde(rename = "sistema", skip_serializing_if = "Option::is_none")]
    pub reference: Option<Value>,
    /// The last decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionShape>,
    /// The change that published it.
    #[serde(rename = "version_datos", skip_serializing_if = "Option::is_none")]
    pub change: Option<i64>,
}

/// A decision, as staff sees it.
#[derive(Serialize, Debug)]
pub struct DecisionShape {
    /// `aprobar`, `observar`, `rechazar`.
    pub decision: String,
    /// Who decided.
    #[serde(rename = "decidido_por")]
    pub by: String,
    /// When.
    #[serde(rename = "momento")]
    pub at: String,
    /// Why.
    #[serde(rename = "sustento")]
    pub reason: String,
    /// Rules whose findings were overridden, each with its reason.
    #[serde(rename = "excepciones")]
    pub exceptions: Value,
}

impl SurveyShape {
    pub(crate) fn of(row: &SurveyRow) -> Self {
        Self {
            report: row.report.clone(),
            problem: row.problem.clone(),
            reference: row.reference.clone(),
            ..Self::without_report(row)
        }
    }

    /// For a list, in which the reports would be most of it.
    pub(crate) fn without_report(row: &SurveyRow) -> Self {
        Self {
            id: row.id,
            link: format!("/api/levantamientos/{}", row.id),
            collection: row.collection.to_string(),
            ubigeo: row.ubigeo.to_string(),
            file: row.file_name.clone(),
            state: row.state.clone(),
            comparison: row.comparison,
            edition: row.edition.then(|| {
                if row.sent_at.is_none() && row.decision.is_none() {
                    "abierta"
                } else {
                    "enviada"
                }
            }),
            received_at: row.received_at.to_rfc3339(),
            uploaded_by: crate::surveys::uploader_name(row).to_owned(),
            report: None,
            problem: None,
            reference: None,
            decision: row.decision.as_ref().map(decision),
            change: row.change.map(|change| change.0),
        }
    }
}

fn decision(decided: &Decided) -> DecisionShape {
    DecisionShape {
        decision: decided.decision.clone(),
        by: decided.by.clone(),
        at: decided.at.to_rfc3339(),
        reason: decided.reason.clone(),
        exceptions: decided.exceptions.clone(),
    }
}
