//! The thread that starts the server, notices when it dies, and stops it at the end.
//!
//! The server's parent-death signal fires when the thread that started it ends, so this thread must be the one
//! that starts it, and must live as long as the [`Cluster`](super::Cluster).

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use super::bring_up::{IfMissing, Up, bring_up};
use super::error::ClusterError;
use super::lock::Lock;
use super::pidfile::running;
use super::place::Place;

/// How soon a dead server is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A server that cannot be started is tried again after 1, 2, 4 … and at most this many seconds.
const RETRY_S_MAX: u64 = 15;

/// A stop waits this long for a process that is just opening the cluster, then goes on without the lock.
const STOP_LOCK_WAIT_S: u64 = 5;

/// What the thread tells the rest of the process.
#[derive(Debug)]
pub(super) struct State {
    pub socket_dir: PathBuf,
    pid: AtomicU32,
    owner: AtomicBool,
}

impl State {
    fn new(up: &Up, socket_dir: PathBuf) -> Self {
        let state = Self {
            socket_dir,
            pid: AtomicU32::new(0),
            owner: AtomicBool::new(false),
        };
        state.set(up);
        state
    }

    /// Process of the server; none while it is down.
    pub fn pid(&self) -> Option<u32> {
        Some(self.pid.load(Ordering::Acquire)).filter(|pid| *pid != 0)
    }

    pub fn is_owner(&self) -> bool {
        self.owner.load(Ordering::Acquire)
    }

    fn set(&self, up: &Up) {
        let (pid, owner) = match up {
            Up::Owned(server) => (server.pid(), true),
            Up::Attached(pid) => (*pid, false),
        };
        self.owner.store(owner, Ordering::Release);
        self.pid.store(pid, Ordering::Release);
    }

    fn set_down(&self) {
        self.pid.store(0, Ordering::Release);
    }
}

type Opened = Result<std::sync::Arc<State>, ClusterError>;

/// The whole life of the thread. `end` is closed when the cluster is dropped.
pub(super) fn supervise(place: &Place, opened: &SyncSender<Opened>, end: &Receiver<()>) {
    let (mut up, state) = match bring_up(place, IfMissing::Make, &place.socket_dir()) {
        Ok((up, socket_dir)) => {
            let state = std::sync::Arc::new(State::new(&up, socket_dir));
            (up, state)
        }
        Err(error) => {
            let _ = opened.send(Err(error));
            return;
        }
    };
    // Nobody listens if the opener is gone; then `end` is closed too, and the server stops below.
    let _ = opened.send(Ok(state.clone()));
    while ended(end, LOOK_EVERY).is_none() {
        if is_alive(place, &mut up) {
            continue;
        }
        state.set_down();
        match restart(place, &state, end) {
            Some(again) => up = again,
            None => return,
        }
    }
    if let Up::Owned(server) = up {
        // Whoever is just opening the cluster finishes first, and starts it again by itself when it is gone.
        let _lock = Lock::acquire_within(&place.lock(), STOP_LOCK_WAIT_S);
        server.stop();
    }
}

/// Tries until the server is back. None if the cluster was dropped meanwhile.
fn restart(place: &Place, state: &State, end: &Receiver<()>) -> Option<Up> {
    let mut retry_s = 1;
    loop {
        if place.stopped_mark().exists() {
            tracing::warn!(
                "the database was stopped on request: waiting until a command starts it"
            );
            while place.stopped_mark().exists() {
                if ended(end, LOOK_EVERY).is_some() {
                    return None;
                }
            }
        }
        tracing::warn!("the database server is gone: starting it again");
        // The address stays: connection pools hold on to it.
        match bring_up(place, IfMissing::Refuse, &state.socket_dir) {
            Ok((up, _)) => {
                state.set(&up);
                tracing::info!(
                    pid = state.pid(),
                    owner = state.is_owner(),
                    "the database server is back"
                );
                return Some(up);
            }
            Err(error) => {
                tracing::error!(%error, retry_s, "the database server does not come back");
            }
        }
        if ended(end, Duration::from_secs(retry_s)).is_some() {
            return None;
        }
        retry_s = (retry_s * 2).min(RETRY_S_MAX);
    }
}

fn is_alive(place: &Place, up: &mut Up) -> bool {
    match up {
        Up::Owned(server) => !server.has_ended(),
        Up::Attached(pid) => running(&place.cluster()).is_some_and(|server| server.pid == *pid),
    }
}

/// Waits, and tells whether the cluster was dropped meanwhile.
fn ended(end: &Receiver<()>, wait: Duration) -> Option<()> {
    match end.recv_timeout(wait) {
        Err(RecvTimeoutError::Timeout) => None,
        Ok(()) | Err(RecvTimeoutError::Disconnected) => Some(()),
    }
}
