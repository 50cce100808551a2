//! Layers as files that GDAL writes.

use std::{fs::File, path::Path, sync::LazyLock};

use gis::export::NotWritten;
use tokio::sync::Semaphore;

use crate::{Kind, Problem};

/// Files that are written at once: each takes a core and a place on the disk.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// Has a file with this name written, away from the threads that answer, and opens it. Its place is gone already: it
/// ends with the last who has it open.
///
/// # Errors
/// The disk does not take it.
pub async fn layer_file(
    name: String,
    write: impl FnOnce(&Path) -> Result<(), NotWritten> + Send + 'static,
) -> Result<File, Problem> {
    let turn = TURNS.acquire().await.map_err(|error| not_written(&error))?;
    let written = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().map_err(|error| not_written(&error))?;
        let path = folder.path().join(name);
        write(&path).map_err(|error| not_written(&error))?;
        File::open(&path).map_err(|error| not_written(&error))
    })
    .await
    .map_err(|error| not_written(&error))?;
    drop(turn);
    written
}

fn not_written(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "a layer as a file");
    Problem::new(
        Kind::Internal,
        "El archivo no se pudo escribir.",
        "El detalle está en el registro del servicio. La capa se puede leer también con f=json o f=csv.",
    )
}
