//! An annulment: shown, signed, and held to the certificate that it is of.

use chrono::{DateTime, Utc};
use domain::{audit::Head, certificate::Annulment};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::certificates::{Annulled, Issued};

use super::{
    issue::sha256,
    signature::{Fault, Jws},
};

/// That a certificate was annulled, as anybody sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct AnnulmentShape {
    /// When.
    pub fecha: DateTime<Utc>,
    /// Why.
    pub motivo: String,
    /// The document behind it.
    pub documento: String,
}

/// The same with its signature.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct SignedAnnulment {
    /// When.
    pub fecha: DateTime<Utc>,
    /// Why.
    pub motivo: String,
    /// The document behind it.
    pub documento: String,
    /// What was signed of it; none of those from before annulments were signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firma: Option<Jws>,
}

/// What an annulment says that it is: no certificate can be taken for one, nor one for a certificate.
const ACT: &str = "anulacion";

/// What is signed of an annulment.
pub(super) fn statement(of: &Issued, annulment: &Annulment, head: Head) -> Value {
    json!({
        "acto": ACT,
        "numero": of.number.to_string(),
        "codigo": of.code.to_string(),
        "certificado_sha256": sha256(&of.seal.payload),
        "fecha": annulment.at,
        "motivo": annulment.reason,
        "documento": annulment.document,
        "auditoria": head.to_string(),
    })
}

impl AnnulmentShape {
    pub(crate) fn of(annulment: &Annulment) -> Self {
        Self {
            fecha: annulment.at,
            motivo: annulment.reason.clone(),
            documento: annulment.document.clone(),
        }
    }
}

impl SignedAnnulment {
    pub(super) fn of(annulled: &Annulled) -> Self {
        let annulment = &annulled.annulment;
        Self {
            fecha: annulment.at,
            motivo: annulment.reason.clone(),
            documento: annulment.document.clone(),
            firma: annulled.seal.as_ref().map(Jws::of),
        }
    }

    /// Whether what was signed says what is shown, of the certificate with this digest.
    pub(super) fn shows(&self, signed: &Value, certificate_sha256: &str) -> Result<(), Fault> {
        let shown = json!([
            ACT,
            certificate_sha256,
            self.fecha,
            self.motivo,
            self.documento
        ]);
        let said = ["acto", "certificado_sha256", "fecha", "motivo", "documento"];
        let said: Value = said.iter().map(|name| signed[*name].clone()).collect();
        if said == shown {
            Ok(())
        } else {
            Err(Fault::Annulment)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annulment_is_of_its_certificate_and_says_what_it_shows() {
        let shown = SignedAnnulment {
            fecha: "2026-11-26T15:04:05.000001Z".parse().expect("a moment"),
            motivo: "error material en el área".to_owned(),
            documento: "R.G. 12-2026-MPM".to_owned(),
            firma: None,
        };
        let signed = json!({"acto": ACT, "numero": "220101-2026-000001", "certificado_sha256": "00", "fecha": shown.fecha,
            "motivo": shown.motivo, "documento": shown.documento});
        assert_eq!(shown.shows(&signed, "00"), Ok(()));
        assert_eq!(shown.shows(&signed, "01"), Err(Fault::Annulment));
        for member in ["acto", "fecha", "motivo", "documento"] {
            let mut other = signed.clone();
            other[member] = json!("2026-11-27T00:00:00Z");
            assert_eq!(shown.shows(&other, "00"), Err(Fault::Annulment), "{member}");
        }
    }
}
