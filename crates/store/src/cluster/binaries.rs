//! Where the system keeps its `PostgreSQL`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;

/// Debian and Ubuntu keep each major version in a folder of its own, out of PATH.
const DEBIAN_LIB: &str = "/usr/lib/postgresql";
const DEBIAN_SHARE: &str = "/usr/share/postgresql";

/// The oldest major version we run on: Ubuntu 22.04 brings it, and multiranges begin with it.
const MAJOR_MIN: u32 = 14;

/// The programs of one major version of `PostgreSQL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binaries {
    pub major: u32,
    bin: PathBuf,
    has_postgis: bool,
    /// Packaged by Debian, with lz4 among its build options.
    packaged: bool,
}

impl Binaries {
    /// For a new cluster: the newest installed version that has `PostGIS`.
    pub fn newest() -> Result<Self, ClusterError> {
        choose_newest(&installed())
    }

    /// For a cluster that exists: the version that made it.
    pub fn for_cluster(needed: u32) -> Result<Self, ClusterError> {
        choose_version(installed(), needed)
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// The best `wal_compression` this version knows.
    pub fn wal_compression(&self) -> &'static str {
        if self.packaged && self.major >= 15 {
            "lz4"
        } else {
            "on"
        }
    }

    fn require_postgis(self) -> Result<Self, ClusterError> {
        if self.has_postgis {
            return Ok(self);
        }
        let package = format!("postgresql-{}-postgis-3", self.major);
        Err(ClusterError::MissingPostgis {
            version: self.major,
            package,
        })
    }
}

fn choose_newest(installed: &[Binaries]) -> Result<Binaries, ClusterError> {
    let usable = || installed.iter().filter(|found| found.major >= MAJOR_MIN);
    let with_postgis = usable()
        .filter(|found| found.has_postgis)
        .max_by_key(|found| found.major);
    match with_postgis.or_else(|| usable().max_by_key(|found| found.major)) {
        Some(found) => found.clone().require_postgis(),
        None => Err(missing()),
    }
}

fn choose_version(installed: Vec<Binaries>, needed: u32) -> Result<Binaries, ClusterError> {
    let newest = installed
        .iter()
        .map(|found| found.major)
        .max()
        .ok_or_else(missing)?;
    match installed.into_iter().find(|found| found.major == needed) {
        Some(found) => found.require_postgis(),
        None => Err(ClusterError::WrongVersion {
            found: newest,
            needed,
        }),
    }
}

fn missing() -> ClusterError {
    ClusterError::MissingBinaries {
        program: "postgres".to_owned(),
        package: "postgresql".to_owned(),
    }
}

fn installed() -> Vec<Binaries> {
    let mut found: Vec<Binaries> = std::fs::read_dir(DEBIAN_LIB)
        .into_iter()
        .flatten()
        .filter_map(|entry| packaged(&entry.ok()?.file_name().to_string_lossy()))
        .collect();
    // pg_config is asked only where there is no Debian layout: it costs a process.
    if found.is_empty() {
        found.extend(from_pg_config());
    }
    found
}

fn packaged(folder: &str) -> Option<Binaries> {
    let major = folder.parse().ok()?;
    let share = Path::new(DEBIAN_SHARE).join(folder);
    from_folders(
        Path::new(DEBIAN_LIB).join(folder).join("bin"),
        &share,
        major,
        true,
    )
}

fn from_pg_config() -> Option<Binaries> {
    let output = Command::new("pg_config")
        .args(["--bindir", "--sharedir", "--version"])
        .output()
        .ok()?;
    let output = String::from_utf8(output.stdout).ok()?;
    let mut lines = output.lines();
    let (bin, share, version) = (lines.next()?, lines.next()?, lines.next()?);
    from_folders(bin.into(), Path::new(share), major_of(version)?, false)
}

fn from_folders(bin: PathBuf, share: &Path, major: u32, packaged: bool) -> Option<Binaries> {
    // A client package alone leaves the folder with psql in it, but without the server.
    let complete = ["initdb", "postgres", "psql"]
        .iter()
        .all(|program| bin.join(program).is_file());
    let has_postgis = share.join("extension/postgis.control").is_file();
    complete.then_some(Binaries {
        major,
        bin,
        has_postgis,
        packaged,
    })
}

/// `15` of `PostgreSQL 15.14 (Debian 15.14-0+deb12u1)` and of `PostgreSQL 18beta1`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.strip_prefix("PostgreSQL ")?;
    let digits = number
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(number.len());
    number[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_choice(installed: &[(u32, bool)], needed: Option<u32>, expected: &str) {
        let installed: Vec<Binaries> = installed
            .iter()
            .map(|&(major, has_postgis)| Binaries {
                major,
                bin: PathBuf::new(),
                has_postgis,
                packaged: true,
            })
            .collect();
        let chosen = match needed {
            Some(needed) => choose_version(installed, needed),
            None => choose_newest(&installed),
        };
        let said = chosen.map_or_else(|error| error.to_string(), |found| found.major.to_string());
        assert_eq!(said, expected);
    }

    #[test]
    fn a_new_cluster_takes_the_newest_version_that_has_postgis() {
        check_choice(&[(14, true), (15, true)], None, "15");
        check_choice(&[(15, true), (16, false)], None, "15");
    }

    #[test]
    fn what_is_missing_is_named_with_its_package() {
        check_choice(&[], None, "program postgres not found (package postgresql)");
        check_choice(
            &[(13, true)],
            None,
            "program postgres not found (package postgresql)",
        );
        check_choice(
            &[(16, false)],
            None,
            "PostGIS is not installed for PostgreSQL 16 (package postgresql-16-postgis-3)",
        );
    }

    #[test]
    fn a_cluster_keeps_the_version_that_made_it() {
        check_choice(&[(15, true), (16, true)], Some(15), "15");
        check_choice(
            &[(16, true)],
            Some(15),
            "the cluster needs PostgreSQL 15, and 16 is installed",
        );
    }

    #[test]
    fn the_major_version_is_read_from_every_spelling() {
        assert_eq!(
            major_of("PostgreSQL 15.14 (Debian 15.14-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(major_of("PostgreSQL 18beta1"), Some(18));
        assert_eq!(major_of("EnterpriseDB"), None);
    }
}
