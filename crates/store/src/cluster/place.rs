//! The folders of a cluster below the data folder, and whether they can be used.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::unistd::{Uid, geteuid};

use super::account::{Account, name_of, not_ours};
use super::command::{AtOurEnd, command, not_started};
use super::error::ClusterError;

/// The port is only a part of the socket's name: nothing listens on the network.
pub(super) const PORT: u16 = 5432;

/// Linux keeps a socket's path in 108 bytes, the last of them zero.
const SOCKET_PATH_MAX: usize = 107;

/// Where the parts of a cluster are. All paths are absolute and free of links.
#[derive(Clone, Debug)]
pub(super) struct Place {
    data_dir: PathBuf,
}

impl Place {
    /// The place below a data folder, which is made if it is missing.
    pub fn make(data_dir: &Path) -> Result<Self, ClusterError> {
        if !data_dir.exists() {
            std::fs::create_dir_all(data_dir).map_err(ClusterError::io(data_dir))?;
            if geteuid().is_root() {
                // Whatever root's umask is, the server's account must be able to pass.
                let passable = std::fs::Permissions::from_mode(0o755);
                std::fs::set_permissions(data_dir, passable).map_err(ClusterError::io(data_dir))?;
            }
        }
        if !data_dir.is_dir() {
            return Err(ClusterError::DataDirTaken {
                path: data_dir.to_owned(),
            });
        }
        Self::find(data_dir)
    }

    /// The place below a data folder that exists.
    pub fn find(data_dir: &Path) -> Result<Self, ClusterError> {
        let data_dir = data_dir
            .canonicalize()
            .map_err(ClusterError::io(data_dir))?;
        Ok(Self { data_dir })
    }

    /// The cluster itself.
    pub fn cluster(&self) -> PathBuf {
        self.data_dir.join("pg")
    }

    /// A cluster in the making; it gets its name when it is whole.
    pub fn unfinished(&self) -> PathBuf {
        self.data_dir.join("pg.new")
    }

    /// Locked while the cluster is made, started or stopped.
    pub fn lock(&self) -> PathBuf {
        self.data_dir.join("pg.lock")
    }

    /// The server's log.
    pub fn log(&self) -> PathBuf {
        self.data_dir.join("pg.log")
    }

    /// Exists while the cluster is down because somebody asked for it.
    pub fn stopped_mark(&self) -> PathBuf {
        self.data_dir.join("pg.stopped")
    }

    /// Major version of the cluster, or none where there is no cluster yet.
    pub fn version(&self) -> Result<Option<u32>, ClusterError> {
        let cluster = self.cluster();
        if !cluster.exists() {
            return Ok(None);
        }
        let taken = || ClusterError::DataDirTaken {
            path: cluster.clone(),
        };
        if !cluster.is_dir() {
            return Err(taken());
        }
        match std::fs::read_to_string(cluster.join("PG_VERSION")) {
            Ok(version) => version.trim().parse().map(Some).map_err(|_| taken()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let empty = std::fs::read_dir(&cluster)
                    .map_err(ClusterError::io(&cluster))?
                    .next()
                    .is_none();
                if empty { Ok(None) } else { Err(taken()) }
            }
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                let meta = std::fs::metadata(&cluster).map_err(ClusterError::io(&cluster))?;
                Err(not_ours(&cluster, Uid::from_raw(meta.uid())))
            }
            Err(source) => Err(ClusterError::io(&cluster)(source)),
        }
    }

    /// Refuses a data folder that the server's account cannot walk down to.
    pub fn check_reachable(&self, account: &Account) -> Result<(), ClusterError> {
        if !account.switch || may_pass(&self.data_dir, account)? {
            return Ok(());
        }
        let mut way: Vec<&Path> = self.data_dir.ancestors().collect();
        way.reverse();
        let mut blocking = self.data_dir.as_path();
        for folder in way {
            if !may_pass(folder, account)? {
                blocking = folder;
                break;
            }
        }
        Err(ClusterError::DataDirNotReachable {
            path: self.data_dir.clone(),
            user: account.name.clone(),
            blocking_parent: blocking.to_owned(),
        })
    }

    /// The folder for the socket: inside the cluster, or, where that path is too long, a short private one.
    pub fn socket_dir(&self) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        self.data_dir.hash(&mut hasher);
        let short = format!("catastro-{:016x}", hasher.finish());
        [
            self.cluster().join("run"),
            std::env::temp_dir().join(&short),
        ]
        .into_iter()
        .find(|folder| fits_a_socket(folder))
        .unwrap_or_else(|| Path::new("/tmp").join(short))
    }
}

/// Makes a folder that only the server's account (and root) can enter; one that is there must be just that.
pub(super) fn make_private(folder: &Path, account: &Account) -> Result<(), ClusterError> {
    match std::fs::DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => account.give(folder),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            // The temporary folder is everybody's: a link or a folder of somebody else is not followed.
            let meta = std::fs::symlink_metadata(folder).map_err(ClusterError::io(folder))?;
            if meta.is_dir() && meta.uid() == account.uid {
                return Ok(());
            }
            let owner = name_of(Uid::from_raw(meta.uid()));
            Err(ClusterError::NotOurs {
                path: folder.to_owned(),
                owner,
                user: account.name.clone(),
            })
        }
        Err(source) => Err(ClusterError::io(folder)(source)),
    }
}

fn fits_a_socket(folder: &Path) -> bool {
    let name = format!("/.s.PGSQL.{PORT}");
    folder.as_os_str().as_bytes().len() + name.len() <= SOCKET_PATH_MAX
}

/// Asked of the system itself, so that access lists and groups count as they do.
fn may_pass(folder: &Path, account: &Account) -> Result<bool, ClusterError> {
    let status = command(Path::new("test"), account, AtOurEnd::Terminate)
        .arg("-x")
        .arg(folder)
        .status();
    Ok(status.map_err(not_started)?.success())
}
