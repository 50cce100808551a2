//! What can go wrong with the embedded cluster, each with the facts that its remedy needs.

use std::path::{Path, PathBuf};

/// A reason why the embedded cluster cannot be had. The words for people are made elsewhere.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// A program of the system is not installed.
    #[error("program {program} not found (package {package})")]
    MissingBinaries {
        /// The program that was looked for.
        program: String,
        /// The Debian or Ubuntu package that brings it.
        package: String,
    },
    /// `PostgreSQL` is there, its `PostGIS` extension is not.
    #[error("PostGIS is not installed for PostgreSQL {version} (package {package})")]
    MissingPostgis {
        /// Major version of the `PostgreSQL` that was found.
        version: u32,
        /// The Debian or Ubuntu package that brings it.
        package: String,
    },
    /// The system does not know the account that the server should run as.
    #[error("no system account {name}")]
    MissingUser {
        /// Its name, or its number where it has none.
        name: String,
    },
    /// We are root, and the account the server runs as cannot walk down to the data folder.
    #[error("{} is out of reach for {user}: {} does not let it pass", path.display(), blocking_parent.display())]
    DataDirNotReachable {
        /// The data folder.
        path: PathBuf,
        /// The account that the server would run as.
        user: String,
        /// The topmost folder on the way that this account may not enter.
        blocking_parent: PathBuf,
    },
    /// The place of the cluster holds something that is not a cluster.
    #[error("{} holds something else than a cluster", path.display())]
    DataDirTaken {
        /// The folder or file that is in the way.
        path: PathBuf,
    },
    /// The cluster belongs to an account that we cannot act for.
    #[error("{} belongs to {owner}, and this process runs as {user}", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
        /// The account that owns it.
        owner: String,
        /// The account that would have to.
        user: String,
    },
    /// The cluster was made by a major version of `PostgreSQL` that is not installed.
    #[error("the cluster needs PostgreSQL {needed}, and {found} is installed")]
    WrongVersion {
        /// The newest major version that is installed.
        found: u32,
        /// The major version that made the cluster.
        needed: u32,
    },
    /// Another process kept the lock of the cluster for too long.
    #[error("another process holds {} for more than {waited_s} s", lock.display())]
    Busy {
        /// The lock file.
        lock: PathBuf,
        /// How long we waited.
        waited_s: u64,
    },
    /// No space is left for the cluster.
    #[error("no space left on the device of {}", path.display())]
    DiskFull {
        /// The folder that needs it.
        path: PathBuf,
    },
    /// `initdb` refused.
    #[error("initdb failed: {output}")]
    InitFailed {
        /// What it said.
        output: String,
    },
    /// The server ended, or was not ready, within the time it has.
    #[error("the server did not start (log {}): {log_tail}", log.display())]
    StartFailed {
        /// Its log file.
        log: PathBuf,
        /// The last lines of it.
        log_tail: String,
    },
    /// The server runs, but our database in it cannot be made ready.
    #[error("the database could not be prepared: {output}")]
    DatabaseFailed {
        /// What `psql` said.
        output: String,
    },
    /// The server was asked to stop and still runs.
    #[error("the server with process id {pid} does not stop")]
    StopFailed {
        /// Its process.
        pid: u32,
    },
    /// The folder of a cluster that we were using is gone.
    #[error("{} is gone", path.display())]
    Vanished {
        /// The folder.
        path: PathBuf,
    },
    /// The system refused something with a file or a process.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file, folder or program.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl ClusterError {
    /// For `map_err`: an error of the system about this path.
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull {
                path: path.to_owned(),
            },
            _ => Self::Io {
                path: path.to_owned(),
                source,
            },
        }
    }
}

/// Whether a program of `PostgreSQL` complains that the disk is full.
pub(super) fn says_disk_full(output: &str) -> bool {
    output.contains("No space left on device") || output.contains("Disk quota exceeded")
}
