//! One process at a time makes, starts and stops a cluster.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::error::ClusterError;

/// Longest wait for the lock. Making a cluster takes 2 s here; two minutes is a slow disk and a long recovery.
const WAIT_S_MAX: u64 = 120;

/// Held until dropped, and gone with the process that holds it.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub fn acquire(path: &Path) -> Result<Self, ClusterError> {
        Self::acquire_within(path, WAIT_S_MAX)
    }

    pub fn acquire_within(path: &Path, wait_s: u64) -> Result<Self, ClusterError> {
        // Reading is enough to lock, and a lock file that root made must serve others too.
        let file = File::open(path)
            .or_else(|_| {
                OpenOptions::new()
                    .read(true)
                    .append(true)
                    .create(true)
                    .open(path)
            })
            .map_err(ClusterError::io(path))?;
        let deadline = Instant::now() + Duration::from_secs(wait_s);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(source)) => return Err(ClusterError::io(path)(source)),
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                    return Err(ClusterError::Busy {
                        lock: path.to_owned(),
                        waited_s: wait_s,
                    });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}
