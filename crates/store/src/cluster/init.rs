//! Making a new cluster, whole or not at all.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::account::{Account, trusted_names};
use super::binaries::Binaries;
use super::command::{AtOurEnd, command, not_started, words};
use super::error::{ClusterError, says_disk_full};
use super::place::{Place, make_private};
use crate::SERVICE_ROLE;

/// The role that owns everything in our cluster.
pub(super) const ROLE: &str = "catastro";

/// Makes the cluster under another name and renames it when it is whole. The caller holds the lock.
pub(super) fn init(
    place: &Place,
    binaries: &Binaries,
    account: &Account,
) -> Result<(), ClusterError> {
    let unfinished = place.unfinished();
    remove_leftover(&unfinished)?;
    make_private(&unfinished, account)?;
    run_initdb(&unfinished, binaries, account)?;

    write_as(
        account,
        &unfinished.join("catastro.conf"),
        &settings(binaries),
    )?;
    write_as(account, &unfinished.join("pg_hba.conf"), ACCESS)?;
    let main = unfinished.join("postgresql.conf");
    let mut text = std::fs::read_to_string(&main).map_err(ClusterError::io(&main))?;
    text.push_str("\ninclude_if_exists = 'catastro.conf'\n");
    write_as(account, &main, &text)?;

    let cluster = place.cluster();
    if cluster.is_dir() {
        // An empty folder, as was seen before. If it is no longer, this fails, and nothing is lost.
        std::fs::remove_dir(&cluster).map_err(ClusterError::io(&cluster))?;
    }
    std::fs::rename(&unfinished, &cluster).map_err(ClusterError::io(&cluster))
}

/// Who may enter: accounts of the system, by their name. Written at each start, since who starts may change.
pub(super) fn write_names(cluster: &Path, account: &Account) -> Result<(), ClusterError> {
    let mut text = String::from(
        "# Written by catastro at each start: account of the system, role of the database.\n",
    );
    for name in trusted_names(account) {
        for role in [ROLE, SERVICE_ROLE] {
            let _ = writeln!(text, "catastro \"{name}\" {role}");
        }
    }
    write_as(account, &cluster.join("pg_ident.conf"), &text)
}

const ACCESS: &str = "# Local socket only, and the system vouches for the account: no passwords.\n\
     local all all peer map=catastro\n\
     local replication all peer map=catastro\n";

fn settings(binaries: &Binaries) -> String {
    format!(
        "# Settings of catastro. Further settings go to the end of postgresql.conf.\n\
         # fsync, full_page_writes and synchronous_commit stay on; wal_level stays at replica, so that online\n\
         # backups and replicas remain possible.\n\
         listen_addresses = ''\n\
         unix_socket_permissions = 0700\n\
         shared_buffers = 256MB\n\
         max_wal_size = 2GB\n\
         wal_compression = {}\n\
         jit = off\n\
         # An error's details quote rows, and rows name people.\n\
         log_error_verbosity = terse\n\
         log_checkpoints = off\n",
        binaries.wal_compression()
    )
}

fn run_initdb(folder: &Path, binaries: &Binaries, account: &Account) -> Result<(), ClusterError> {
    let output = command(&binaries.program("initdb"), account, AtOurEnd::Terminate)
        .arg("-D")
        .arg(folder)
        .args(["-U", ROLE, "-A", "peer", "-E", "UTF8", "--locale=C.UTF-8"])
        .args(["--data-checksums", "--no-instructions"])
        .output()
        .map_err(not_started)?;
    if output.status.success() {
        return Ok(());
    }
    let output = words(&output);
    if says_disk_full(&output) {
        return Err(ClusterError::DiskFull {
            path: folder.to_owned(),
        });
    }
    Err(ClusterError::InitFailed { output })
}

/// What an `initdb` that was killed left behind.
fn remove_leftover(unfinished: &Path) -> Result<(), ClusterError> {
    match std::fs::remove_dir_all(unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ClusterError::io(unfinished)(error))
        }
        _ => Ok(()),
    }
}

/// Replaces a file in a folder of `account` without ever following a link that this account may have put there.
fn write_as(account: &Account, path: &Path, text: &str) -> Result<(), ClusterError> {
    let fresh = path.with_extension("fresh");
    let _ = std::fs::remove_file(&fresh);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)
        .map_err(ClusterError::io(&fresh))?;
    file.write_all(text.as_bytes())
        .map_err(ClusterError::io(&fresh))?;
    account.give_file(&file, &fresh)?;
    std::fs::rename(&fresh, path).map_err(ClusterError::io(path))
}
