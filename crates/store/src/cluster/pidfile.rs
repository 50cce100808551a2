//! What `postmaster.pid` says, and whether it is still true.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A server that runs on a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Running {
    pub pid: u32,
    /// None until the server has opened its socket.
    pub socket_dir: Option<PathBuf>,
    pub ready: bool,
}

/// The server that runs on this cluster, if one does.
pub(super) fn running(cluster: &Path) -> Option<Running> {
    let said = parse(&std::fs::read_to_string(cluster.join("postmaster.pid")).ok()?)?;
    works_in(said.pid, cluster).then_some(said)
}

/// The processes of a server that lost its head: they keep its shared memory, and no new one starts beside them.
pub(super) fn orphans(cluster: &Path) -> Vec<u32> {
    std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|pid| name_of(*pid).as_deref() == Some("postgres"))
        .filter(|pid| {
            std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == cluster)
        })
        .collect()
}

/// Lines: pid, folder, start, port, socket folder, address, shared memory, status. They are written one by one.
fn parse(file: &str) -> Option<Running> {
    let mut lines = file.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    let socket_dir = lines
        .nth(3)
        .map(str::trim)
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from);
    let ready = lines.nth(2).map(str::trim) == Some("ready");
    Some(Running {
        pid,
        socket_dir,
        ready,
    })
}

/// A number in a file that `kill -9` left behind may by now be anybody's. A server works inside its cluster.
fn works_in(pid: u32, cluster: &Path) -> bool {
    match std::fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(cwd) => cwd == cluster,
        // Root in a container may lack the right to look; then the name has to do.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            name_of(pid).as_deref() == Some("postgres") && !is_zombie(pid)
        }
        Err(_) => false,
    }
}

fn name_of(pid: u32) -> Option<String> {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(name.trim().to_owned())
}

fn is_zombie(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .is_some_and(|rest| rest.trim_start().starts_with(['Z', 'X']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_file_gives_socket_and_readiness() {
        let file = "812\n/d/pg\n1700000000\n5432\n/d/pg/run\n\n  5432001     98304\nready   \n";
        let expected = Running {
            pid: 812,
            socket_dir: Some("/d/pg/run".into()),
            ready: true,
        };
        assert_eq!(parse(file), Some(expected));
    }

    #[test]
    fn a_file_in_the_writing_is_not_ready() {
        for file in [
            "812\n/d/pg\n1700000000\n5432\n",
            "812\n/d/pg\n1\n5432\n\n\n 1 2\nstarting\n",
        ] {
            assert_eq!(
                parse(file),
                Some(Running {
                    pid: 812,
                    socket_dir: None,
                    ready: false
                })
            );
        }
        assert_eq!(parse(""), None);
    }

    #[test]
    fn a_number_that_another_process_has_now_is_not_a_server() {
        assert!(!works_in(std::process::id(), Path::new("/nowhere/pg")));
    }
}
