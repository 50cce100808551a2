//! The server process: started, waited for, stopped.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::account::Account;
use super::binaries::Binaries;
use super::command::{AtOurEnd, command, not_started};
use super::error::{ClusterError, says_disk_full};
use super::init::write_names;
use super::pidfile::{Running, orphans, running};
use super::place::{PORT, Place, make_private};

/// Recovery after a crash replays at most `max_wal_size` (2 GB): a minute on a slow disk, and we allow five.
const READY_WAIT: Duration = Duration::from_mins(5);

/// How long we wait for the remains of an earlier server to go.
const REMAINS_WAIT: Duration = Duration::from_secs(15);

/// From then on orphaned backends are told to leave; most do by themselves within milliseconds.
const ORPHANS_PATIENCE: Duration = Duration::from_millis(300);

/// A fast stop writes 256 MB of buffers at most; a minute is plenty even on a slow disk.
const STOP_WAIT: Duration = Duration::from_mins(1);

/// The log is begun anew beyond this; the one before is kept.
const LOG_BYTES_MAX: u64 = 10_000_000;

const PAUSE: Duration = Duration::from_millis(10);

/// A server that is our child.
pub(super) struct Server {
    child: Child,
}

impl Server {
    /// Starts the server and waits until it answers. The caller holds the lock, and no server runs.
    pub fn start(
        place: &Place,
        binaries: &Binaries,
        account: &Account,
        socket_dir: &Path,
    ) -> Result<Self, ClusterError> {
        make_private(socket_dir, account)?;
        write_names(&place.cluster(), account)?;
        let begun = Instant::now();
        loop {
            match Self::try_start(place, binaries, account, socket_dir) {
                Err(ClusterError::StartFailed { log_tail, .. })
                    if is_held_by_remains(&log_tail) && begun.elapsed() < REMAINS_WAIT =>
                {
                    if begun.elapsed() > ORPHANS_PATIENCE {
                        dismiss_orphans(&place.cluster());
                    }
                    std::thread::sleep(10 * PAUSE);
                }
                outcome => return outcome,
            }
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Stops the server: politely, then less so.
    pub fn stop(mut self) {
        for (signal, wait) in [
            (Signal::SIGINT, STOP_WAIT),
            (Signal::SIGQUIT, Duration::from_secs(5)),
            (Signal::SIGKILL, Duration::from_secs(5)),
        ] {
            if self.has_ended() {
                return;
            }
            send(self.pid(), signal);
            let deadline = Instant::now() + wait;
            while !self.has_ended() && Instant::now() < deadline {
                std::thread::sleep(PAUSE);
            }
        }
    }

    fn try_start(
        place: &Place,
        binaries: &Binaries,
        account: &Account,
        socket_dir: &Path,
    ) -> Result<Self, ClusterError> {
        let (log, seen) = open_log(&place.log())?;
        let cluster = place.cluster();
        let child = command(&binaries.program("postgres"), account, AtOurEnd::Interrupt)
            .arg("-D")
            .arg(&cluster)
            .arg("-k")
            .arg(socket_dir)
            .args(["-p", &PORT.to_string()])
            .stdout(Stdio::null())
            .stderr(log)
            // Ctrl-C in a terminal is for us; the server is stopped when we are done with it.
            .process_group(0)
            .spawn()
            .map_err(not_started)?;
        let mut server = Self { child };
        let deadline = Instant::now() + READY_WAIT;
        loop {
            let ready =
                running(&cluster).is_some_and(|said| said.pid == server.pid() && said.ready);
            if ready {
                return Ok(server);
            }
            if server.has_ended() {
                return Err(start_failed(place, seen));
            }
            if Instant::now() > deadline {
                server.stop();
                return Err(start_failed(place, seen));
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// Waits until a server that is starting or stopping has made up its mind.
pub(super) fn settled(cluster: &Path) -> Result<Option<Running>, ClusterError> {
    let deadline = Instant::now() + REMAINS_WAIT;
    loop {
        match running(cluster) {
            Some(server) if !server.ready && Instant::now() > deadline => {
                return Err(ClusterError::StopFailed { pid: server.pid });
            }
            Some(server) if !server.ready => std::thread::sleep(PAUSE),
            settled => return Ok(settled),
        }
    }
}

/// Stops a server that is not our child.
pub(super) fn stop_other(cluster: &Path, pid: u32) -> Result<(), ClusterError> {
    kill(process(pid), Signal::SIGINT).map_err(|errno| ClusterError::io(cluster)(errno.into()))?;
    let deadline = Instant::now() + STOP_WAIT;
    while running(cluster).is_some_and(|server| server.pid == pid) {
        if Instant::now() > deadline {
            return Err(ClusterError::StopFailed { pid });
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// Backends that outlived a killed server and are too busy to notice.
fn dismiss_orphans(cluster: &Path) {
    // Looked at again just before: with a server alive they are no orphans.
    if running(cluster).is_none() {
        for pid in orphans(cluster) {
            tracing::warn!(pid, "a backend outlived its server: told to leave");
            send(pid, Signal::SIGQUIT);
        }
    }
}

fn is_held_by_remains(log: &str) -> bool {
    [
        "pre-existing shared memory block",
        "lock file \"postmaster.pid\"",
        "is another postmaster",
    ]
    .iter()
    .any(|sign| log.contains(sign))
}

fn start_failed(place: &Place, seen: u64) -> ClusterError {
    let log = place.log();
    let log_tail = tail(&log, seen);
    if says_disk_full(&log_tail) {
        return ClusterError::DiskFull {
            path: place.cluster(),
        };
    }
    ClusterError::StartFailed { log, log_tail }
}

/// The log, and how much of it is from before.
fn open_log(path: &Path) -> Result<(File, u64), ClusterError> {
    let is_long = std::fs::metadata(path).is_ok_and(|meta| meta.len() > LOG_BYTES_MAX);
    if is_long {
        std::fs::rename(path, path.with_extension("log.1")).map_err(ClusterError::io(path))?;
    }
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(ClusterError::io(path))?;
    let seen = log.metadata().map_err(ClusterError::io(path))?.len();
    Ok((log, seen))
}

/// The last lines of a log, at most twenty, written since it was `seen` bytes long.
fn tail(log: &Path, seen: u64) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut file) = File::open(log) {
        let read = file
            .seek(SeekFrom::Start(seen))
            .and_then(|_| file.read_to_end(&mut bytes));
        if let Err(error) = read {
            return error.to_string();
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

fn send(pid: u32, signal: Signal) {
    // A process that has just ended is what was wanted.
    let _ = kill(process(pid), signal);
}

fn process(pid: u32) -> Pid {
    // Linux process ids end at 2^22. The fallback names no process, so a signal to it fails.
    Pid::from_raw(i32::try_from(pid).unwrap_or(i32::MAX))
}
