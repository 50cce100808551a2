//! How a program is started so that it runs as the right account and does not outlive us.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::account::Account;
use super::error::ClusterError;

/// What a program gets when the thread that started it ends, at `kill -9` too.
#[derive(Clone, Copy)]
pub(super) enum AtOurEnd {
    /// `PostgreSQL`'s fast stop.
    Interrupt,
    /// For the short tools.
    Terminate,
}

/// Runs between `setpriv` and the program.
///
/// A signal that we ignore (a shell without job control starts background jobs with SIGINT ignored) would stay
/// ignored until the server has handlers of its own, and be lost in that time; so it gets its default back. Only then
/// is the parent compared with us: one that died before the signal was set has left us another. Perl, because no shell
/// can undo an inherited "ignore", and because perl-base is on every Debian.
const GUARD: &str =
    "$SIG{$_} = 'DEFAULT' for qw(INT TERM QUIT); exit 1 if getppid != shift; exec {$ARGV[0]} @ARGV";

/// `program`, as `account`, tied to the life of the calling thread.
///
/// `setpriv` (util-linux, on every Debian) sets the parent-death signal after it has changed the account, which
/// would clear it; doing the same in Rust needs unsafe code between fork and exec.
pub(super) fn command(program: &Path, account: &Account, end: AtOurEnd) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig").arg(match end {
        AtOurEnd::Interrupt => "INT",
        AtOurEnd::Terminate => "TERM",
    });
    if account.switch {
        command.arg(format!("--reuid={}", account.uid));
        command.arg(format!("--regid={}", account.gid));
        command.args(["--init-groups", "--inh-caps=-all"]);
    }
    command.args(["--", "perl", "-e", GUARD]);
    command.arg(std::process::id().to_string()).arg(program);
    // Our own folder may be closed to the account, and PGPORT, PGHOST and the like must not reach our server.
    command
        .current_dir("/")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    command
}

/// For `map_err` on starting a [`command`].
pub(super) fn not_started(source: std::io::Error) -> ClusterError {
    match source.kind() {
        ErrorKind::NotFound => ClusterError::MissingBinaries {
            program: "setpriv".to_owned(),
            package: "util-linux".to_owned(),
        },
        _ => ClusterError::Io {
            path: "setpriv".into(),
            source,
        },
    }
}

/// Everything a tool said, for an error.
pub(super) fn words(output: &Output) -> String {
    let mut words = String::from_utf8_lossy(&output.stderr).into_owned();
    words.push_str(&String::from_utf8_lossy(&output.stdout));
    words.trim().to_owned()
}
