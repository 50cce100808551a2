//! A private `PostgreSQL` cluster with `PostGIS` below the data folder, from the system's programs.
//!
//! It listens on a Unix socket only, never runs as root, keeps its durable settings, and stops with the process
//! that started it, at `kill -9` too. Who finds a server already running attaches to it. If the server dies while
//! somebody has the cluster open, it is started again.
//!
//! Below the data folder: `pg/` the cluster, `pg.log` the server's log, `pg.lock` held while the cluster is made,
//! started or stopped, `pg.stopped` while it is down on request, `pg.new/` a cluster in the making.

mod account;
mod binaries;
mod bring_up;
mod command;
mod database;
mod error;
mod init;
mod lock;
mod pidfile;
mod place;
mod server;
mod supervisor;

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::thread::JoinHandle;

pub use self::error::ClusterError;
use self::place::Place;
use self::supervisor::State;
use crate::SERVICE_ROLE;

/// The embedded cluster, open. Dropping it stops the server if this process started it.
///
/// Opening and dropping block for as long as the server takes: call them outside async code. Order matters: the
/// cluster must be dropped after the connection pool.
#[derive(Debug)]
pub struct Cluster {
    handle: Handle,
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Tells about an open cluster from anywhere in the process, without keeping it open.
#[derive(Clone, Debug)]
pub struct Handle {
    state: Arc<State>,
}

impl Cluster {
    /// Makes the cluster if there is none (about 2 s), starts it if it is down (under half a second), attaches if it
    /// runs, and prepares the database `catastro` with the extensions `postgis` and `btree_gist`.
    pub fn open(data_dir: &Path) -> Result<Self, ClusterError> {
        let place = Place::make(data_dir)?;
        remove_mark(&place.stopped_mark())?;
        let (opened, outcome) = sync_channel(1);
        let (end, ending) = channel();
        let thread = std::thread::Builder::new()
            .name("cluster".to_owned())
            .spawn(move || supervisor::supervise(&place, &opened, &ending))
            .map_err(ClusterError::io(data_dir))?;
        let state = outcome.recv().map_err(|_| {
            let source = std::io::Error::other("the cluster's thread ended without a word");
            ClusterError::io(data_dir)(source)
        })??;
        Ok(Self {
            handle: Handle { state },
            end: Some(end),
            thread: Some(thread),
        })
    }

    /// Address of the database, if a server runs on this cluster and is ready. Starts nothing.
    pub fn status(data_dir: &Path) -> Option<String> {
        let place = Place::find(data_dir).ok()?;
        let server = pidfile::running(&place.cluster()).filter(|server| server.ready)?;
        Some(url(&server.socket_dir?, init::ROLE))
    }

    /// Stops the server of this cluster, whoever started it, and says whether one was running.
    ///
    /// A service that has the cluster open does not start it again by itself, until the next [`Cluster::open`].
    pub fn stop(data_dir: &Path) -> Result<bool, ClusterError> {
        let place = Place::find(data_dir)?;
        if place.version()?.is_none() {
            return Ok(false);
        }
        let _lock = lock::Lock::acquire(&place.lock())?;
        let Some(server) = server::settled(&place.cluster())? else {
            return Ok(false);
        };
        let mark = place.stopped_mark();
        std::fs::write(&mark, "").map_err(ClusterError::io(&mark))?;
        server::stop_other(&place.cluster(), server.pid)?;
        Ok(true)
    }

    /// Address of the database for sqlx, psql and GDAL.
    pub fn url(&self) -> String {
        self.handle.url()
    }

    /// The same, as the role that the service works as.
    pub fn service_url(&self) -> String {
        url(&self.handle.state.socket_dir, SERVICE_ROLE)
    }

    /// Folder of the server's socket.
    pub fn socket_dir(&self) -> &Path {
        self.handle.socket_dir()
    }

    /// Process of the server; none in the moments while it is down.
    pub fn pid(&self) -> Option<u32> {
        self.handle.pid()
    }

    /// Whether this process started the server. One that attached becomes owner if it has to start it again.
    pub fn owner(&self) -> bool {
        self.handle.owner()
    }

    /// For whoever wants to look without owning.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the thread has been reported already, and a second one here would abort.
            let _ = thread.join();
        }
    }
}

impl Handle {
    /// Address of the database for sqlx, psql and GDAL. It stays the same when the server is started again.
    pub fn url(&self) -> String {
        url(&self.state.socket_dir, init::ROLE)
    }

    /// Folder of the server's socket.
    pub fn socket_dir(&self) -> &Path {
        &self.state.socket_dir
    }

    /// Process of the server; none in the moments while it is down.
    pub fn pid(&self) -> Option<u32> {
        self.state.pid()
    }

    /// Whether this process started the server.
    pub fn owner(&self) -> bool {
        self.state.is_owner()
    }
}

/// The port is named because PGPORT in somebody's environment would count otherwise.
fn url(socket_dir: &Path, role: &str) -> String {
    let (database, port) = (database::DATABASE, place::PORT);
    format!(
        "postgres:///{database}?host={}&port={port}&user={role}",
        percent_encoded(socket_dir)
    )
}

fn percent_encoded(path: &Path) -> String {
    let mut encoded = String::new();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn remove_mark(mark: &Path) -> Result<(), ClusterError> {
    match std::fs::remove_file(mark) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ClusterError::io(mark)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_any_path() {
        assert_eq!(
            url(Path::new("/srv/catastro río/a&b?c"), init::ROLE),
            "postgres:///catastro?host=%2Fsrv%2Fcatastro%20r%C3%ADo%2Fa%26b%3Fc&port=5432&user=catastro"
        );
    }
}
