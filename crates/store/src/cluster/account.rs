//! Under which account of the system the server runs.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Uid, User, geteuid};

use super::error::ClusterError;

/// `PostgreSQL` refuses to run as root; this account comes with its Debian package.
const UNPRIVILEGED: &str = "postgres";

/// The account the server runs as.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
    /// We are root and have to become this account first.
    pub switch: bool,
}

impl Account {
    /// The account for a cluster that is still to be made.
    pub fn for_new() -> Result<Self, ClusterError> {
        let me = geteuid();
        if me.is_root() {
            Ok(Self::switched(by_name(UNPRIVILEGED)?))
        } else {
            Ok(Self::own(by_uid(me)?))
        }
    }

    /// The account that made the cluster in `folder`.
    ///
    /// Root acts for whoever that was, so that `sudo` on a cluster made without it does no harm.
    pub fn for_cluster(folder: &Path) -> Result<Self, ClusterError> {
        let me = geteuid();
        let meta = std::fs::metadata(folder).map_err(ClusterError::io(folder))?;
        let owner = Uid::from_raw(meta.uid());
        if me.is_root() && !owner.is_root() {
            Ok(Self::switched(by_uid(owner)?))
        } else if owner == me && !me.is_root() {
            Ok(Self::own(by_uid(me)?))
        } else {
            Err(not_ours(folder, owner))
        }
    }

    /// Gives a folder to this account, where it is not ours already.
    pub fn give(&self, path: &Path) -> Result<(), ClusterError> {
        if !self.switch {
            return Ok(());
        }
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
            .map_err(ClusterError::io(path))
    }

    /// The same for a file that is open.
    pub fn give_file(&self, file: &File, path: &Path) -> Result<(), ClusterError> {
        if !self.switch {
            return Ok(());
        }
        std::os::unix::fs::fchown(file, Some(self.uid), Some(self.gid))
            .map_err(ClusterError::io(path))
    }

    fn switched(user: User) -> Self {
        Self {
            name: user.name,
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
            switch: true,
        }
    }

    fn own(user: User) -> Self {
        Self {
            name: user.name,
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
            switch: false,
        }
    }
}

/// The names that may enter the database as its owner: the server's account, ours, and root, who could anyway.
pub(super) fn trusted_names(server: &Account) -> Vec<String> {
    let mut names = vec![server.name.clone()];
    for name in [name_of(geteuid()), "root".to_owned()] {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The error for a folder of an account that we cannot act for.
pub(super) fn not_ours(folder: &Path, owner: Uid) -> ClusterError {
    let me = geteuid();
    let user = if me.is_root() {
        UNPRIVILEGED.to_owned()
    } else {
        name_of(me)
    };
    ClusterError::NotOurs {
        path: folder.to_owned(),
        owner: name_of(owner),
        user,
    }
}

/// The name of an account, or its number where it has none.
pub(super) fn name_of(uid: Uid) -> String {
    by_uid(uid).map_or_else(|_| uid.to_string(), |user| user.name)
}

fn by_uid(uid: Uid) -> Result<User, ClusterError> {
    User::from_uid(uid)
        .ok()
        .flatten()
        .ok_or_else(|| ClusterError::MissingUser {
            name: uid.to_string(),
        })
}

fn by_name(name: &str) -> Result<User, ClusterError> {
    User::from_name(name)
        .ok()
        .flatten()
        .ok_or_else(|| ClusterError::MissingUser {
            name: name.to_owned(),
        })
}
