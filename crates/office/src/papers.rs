//! Papers of dossiers and projects: a file with its digest, kept as it came and shown to anybody.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::{
    audit::Hash,
    collection::Collection,
    institute::DossierKind,
    people::{Action, Actor},
};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{
    Deed,
    attachments::{AttachmentRow, NewAttachment},
};
use uuid::Uuid;

use crate::{
    Kind, Office, Problem,
    people::require,
    surveys::{Incoming, shown_name, stored},
};

/// A paper, as anybody sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Paper {
    /// Its identity.
    pub id: Uuid,
    /// Name of the file.
    pub nombre: String,
    /// What it is.
    pub sobre: String,
    /// Its length in bytes.
    pub bytes: i64,
    /// Its digest.
    pub sha256: String,
    /// When it came.
    pub recibido: DateTime<Utc>,
    /// Where it is.
    pub enlace: String,
}

/// A file as it came.
#[derive(Clone, Debug)]
pub struct PaperFile {
    /// Its name, as its sender calls it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a project of investment is called among what has papers; the others are dossiers.
pub const PROJECT: &str = "inversion";

/// Largest paper: a scanned ordinance with its maps.
pub const BYTES_MAX: u64 = 40 << 20;

impl Office {
    /// Begins to receive a paper of something.
    pub async fn receive_paper(
        &self,
        actor: &Actor,
        kind: &str,
        code: &str,
    ) -> Result<Incoming, Problem> {
        self.may_bring_papers(actor, kind, code).await?;
        Incoming::begin(&self.papers_folder(), BYTES_MAX).await
    }

    /// Takes a paper in, of a dossier or a project that exists.
    pub async fn add_paper(
        &self,
        actor: &Actor,
        (kind, code): (&str, &str),
        mut incoming: Incoming,
        (name, about): (Option<&str>, &str),
    ) -> Result<Paper, Problem> {
        self.may_bring_papers(actor, kind, code).await?;
        let about = about.trim();
        if about.is_empty() || about.chars().count() > 200 {
            return Err(Problem::new(
                Kind::BadRequest,
                "Falta decir qué es el documento.",
                "Escríbalo en «sobre», en hasta 200 letras: ordenanza, acta, informe de avance…",
            ));
        }
        let received = incoming.finish().await?;
        let name = shown_name(name);
        let mut act = self.store.begin(actor).await?;
        let new = NewAttachment {
            id: received.id,
            kind,
            code,
            name: &name,
            about,
            bytes: received.bytes,
            sha256: received.sha256,
        };
        act.attach(&new).await?;
        let paper = Paper {
            id: new.id,
            nombre: name.clone(),
            sobre: about.to_owned(),
            bytes: new.bytes,
            sha256: Hash(new.sha256).to_string(),
            recibido: act.recorded_at(),
            enlace: link(new.id),
        };
        act.commit(&Deed {
            action: "documento.recepcion",
            ubigeo: None,
            object: format!("{kind}/{code}"),
            content: json!({"documento": paper.id, "sobre": paper.sobre, "sha256": paper.sha256, "bytes": paper.bytes}),
        })
        .await?;
        incoming.keep();
        Ok(paper)
    }

    async fn may_bring_papers(&self, actor: &Actor, kind: &str, code: &str) -> Result<(), Problem> {
        let action = match kind {
            "serie" => Action::OfferSeries,
            _ => Action::KeepRegister,
        };
        require(actor, action, None)?;
        if kind == DossierKind::Series.name() && require(actor, Action::KeepRegister, None).is_err()
        {
            // Somebody else's series takes no papers of theirs.
            let series = self.series(actor, code).await?;
            if !series.is_own {
                return Err(Problem::new(
                    Kind::Forbidden,
                    "La serie es de otra persona.",
                    "Sus documentos los agrega quien la ofreció, o el Instituto.",
                ));
            }
        }
        let dossier = DossierKind::ALL
            .into_iter()
            .find(|known| known.name() == kind);
        let exists = match (kind, dossier) {
            (PROJECT, _) => self
                .feed
                .snapshot()
                .feature(&Collection::Investments, code)
                .is_some(),
            (_, Some(kind)) => self.dossier::<Value>(kind, code, None).await.is_ok(),
            _ => false,
        };
        if exists {
            Ok(())
        } else {
            Err(Problem::new(
                Kind::NotFound,
                "No existe lo que el documento acompaña.",
                "Agréguelo desde la página de un plan, un proyecto, un indicador, una sesión o una serie.",
            ))
        }
    }

    /// Papers of a dossier or project that is seen already, the oldest first.
    pub async fn papers(&self, kind: &str, code: &str) -> Result<Vec<Paper>, Problem> {
        let rows = self.store.attachments(kind, code).await?;
        Ok(rows.into_iter().map(Paper::of).collect())
    }

    /// Papers that somebody may see of something that they name.
    pub async fn papers_seen(
        &self,
        actor: &Actor,
        kind: &str,
        code: &str,
    ) -> Result<Vec<Paper>, Problem> {
        self.may_see_papers(actor, kind, code).await?;
        self.papers(kind, code).await
    }

    /// What belongs to a series is seen where the series is.
    async fn may_see_papers(&self, actor: &Actor, kind: &str, code: &str) -> Result<(), Problem> {
        if kind == DossierKind::Series.name() {
            self.series(actor, code).await?;
        }
        Ok(())
    }

    /// The file of a paper, if it still is what came.
    pub async fn paper_file(&self, actor: &Actor, id: Uuid) -> Result<PaperFile, Problem> {
        let row = self.store.attachment(id).await?.ok_or_else(|| {
            Problem::new(
                Kind::NotFound,
                "No hay un documento con ese identificador.",
                "Los documentos están en la página de lo que acompañan.",
            )
        })?;
        self.may_see_papers(actor, &row.kind, &row.code).await?;
        let bytes = tokio::fs::read(stored(&self.papers_folder(), row.id))
            .await
            .map_err(|error| lost(&error))?;
        if Sha256::digest(&bytes)[..] == row.sha256 {
            Ok(PaperFile {
                name: row.name,
                bytes,
            })
        } else {
            Err(lost(&"the digest is another"))
        }
    }

    /// Beside the files of surveys.
    fn papers_folder(&self) -> PathBuf {
        self.uploads
            .parent()
            .unwrap_or_else(|| Path::new("."))
            .join("documentos")
    }
}

impl Paper {
    fn of(row: AttachmentRow) -> Self {
        Self {
            id: row.id,
            nombre: row.name,
            sobre: row.about,
            bytes: row.bytes,
            sha256: row
                .sha256
                .as_slice()
                .try_into()
                .map(|digest| Hash(digest).to_string())
                .unwrap_or_default(),
            recibido: row.at,
            enlace: link(row.id),
        }
    }
}

fn link(id: Uuid) -> String {
    format!("/documentos/{id}")
}

fn lost(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "paper");
    Problem::new(
        Kind::Internal,
        "El archivo del documento no está, o no es el que llegó.",
        "Avise a quien opera el servidor: se recupera de un respaldo, y su huella dice si es el mismo.",
    )
}
