//! Files that come in pieces: what has come stays when the line breaks, and waits a day for the rest. Each belongs to the
//! account that began it, and lies in a folder of its own: the file, and beside it whose it is.

use std::{
    fs::TryLockError,
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::people::{Action, Actor};
use serde::{Deserialize, Serialize};
use tokio::{fs, io::AsyncWriteExt};
use uuid::Uuid;

use super::{Incoming, Said, received::shown_name};
use crate::{Kind, Office, Problem, people::require_somewhere, problem, view::SurveyShape};

/// A file that is coming, or is whole and waits for its survey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Load {
    /// Its identity.
    pub id: Uuid,
    /// What its sender calls it.
    pub name: String,
    /// Its bytes, when it is whole.
    pub length: u64,
    /// Those that are here.
    pub offset: u64,
    /// When it goes, unless more of it comes before.
    pub expires_at: DateTime<Utc>,
}

impl Load {
    /// Whether all of it is here.
    pub fn is_whole(&self) -> bool {
        self.offset == self.length
    }
}

/// Takes the rest of a file. What it has taken stays, however it ends.
pub struct Loading {
    file: fs::File,
    offset: u64,
    length: u64,
}

/// Whose it is.
#[derive(Serialize, Deserialize)]
struct Card {
    account: Uuid,
    name: String,
    length: u64,
}

const FILE: &str = "archivo";
const CARD: &str = "de.json";

/// How long a file waits for its next piece.
const LIFE: TimeDelta = TimeDelta::hours(24);
/// Files of one account at a time.
const OF_ONE_MAX: usize = 5;

impl Office {
    /// Begins to take a file of a known length.
    pub async fn begin_load(
        &self,
        actor: &Actor,
        length: u64,
        name: Option<&str>,
    ) -> Result<Load, Problem> {
        let account = may_load(actor)?;
        if length == 0 {
            return Err(Problem::new(
                Kind::BadRequest,
                "El archivo está vacío.",
                "Compruebe que se exportó y vuelva a enviarlo.",
            ));
        }
        if length > self.upload_bytes_max {
            return Err(Problem::new(
                Kind::TooLarge,
                format!("El archivo pasa de {} MB.", self.upload_bytes_max >> 20),
                "Divídalo; un levantamiento grande lo ingresa quien opera el servidor con «catastro ingest».",
            ));
        }
        self.sweep_loads().await;
        if self.loads_of(account).await.len() >= OF_ONE_MAX {
            return Err(Problem::new(
                Kind::TooMany,
                format!("Ya tiene {OF_ONE_MAX} archivos a medio enviar."),
                "Termine o borre uno en /levantamientos/nuevo; los que nadie sigue se borran solos en un día.",
            ));
        }
        let id = Uuid::new_v4();
        let folder = self.loads_folder().join(id.to_string());
        let card = Card {
            account,
            name: shown_name(name),
            length,
        };
        let text = serde_json::to_vec(&card).map_err(|error| disk(&io::Error::other(error)))?;
        // What people send names people: nobody else on the machine reads it.
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .await
            .map_err(|error| disk(&error))?;
        fs::File::create(folder.join(FILE))
            .await
            .map_err(|error| disk(&error))?;
        fs::write(folder.join(CARD), text)
            .await
            .map_err(|error| disk(&error))?;
        self.load(actor, id).await
    }

    /// How much of a file is here.
    pub async fn load(&self, actor: &Actor, id: Uuid) -> Result<Load, Problem> {
        let account = may_load(actor)?;
        match read(&self.loads_folder().join(id.to_string()), id).await {
            Some((owner, load)) if owner == account && load.expires_at > Utc::now() => Ok(load),
            _ => Err(absent()),
        }
    }

    /// The files that somebody has not made a survey of yet.
    pub async fn loads(&self, actor: &Actor) -> Result<Vec<Load>, Problem> {
        let account = may_load(actor)?;
        self.sweep_loads().await;
        let mut loads = self.loads_of(account).await;
        loads.sort_by_key(|load| load.expires_at);
        Ok(loads)
    }

    /// Goes on with a file where it stopped. One line at a time writes in it.
    pub async fn go_on(&self, actor: &Actor, id: Uuid, from: u64) -> Result<Loading, Problem> {
        self.load(actor, id).await?;
        let path = self.path_of_load(id);
        let file = apart(move || {
            let file = std::fs::OpenOptions::new().append(true).open(path)?;
            match file.try_lock() {
                Ok(()) => Ok(Some(file)),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            }
        })
        .await?;
        let file = fs::File::from_std(file.ok_or_else(busy)?);
        // Asked again: another line may have written until now.
        let load = self.load(actor, id).await?;
        if load.offset != from {
            return Err(Problem::new(
                Kind::Conflict,
                format!(
                    "Del archivo hay {} bytes, y lo enviado empieza en {from}.",
                    load.offset
                ),
                "Pregunte con HEAD cuánto hay («Upload-Offset») y siga desde ahí.",
            ));
        }
        Ok(Loading {
            file,
            offset: load.offset,
            length: load.length,
        })
    }

    /// Away with what has come of a file.
    pub async fn drop_load(&self, actor: &Actor, id: Uuid) -> Result<(), Problem> {
        self.load(actor, id).await?;
        remove(&self.loads_folder().join(id.to_string())).await;
        Ok(())
    }

    /// Makes a survey of a file that is whole. Where the survey is refused, the file stays.
    pub async fn submit_load(
        &self,
        actor: &Actor,
        id: Uuid,
        mut said: Said,
    ) -> Result<SurveyShape, Problem> {
        let load = self.load(actor, id).await?;
        if !load.is_whole() {
            return Err(Problem::new(
                Kind::Conflict,
                format!(
                    "Del archivo han llegado {} de {} bytes.",
                    load.offset, load.length
                ),
                "Elija otra vez el mismo archivo: sigue desde donde se quedó.",
            ));
        }
        let incoming =
            Incoming::copied(&self.uploads, self.path_of_load(id), self.upload_bytes_max).await?;
        said.file_name = Some(load.name);
        let survey = self.submit(actor, incoming, said).await?;
        remove(&self.loads_folder().join(id.to_string())).await;
        Ok(survey)
    }

    /// Away with the files that nobody went on with.
    pub(super) async fn sweep_loads(&self) {
        for (folder, found) in self.all_loads().await {
            let is_over = match found {
                Some((_, load)) => load.expires_at < Utc::now(),
                // One that is being begun has no card yet.
                None => age(&folder).await > LIFE,
            };
            if is_over {
                remove(&folder).await;
            }
        }
    }

    async fn loads_of(&self, account: Uuid) -> Vec<Load> {
        let all = self.all_loads().await.into_iter();
        all.filter_map(|(_, found)| found)
            .filter(|(owner, load)| *owner == account && load.expires_at > Utc::now())
            .map(|(_, load)| load)
            .collect()
    }

    async fn all_loads(&self) -> Vec<(PathBuf, Option<(Uuid, Load)>)> {
        let mut all = Vec::new();
        // Before the first one there is no folder.
        let Ok(mut entries) = fs::read_dir(self.loads_folder()).await else {
            return all;
        };
        while let Ok(Some(entry)) = entries.next_entry().await {
            let id = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok());
            if let Some(id) = id {
                all.push((entry.path(), read(&entry.path(), id).await));
            }
        }
        all
    }

    /// Beside the files of surveys, on the same disk.
    fn loads_folder(&self) -> PathBuf {
        self.uploads
            .parent()
            .unwrap_or_else(|| Path::new("."))
            .join("cargas")
    }

    fn path_of_load(&self, id: Uuid) -> PathBuf {
        self.loads_folder().join(id.to_string()).join(FILE)
    }
}

impl Loading {
    /// Takes the next piece.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), Problem> {
        let after = self.offset + piece.len() as u64;
        if after > self.length {
            return Err(Problem::new(
                Kind::TooLarge,
                format!("Llega más de lo que se dijo: {} bytes.", self.length),
                "El archivo cambió mientras se enviaba. Borre esta carga y empiece otra.",
            ));
        }
        self.file
            .write_all(piece)
            .await
            .map_err(|error| disk(&error))?;
        // What was taken is in the file, whatever becomes of the line.
        self.file.flush().await.map_err(|error| disk(&error))?;
        self.offset = after;
        Ok(())
    }
}

/// Who may upload something, by their account.
fn may_load(actor: &Actor) -> Result<Uuid, Problem> {
    require_somewhere(actor, &[Action::UploadSurvey, Action::UploadPlan])?;
    actor.account().ok_or_else(problem::people::no_account)
}

async fn read(folder: &Path, id: Uuid) -> Option<(Uuid, Load)> {
    let card = fs::read(folder.join(CARD)).await.ok()?;
    let card: Card = serde_json::from_slice(&card).ok()?;
    let file = fs::metadata(folder.join(FILE)).await.ok()?;
    let touched = DateTime::<Utc>::from(file.modified().ok()?);
    let load = Load {
        id,
        name: card.name,
        length: card.length,
        offset: file.len(),
        expires_at: touched + LIFE,
    };
    Some((card.account, load))
}

async fn age(folder: &Path) -> TimeDelta {
    let touched = fs::metadata(folder)
        .await
        .and_then(|found| found.modified());
    Utc::now() - DateTime::<Utc>::from(touched.unwrap_or_else(|_| SystemTime::now()))
}

async fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder).await {
        tracing::warn!(%error, "a load stays");
    }
}

async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
        .map_err(|error| disk(&error))
}

fn absent() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay un archivo a medio enviar con ese identificador.",
        "Puede haber vencido: uno que nadie sigue se borra en un día. Empiece otra carga.",
    )
}

fn busy() -> Problem {
    Problem::new(
        Kind::Conflict,
        "Otra conexión está enviando este archivo.",
        "Espere medio minuto: una conexión que calla se da por terminada.",
    )
}

fn disk(error: &io::Error) -> Problem {
    tracing::error!(%error, "load");
    Problem::new(
        Kind::Unavailable,
        "El servidor no pudo guardar lo que llega.",
        "Lo que ya llegó se conserva. Avise a quien opera el servidor: puede faltar espacio en el disco.",
    )
}
