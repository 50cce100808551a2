//! Dossiers with their content read into what it is, and written with its deed.

use chrono::{DateTime, Utc};
use domain::{
    audit::Hash,
    certificate::canonical,
    id::Ubigeo,
    institute::{DossierCode, DossierKind},
    people::{Action, Actor},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{
    Act, Deed,
    dossiers::{DossierRow, NewDossier},
};

use crate::{Kind, Office, Problem, people::require};

/// A version of a dossier, read into what it is.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    /// What it is known by.
    pub code: String,
    /// Which version.
    pub version: i32,
    /// The municipality; none for what is the province's.
    pub ubigeo: Option<Ubigeo>,
    /// Since when this version is recorded.
    pub since: DateTime<Utc>,
    /// Login of who wrote it; none for the console.
    pub login: Option<String>,
    /// What it says.
    pub content: T,
}

/// A dossier as it is to be from now on.
pub(crate) struct Written<'a, T> {
    pub(crate) kind: DossierKind,
    pub(crate) code: &'a DossierCode,
    pub(crate) ubigeo: Option<Ubigeo>,
    pub(crate) content: &'a T,
    /// The version that its author has read: 0 where there is to be none yet.
    pub(crate) after: i32,
    /// `plan.alta`, `plan.cambio`…
    pub(crate) action: &'static str,
}

/// Most dossiers of a kind that are read at once.
const ALL_MAX: i64 = 20_000;

impl Office {
    /// Dossiers of a kind at a moment (now, where it is none), by code.
    pub(crate) async fn dossiers<T: DeserializeOwned>(
        &self,
        kind: DossierKind,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Kept<T>>, Problem> {
        let rows = self.store.dossiers(kind, known_at, None, ALL_MAX).await?;
        rows.into_iter().map(|row| read(kind, row)).collect()
    }

    /// One dossier at a moment (now, where it is none).
    pub(crate) async fn dossier<T: DeserializeOwned>(
        &self,
        kind: DossierKind,
        code: &str,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Kept<T>, Problem> {
        let absent = || {
            Problem::new(
                Kind::NotFound,
                format!("No existe: {} {code}.", kind.name().replace('_', " ")),
                "Compruebe el código; los que hay están en su lista.",
            )
        };
        let code: DossierCode = code.parse().map_err(|_| absent())?;
        let row = self.store.dossier(kind, &code, known_at).await?;
        read(kind, row.ok_or_else(absent)?)
    }

    /// Writes the next version of a dossier in one act, with its deed.
    pub(crate) async fn write_dossier<T: Serialize>(
        &self,
        actor: &Actor,
        permission: Action,
        written: &Written<'_, T>,
    ) -> Result<(), Problem> {
        require(actor, permission, None)?;
        let mut act = self.store.begin(actor).await?;
        let deed = write(&mut act, written).await?;
        act.commit(&deed).await?;
        Ok(())
    }
}

/// Writes it within an act; gives the deed that the act has to record.
pub(crate) async fn write<T: Serialize>(
    act: &mut Act,
    written: &Written<'_, T>,
) -> Result<Deed, Problem> {
    let content = serde_json::to_value(written.content).map_err(|error| {
        tracing::error!(%error, "dossier");
        Problem::new(
            Kind::Internal,
            "El expediente no se pudo escribir.",
            "Avise a quien mantiene el programa.",
        )
    })?;
    let new = NewDossier {
        kind: written.kind,
        code: written.code,
        ubigeo: written.ubigeo,
        content: &content,
        after: written.after,
    };
    if !act.write_dossier(&new).await? {
        return Err(Problem::new(
            Kind::Conflict,
            if written.after == 0 {
                format!("Ya existe: {}.", written.code)
            } else {
                format!("{} cambió mientras usted lo editaba.", written.code)
            },
            "Vuelva a cargarlo, mire lo último y repita su cambio.",
        ));
    }
    let digest: [u8; 32] = Sha256::digest(canonical::text(&content)).into();
    Ok(Deed {
        action: written.action,
        ubigeo: written.ubigeo,
        object: format!("{}/{}", written.kind.name(), written.code),
        content: json!({"version": written.after + 1, "sha256": Hash(digest).to_string()}),
    })
}

/// A version, read into what it is.
pub(crate) fn read<T: DeserializeOwned>(
    kind: DossierKind,
    row: DossierRow,
) -> Result<Kept<T>, Problem> {
    let content = serde_json::from_value(row.content).map_err(|error| {
        tracing::error!(kind = kind.name(), code = row.code, %error, "dossier");
        Problem::new(
            Kind::Internal,
            format!("El expediente {} no se puede leer.", row.code),
            "Avise a quien mantiene el programa.",
        )
    })?;
    Ok(Kept {
        code: row.code,
        version: row.version,
        ubigeo: row.ubigeo,
        since: row.since,
        login: row.login,
        content,
    })
}
