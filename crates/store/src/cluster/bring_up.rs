//! From whatever is there to a server that answers.

use std::path::{Path, PathBuf};

use super::account::Account;
use super::binaries::Binaries;
use super::database::prepare;
use super::error::ClusterError;
use super::init::init;
use super::lock::Lock;
use super::place::Place;
use super::server::{Server, settled};

/// A server that answers, and whose it is.
pub(super) enum Up {
    /// We started it, and it goes with us.
    Owned(Server),
    /// It was there. The process is some other one's child.
    Attached(u32),
}

/// Whether a cluster may be made where there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IfMissing {
    Make,
    /// It was there before: making an empty one in its place would hide the loss.
    Refuse,
}

/// An attempt to attach can meet a server that is about to stop; then the next attempt starts it.
const ATTEMPTS: u32 = 3;

/// Makes, starts or finds the server, and prepares the database in it. Gives the folder of its socket too.
pub(super) fn bring_up(
    place: &Place,
    if_missing: IfMissing,
    socket_dir: &Path,
) -> Result<(Up, PathBuf), ClusterError> {
    let mut attempt = 1;
    loop {
        match try_bring_up(place, if_missing, socket_dir) {
            Err(ClusterError::DatabaseFailed { .. }) if attempt < ATTEMPTS => attempt += 1,
            outcome => return outcome,
        }
    }
}

fn try_bring_up(
    place: &Place,
    if_missing: IfMissing,
    socket_dir: &Path,
) -> Result<(Up, PathBuf), ClusterError> {
    let cluster = place.cluster();
    let (binaries, account) = match place.version()? {
        Some(version) => {
            let account = Account::for_cluster(&cluster)?;
            place.check_reachable(&account)?;
            (Binaries::for_cluster(version)?, account)
        }
        None if if_missing == IfMissing::Refuse => {
            return Err(ClusterError::Vanished { path: cluster });
        }
        None => {
            // In the order in which a person would mend them: what to install comes before where to put it.
            let binaries = Binaries::newest()?;
            let account = Account::for_new()?;
            place.check_reachable(&account)?;
            (binaries, account)
        }
    };
    let _lock = Lock::acquire(&place.lock())?;
    // Looked at again under the lock: another process may have made it meanwhile.
    if place.version()?.is_none() {
        init(place, &binaries, &account)?;
    }
    if let Some(server) = settled(&cluster)? {
        let socket_dir = server.socket_dir.unwrap_or_else(|| socket_dir.to_owned());
        prepare(&binaries, &account, &socket_dir)?;
        return Ok((Up::Attached(server.pid), socket_dir));
    }
    let server = Server::start(place, &binaries, &account, socket_dir)?;
    match prepare(&binaries, &account, socket_dir) {
        Ok(()) => Ok((Up::Owned(server), socket_dir.to_owned())),
        Err(error) => {
            server.stop();
            Err(error)
        }
    }
}
