use chrono::{DateTime, Utc};
use domain::certificate::Annulment;
use serde::{Deserialize, Serialize};

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

impl AnnulmentShape {
    pub(crate) fn of(annulment: &Annulment) -> Self {
        Self {
            fecha: annulment.at,
            motivo: annulment.reason.clone(),
            documento: annulment.document.clone(),
        }
    }
}
