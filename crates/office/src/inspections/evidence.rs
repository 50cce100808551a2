//! Evidence: a file with its digest, its place and its time, kept as it came.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::{
    audit::Hash,
    people::{Action, Actor},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::inspections::Evidence;
use uuid::Uuid;

use super::{absent, deed, official};
use crate::{
    Kind, Office, Problem,
    people::require,
    problem,
    surveys::{Incoming, shown_name, stored},
    view::InspectionShape,
};

/// What somebody says of the evidence that they upload.
#[derive(Clone, Default, Debug)]
pub struct Taken {
    /// The file's name, as the person calls it.
    pub file_name: Option<String>,
    /// Longitude and latitude.
    pub place: Option<[f64; 2]>,
    /// When.
    pub at: Option<DateTime<Utc>>,
}

/// A piece of evidence as it came.
#[derive(Clone, Debug)]
pub struct EvidenceFile {
    /// Its name, as the person calls it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl EvidenceFile {
    /// The kind of picture that its first bytes say it is; none of what a browser would not show as one.
    pub fn picture(&self) -> Option<&'static str> {
        match self.bytes.as_slice() {
            [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some("image/webp"),
            _ => None,
        }
    }
}

/// Largest piece: a minute of a phone's video, or a dozen of its photographs.
pub const BYTES_MAX: u64 = 20 << 20;

impl Office {
    /// Begins to receive evidence of an inspection.
    pub async fn receive_evidence(&self, actor: &Actor, id: Uuid) -> Result<Incoming, Problem> {
        let _ = self.inspection(actor, id).await?;
        Incoming::begin(&self.evidence_folder(), BYTES_MAX).await
    }

    /// Takes evidence in.
    pub async fn add_evidence(
        &self,
        actor: &Actor,
        id: Uuid,
        mut incoming: Incoming,
        taken: Taken,
    ) -> Result<InspectionShape, Problem> {
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let place = taken.place.map(official).transpose()?;
        let received = incoming.finish().await?;
        let mut act = self.store.begin(actor).await?;
        let row = act.inspections(Some(id), 1).await?.pop();
        let row = row.ok_or_else(absent)?;
        require(actor, Action::Inspect, Some(row.ubigeo))?;
        let evidence = Evidence {
            id: received.id,
            file_name: shown_name(taken.file_name.as_deref()),
            bytes: received.bytes,
            sha256: received.sha256,
            place,
            taken_at: taken.at,
            uploaded_at: act.recorded_at(),
        };
        act.add_evidence(id, account, &evidence).await?;
        let content = json!({
            "prueba": evidence.id, "sha256": Hash(evidence.sha256).to_string(), "bytes": evidence.bytes,
        });
        act.commit(&deed("fiscalizacion.prueba", row.ubigeo, id, content))
            .await?;
        incoming.keep();
        self.inspection(actor, id).await
    }

    /// The file of a piece of evidence with its name, if it still is what came.
    pub async fn evidence_file(
        &self,
        actor: &Actor,
        id: Uuid,
        evidence: Uuid,
    ) -> Result<EvidenceFile, Problem> {
        let _ = self.inspection(actor, id).await?;
        let mut draft = self.store.draft(actor).await?;
        let all = draft.evidence(id).await?;
        let one = all.iter().find(|one| one.id == evidence);
        let one = one.ok_or_else(absent)?;
        let bytes = tokio::fs::read(stored(&self.evidence_folder(), one.id))
            .await
            .map_err(|error| lost(&error))?;
        if <[u8; 32]>::from(Sha256::digest(&bytes)) == one.sha256 {
            Ok(EvidenceFile {
                name: one.file_name.clone(),
                bytes,
            })
        } else {
            Err(lost(&"the digest is another"))
        }
    }

    /// Beside the files of surveys.
    fn evidence_folder(&self) -> PathBuf {
        self.uploads
            .parent()
            .unwrap_or_else(|| Path::new("."))
            .join("fiscalizacion")
    }
}

fn lost(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "evidence");
    Problem::new(
        Kind::Internal,
        "El archivo de la prueba no está, o no es el que llegó.",
        "Avise a quien opera el servidor: se recupera de un respaldo, y su huella dice si es el mismo.",
    )
}
