//! A file on its way in: straight to disk, counted and hashed as it comes.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::{fs, io::AsyncWriteExt};
use uuid::Uuid;

use crate::{Kind, Problem};

/// A file that is being received. Dropped before it is kept, it leaves nothing behind.
pub struct Incoming {
    id: Uuid,
    folder: PathBuf,
    file: fs::File,
    digest: Sha256,
    bytes: u64,
    limit: u64,
    kept: bool,
}

/// A file that was received whole.
pub(crate) struct Received {
    pub(crate) id: Uuid,
    pub(crate) bytes: i64,
    pub(crate) sha256: [u8; 32],
}

/// The one name that a file has with us, whatever its sender calls it. What it is, its first bytes say.
const NAME: &str = "archivo";

/// Where the file of a survey lies.
pub(crate) fn path_of(uploads: &Path, id: Uuid) -> PathBuf {
    uploads.join(id.to_string()).join(NAME)
}

impl Incoming {
    pub(crate) async fn begin(uploads: &Path, limit: u64) -> Result<Self, Problem> {
        let id = Uuid::new_v4();
        let folder = uploads.join(id.to_string());
        // What people send names people: nobody else on the machine reads it.
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .await
            .map_err(|e| disk(&e))?;
        let file = fs::File::create(folder.join(NAME))
            .await
            .map_err(|e| disk(&e))?;
        Ok(Self {
            id,
            folder,
            file,
            digest: Sha256::new(),
            bytes: 0,
            limit,
            kept: false,
        })
    }

    /// A file that is here already. It stays where it is, too, until its survey is recorded.
    pub(crate) async fn copied(uploads: &Path, from: PathBuf, limit: u64) -> Result<Self, Problem> {
        let mut incoming = Self::begin(uploads, limit).await?;
        let to = incoming.folder.join(NAME);
        let copied = tokio::task::spawn_blocking(move || {
            std::fs::remove_file(&to)?;
            // Where a disk has no second names, a copy.
            if std::fs::hard_link(&from, &to).is_err() {
                std::fs::copy(&from, &to)?;
            }
            let mut file = std::fs::File::open(&to)?;
            let mut digest = Sha256::new();
            let bytes = std::io::copy(&mut file, &mut digest)?;
            Ok((file, digest, bytes))
        });
        let copied = copied
            .await
            .unwrap_or_else(|error| Err(std::io::Error::other(error)));
        let (file, digest, bytes) = copied.map_err(|error| disk(&error))?;
        incoming.file = fs::File::from_std(file);
        incoming.digest = digest;
        incoming.bytes = bytes;
        Ok(incoming)
    }

    /// Whether nothing of it has come.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Takes the next piece.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), Problem> {
        self.bytes += piece.len() as u64;
        if self.bytes > self.limit {
            return Err(Problem::new(
                Kind::TooLarge,
                format!("El archivo pasa de {} MB.", self.limit >> 20),
                "Divídalo; un levantamiento grande lo ingresa quien opera el servidor con «catastro ingest».",
            ));
        }
        self.digest.update(piece);
        self.file.write_all(piece).await.map_err(|e| disk(&e))
    }

    /// The file is whole and on the disk.
    pub(crate) async fn finish(&mut self) -> Result<Received, Problem> {
        if self.bytes == 0 {
            return Err(Problem::new(
                Kind::BadRequest,
                "El archivo está vacío.",
                "Compruebe que se exportó y vuelva a enviarlo.",
            ));
        }
        self.file.flush().await.map_err(|e| disk(&e))?;
        self.file.sync_all().await.map_err(|e| disk(&e))?;
        Ok(Received {
            id: self.id,
            bytes: i64::try_from(self.bytes).unwrap_or(i64::MAX),
            sha256: self.digest.clone().finalize().into(),
        })
    }

    /// Its survey is recorded: the file stays.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

fn disk(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "upload");
    Problem::new(
        Kind::Unavailable,
        "El servidor no pudo guardar el archivo.",
        "No se guardó nada. Avise a quien opera el servidor: puede faltar espacio en el disco.",
    )
}
