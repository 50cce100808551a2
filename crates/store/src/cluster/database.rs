//! The one database in the cluster, with its extensions.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use super::account::Account;
use super::binaries::Binaries;
use super::command::{AtOurEnd, command, not_started, words};
use super::error::{ClusterError, says_disk_full};
use super::init::ROLE;
use super::place::PORT;

/// Name of the database.
pub(super) const DATABASE: &str = "catastro";

/// Can be run again at any time, and has no effect the second time.
const PREPARE: &str = "\
set client_min_messages = warning;
select 'create database catastro' where not exists (select from pg_database where datname = 'catastro') \\gexec
\\connect catastro
set client_min_messages = warning;
create extension if not exists postgis;
create extension if not exists btree_gist;
";

/// Makes the database and its extensions where they are missing. The caller holds the lock.
pub(super) fn prepare(
    binaries: &Binaries,
    account: &Account,
    socket_dir: &Path,
) -> Result<(), ClusterError> {
    let mut psql = command(&binaries.program("psql"), account, AtOurEnd::Terminate)
        .args([
            "-X",
            "-q",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            "postgres",
            "-U",
            ROLE,
        ])
        .arg("-h")
        .arg(socket_dir)
        .args(["-p", &PORT.to_string(), "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(not_started)?;
    if let Some(mut script) = psql.stdin.take() {
        // psql that could not connect closes its input; what it says then is the better error.
        let _ = script.write_all(PREPARE.as_bytes());
    }
    let output = psql.wait_with_output().map_err(not_started)?;
    if output.status.success() {
        return Ok(());
    }
    let output = words(&output);
    if says_disk_full(&output) {
        return Err(ClusterError::DiskFull {
            path: socket_dir.to_owned(),
        });
    }
    Err(ClusterError::DatabaseFailed { output })
}
