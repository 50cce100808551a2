//! Questions about many parcels that are answered apart: asked, waited for, fetched as a file.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::people::Actor;
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};
use sha2::{Digest, Sha256};
use store::{jobs::Claimed, people::accounts::By, questions::QuestionRow};
use tokio::{fs, io::AsyncWriteExt};
use uuid::Uuid;

use crate::{Kind, Office, Problem, checks::BatchRequest, problem};

/// A question, as who asked it sees it.
#[derive(Debug, Serialize)]
pub struct QuestionShape {
    /// Its number.
    pub id: i64,
    /// Where it is.
    pub enlace: String,
    /// `en_espera`, `hecho`, `fallido`.
    pub estado: &'static str,
    /// When it was asked.
    pub pedido: DateTime<Utc>,
    /// When it was answered, or given up.
    pub terminado: Option<DateTime<Utc>>,
    /// What came of it: counts, bytes and digest of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumen: Option<Box<RawValue>>,
    /// Where the file is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resultado: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motivo: Option<String>,
}

/// Questions of one account that wait at once.
const WAITING_MAX: usize = 5;
/// Questions in a list.
const LISTED: i64 = 50;
/// How long a file of answers is kept.
const KEPT: Duration = Duration::from_hours(7 * 24);

impl Office {
    /// Asks about many parcels, to be answered apart.
    pub async fn ask(&self, actor: &Actor, request: &RawValue) -> Result<QuestionShape, Problem> {
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        // What cannot be answered is refused now, and not when nobody looks.
        drop(self.batch(read(request.get())?).await?);
        let waiting = self.store.questions(account, None, LISTED).await?;
        let waiting = waiting.iter().filter(|row| row.ended_at.is_none()).count();
        if waiting >= WAITING_MAX {
            return Err(Problem::new(
                Kind::TooMany,
                format!("Ya tiene {waiting} trabajos en espera."),
                "Espere a que termine alguno.",
            ));
        }
        let mut draft = self.store.draft(actor).await?;
        let id = draft.ask(account, request.get()).await?;
        draft.keep().await?;
        self.tracks.ring();
        self.question(actor, id).await
    }

    /// A question of the account.
    pub async fn question(&self, actor: &Actor, id: i64) -> Result<QuestionShape, Problem> {
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let found = self.store.questions(account, Some(id), 1).await?.pop();
        QuestionShape::of(found.ok_or_else(absent)?)
    }

    /// The last questions of the account.
    pub async fn questions(&self, actor: &Actor) -> Result<Vec<QuestionShape>, Problem> {
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let rows = self.store.questions(account, None, LISTED).await?;
        rows.into_iter().map(QuestionShape::of).collect()
    }

    /// The file of the answers.
    pub async fn answers(&self, actor: &Actor, id: i64) -> Result<fs::File, Problem> {
        if self.question(actor, id).await?.estado != "hecho" {
            return Err(Problem::new(
                Kind::Conflict,
                "El trabajo no está hecho.",
                "Mire su «estado»; cuando sea «hecho», aquí está su resultado.",
            ));
        }
        fs::File::open(path_of(&self.answers_folder(), id))
            .await
            .map_err(|_| {
                Problem::new(
                    Kind::NotFound,
                    "El resultado ya no está: se guarda siete días.",
                    "Vuelva a pedir el trabajo; con «fecha» y «conocido_a» da lo mismo que entonces.",
                )
            })
    }

    /// Answers a question that the queue has claimed.
    pub(crate) async fn answer(
        &self,
        job: &mut Claimed,
        account: Uuid,
        request: &str,
    ) -> Result<(), Problem> {
        let known = self.store.account(By::Id(account)).await?;
        if known.as_ref().and_then(crate::people::actor).is_none() {
            tracing::warn!(job = job.job(), "the account that asked is out of use");
            return Ok(());
        }
        let folder = self.answers_folder();
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .await
            .map_err(|error| disk(&error))?;
        forget_old(&folder).await;
        let path = path_of(&folder, job.job());
        // Under its name it is whole.
        let part = path.with_extension("parte");
        let mut batch = self.batch(read(request)?).await?;
        let mut file = fs::File::create(&part)
            .await
            .map_err(|error| disk(&error))?;
        let (mut digest, mut bytes, mut last) = (Sha256::new(), 0, Vec::new());
        while let Some(lines) = batch.next().await {
            let lines = lines?;
            file.write_all(&lines).await.map_err(|error| disk(&error))?;
            digest.update(&lines);
            bytes += lines.len();
            last = lines;
        }
        file.sync_all().await.map_err(|error| disk(&error))?;
        fs::rename(&part, &path)
            .await
            .map_err(|error| disk(&error))?;
        let summary: Value = serde_json::from_slice(&last).unwrap_or_default();
        let outcome = json!({
            "cuentas": summary["resumen"], "bytes": bytes, "sha256": format!("{:x}", digest.finalize()),
        });
        Ok(job.answered(account, &outcome.to_string()).await?)
    }

    /// Beside the files of surveys.
    fn answers_folder(&self) -> PathBuf {
        self.uploads
            .parent()
            .unwrap_or_else(|| Path::new("."))
            .join("trabajos")
    }
}

impl QuestionShape {
    fn of(row: QuestionRow) -> Result<Self, Problem> {
        let enlace = format!("/api/trabajos/{}", row.id);
        let estado = match (&row.outcome, row.ended_at) {
            (Some(_), Some(_)) => "hecho",
            (None, Some(_)) => "fallido",
            (_, None) => "en_espera",
        };
        let resumen = row.outcome.map(RawValue::from_string).transpose();
        Ok(Self {
            id: row.id,
            estado,
            pedido: row.asked_at,
            terminado: row.ended_at,
            resumen: resumen.map_err(|error| disk(&error))?,
            resultado: (estado == "hecho").then(|| format!("{enlace}/resultado")),
            motivo: row.reason,
            enlace,
        })
    }
}

fn read(request: &str) -> Result<BatchRequest, Problem> {
    serde_json::from_str(request).map_err(|error| {
        Problem::new(
            Kind::BadRequest,
            "La pregunta no se entiende.",
            format!("Es la misma que la de /api/control-urbano/verificaciones/masivas ({error})."),
        )
    })
}

fn path_of(folder: &Path, id: i64) -> PathBuf {
    folder.join(format!("{id}.ndjson"))
}

/// Removes what has been kept long enough. A file that cannot be removed is tried again with the next question.
async fn forget_old(folder: &Path) {
    let Ok(mut files) = fs::read_dir(folder).await else {
        return;
    };
    while let Ok(Some(file)) = files.next_entry().await {
        let age = match file.metadata().await.and_then(|data| data.modified()) {
            Ok(modified) => modified.elapsed().unwrap_or_default(),
            Err(_) => continue,
        };
        if age > KEPT
            && let Err(error) = fs::remove_file(file.path()).await
        {
            tracing::warn!(%error, "an old file of answers stays");
        }
    }
}

fn absent() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No tiene ningún trabajo con ese número.",
        "Los suyos están en /api/trabajos.",
    )
}

fn disk(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "answers of a job");
    Problem::new(
        Kind::Internal,
        "El resultado no se pudo guardar.",
        "Avise a quien opera el servidor: el detalle está en su registro.",
    )
}
