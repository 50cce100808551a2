//! Who asked for a certificate. Personal data (Ley 29733): kept apart, read for a stated purpose, each reading recorded.

use domain::people::{Action, Actor};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Deed, certificates::Applicant};
use uuid::Uuid;

use super::words;
use crate::{
    Kind, Office, Problem,
    people::{fits_document, require},
};

/// Who asked, as staff writes and reads it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct ApplicantShape {
    /// The person's or company's name.
    #[serde(rename = "nombre")]
    pub full_name: String,
    /// `DNI`, `RUC`, `CE`, `PASAPORTE`.
    #[serde(rename = "documento_tipo")]
    pub document_kind: String,
    /// Its number.
    #[serde(rename = "documento_numero")]
    pub document_number: String,
}

impl ApplicantShape {
    /// The person, where the document is well formed. Neither name nor number goes into a message.
    pub(super) fn checked(&self) -> Result<Applicant, Problem> {
        let name = self.full_name.trim();
        if name.is_empty() || name.chars().count() > 200 {
            return Err(Problem::new(
                Kind::Refused,
                "Falta el nombre de quien solicita.",
                "Hasta 200 letras.",
            ));
        }
        if !fits_document(&self.document_kind, &self.document_number) {
            return Err(Problem::new(
                Kind::Refused,
                "El documento de quien solicita no está bien formado.",
                "Puede ser DNI (8 dígitos), RUC (11), CE o PASAPORTE.",
            ));
        }
        Ok(Applicant {
            full_name: name.to_owned(),
            document_kind: self.document_kind.clone(),
            document_number: self.document_number.clone(),
        })
    }
}

impl Office {
    /// Who asked for a certificate. The reading is recorded, with its purpose, before anything is given.
    pub async fn applicant(
        &self,
        actor: &Actor,
        id: Uuid,
        purpose: &str,
    ) -> Result<Option<ApplicantShape>, Problem> {
        let row = self.certificate_row(id).await?;
        require(actor, Action::DraftCertificate, Some(row.ubigeo))?;
        let purpose = words::said(Some(purpose), "finalidad")?;
        let mut act = self.store.begin(actor).await?;
        let applicant = act.applicant(id).await?;
        act.commit(&Deed {
            action: "solicitante.lectura",
            ubigeo: Some(row.ubigeo),
            object: format!("certificado/{id}"),
            content: json!({ "finalidad": purpose }),
        })
        .await?;
        Ok(applicant.map(|applicant| ApplicantShape {
            full_name: applicant.full_name,
            document_kind: applicant.document_kind,
            document_number: applicant.document_number,
        }))
    }
}
