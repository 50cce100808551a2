//! The audit trail, as who reads it sees it.

use domain::{
    audit::{Broken, Head, Record},
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Store, audit::AuditPage};

use crate::{Kind, Office, Problem, people::require};

/// The number and hash of the last record: whoever keeps it can tell later whether the history is still the same.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq, Debug)]
pub struct HeadShape {
    /// Number of the record.
    #[serde(rename = "numero")]
    pub number: i64,
    /// Its SHA-256, as hexadecimal digits.
    #[serde(rename = "sha256")]
    pub hash: String,
}

/// A record, as it is shown: all that its hash is made of.
#[derive(Serialize, Debug)]
pub struct RecordShape {
    /// Its place in the chain.
    #[serde(rename = "numero")]
    pub number: i64,
    /// When, to the microsecond.
    #[serde(rename = "momento")]
    pub at: String,
    /// Who.
    #[serde(rename = "quien")]
    pub actor: String,
    /// What.
    #[serde(rename = "accion")]
    pub action: String,
    /// Where.
    pub ubigeo: Option<String>,
    /// To what.
    #[serde(rename = "objeto")]
    pub object: String,
    /// The rest, as it was hashed.
    #[serde(rename = "contenido")]
    pub content: Box<RawValue>,
    /// Hash of the record before it.
    #[serde(rename = "anterior")]
    pub previous: String,
    /// Its own.
    pub sha256: String,
}

/// Records of one page.
pub const PAGE_MAX: i64 = 1_000;

impl From<Head> for HeadShape {
    fn from(head: Head) -> Self {
        Self {
            number: head.number,
            hash: head.hash.to_string(),
        }
    }
}

impl Office {
    /// The head of the trail. Public.
    pub async fn audit_head(&self) -> Result<HeadShape, Problem> {
        Ok(self.store.audit_head().await?.into())
    }

    /// Records after a number, oldest first; of one object where it is named.
    pub async fn audit_page(
        &self,
        actor: &Actor,
        after: i64,
        limit: i64,
        object: Option<String>,
    ) -> Result<Vec<RecordShape>, Problem> {
        require(actor, Action::ReadAudit, None)?;
        let limit = limit.clamp(1, PAGE_MAX);
        let page = AuditPage {
            after,
            limit,
            object,
        };
        self.store
            .audit_page(&page)
            .await?
            .into_iter()
            .map(shape)
            .collect()
    }

    /// Walks the whole trail, for who may read it. The inner result says in words where it is broken.
    pub async fn check_audit(&self, actor: &Actor) -> Result<Result<HeadShape, String>, Problem> {
        require(actor, Action::ReadAudit, None)?;
        verify(&self.store, &[]).await
    }
}

/// Walks the whole trail; `published` are heads that somebody kept. The inner result says in words where it is broken.
pub async fn verify(
    store: &Store,
    published: &[Head],
) -> Result<Result<HeadShape, String>, Problem> {
    let verified = store.verify_audit(published).await?;
    Ok(verified
        .map(HeadShape::from)
        .map_err(|broken| words(&broken)))
}

fn words(broken: &Broken) -> String {
    match broken {
        Broken::Missing { expected, found } => {
            format!("Falta el registro {expected}: en su lugar está el {found}.")
        }
        Broken::Unlinked { number } => {
            format!(
                "El registro {number} no sigue al anterior: se cambió el orden o lo que había antes."
            )
        }
        Broken::Changed { number } => {
            format!("El registro {number} fue cambiado: su contenido no da su huella.")
        }
        Broken::Truncated { number, last } => format!(
            "La cadena termina en el registro {last} y se había publicado el {number}: se perdió el final."
        ),
        Broken::Rewritten { number } => format!(
            "El registro {number} no es el que se publicó: la historia se escribió de nuevo."
        ),
    }
}

fn shape(record: Record) -> Result<RecordShape, Problem> {
    let number = record.number;
    let content = RawValue::from_string(record.content).map_err(|error| {
        tracing::error!(%error, number, "audit record is not JSON");
        Problem::new(
            Kind::Internal,
            format!("El registro {number} de la auditoría está dañado."),
            "Ejecute «catastro audit verify».",
        )
    })?;
    Ok(RecordShape {
        number,
        at: record
            .at
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        actor: record.actor,
        action: record.action,
        ubigeo: record.ubigeo,
        object: record.object,
        content,
        previous: record.previous.to_string(),
        sha256: record.hash.to_string(),
    })
}
