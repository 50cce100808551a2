use std::{
    ffi::OsStr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Service, demonstration};

/// A municipal office with a data folder and an embedded database of its own.
pub struct Office {
    folder: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub struct Answer {
    /// Exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub complaint: String,
}

impl Answer {
    /// The report, where `--format json` was asked for.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.output).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The answer of a command that must have gone well.
    #[must_use]
    pub fn done(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

/// How many findings of a rule a report counts.
pub fn count(report: &Value, rule: &str) -> u64 {
    report["hallazgos"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|line| line["regla"] == rule)
        .and_then(|line| line["cantidad"].as_u64())
        .unwrap_or(0)
}

impl Office {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("catastro-prueba-")
            .tempdir()
            .expect("a folder");
        // The database runs as an account of its own, which must be able to walk in.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))
            .expect("permissions");
        Self { folder }
    }

    /// One with the demonstration province of so many parcels.
    #[must_use]
    pub fn with_demonstration(parcels: u32) -> Self {
        let office = Self::new();
        let data = office.folder.path().join("datos");
        let shelf = workspace().join("target/provincias-de-prueba");
        let maker = Self::new();
        demonstration::put(parcels, binary(), &shelf, &data, || {
            let _ = maker
                .run(["demo", "--no-serve", "--parcels", &parcels.to_string()])
                .done();
            maker.folder.path().join("datos")
        });
        office
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The command with these words, not yet run.
    pub fn command<I: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new(binary());
        command
            .args(words)
            .current_dir(workspace())
            .env("CATASTRO_DATA_DIR", self.folder.path().join("datos"))
            .env_remove("CATASTRO_DATABASE_URL")
            .stdin(Stdio::null());
        command
    }

    /// What the command answers to these words.
    pub fn run<I: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = I>) -> Answer {
        let output = self.command(words).output().expect("the binary runs");
        Answer {
            code: output.status.code().unwrap_or(-1),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            complaint: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// `ingest` of a file with further words.
    pub fn ingest(&self, file: &Path, words: &[&str]) -> Answer {
        let mut all = vec![
            OsStr::new("ingest"),
            file.as_os_str(),
            OsStr::new("--format=json"),
        ];
        all.extend(words.iter().map(OsStr::new));
        self.run(all)
    }

    /// `norms import` of a file with further words: exit code and report.
    pub fn import_norm(&self, file: &Path, words: &[&str]) -> (i32, Value) {
        let mut all = vec![
            OsStr::new("norms"),
            OsStr::new("import"),
            file.as_os_str(),
            OsStr::new("--format=json"),
        ];
        all.extend(words.iter().map(OsStr::new));
        let answer = self.run(all);
        (answer.code, answer.json())
    }

    /// Starts its service and waits until it answers.
    pub fn serve(&self) -> Service {
        Service::start(self.command(["serve", "--listen", "127.0.0.1:0"]))
    }

    /// The same for clients that ask without end.
    pub fn serve_unlimited(&self) -> Service {
        let mut command = self.command(["serve", "--listen", "127.0.0.1:0"]);
        command.env("CATASTRO_LIMITES_LECTURAS_POR_MINUTO", "0");
        Service::start(command)
    }

    /// Address of its database. Waits for one that is starting again.
    pub fn database(&self) -> String {
        let begun = Instant::now();
        loop {
            let answer = self.run(["db", "url"]);
            if answer.code == 0 {
                return answer.output.trim().to_owned();
            }
            assert!(begun.elapsed() < DATABASE_BACK_MAX, "{answer:?}");
            sleep(Duration::from_millis(100));
        }
    }

    /// The same in the words of GDAL.
    pub fn database_for_gdal(&self) -> String {
        let sockets = self.folder.path().join("datos/pg/run");
        format!(
            "PG:host={} user=catastro dbname=catastro",
            sockets.display()
        )
    }

    /// Address of its database for the role that the service works as.
    pub fn database_for_service(&self) -> String {
        self.database()
            .replace("user=catastro", "user=catastro_servicio")
    }

    /// Rows of statements at an address; or what the database says against them, its code first.
    pub fn try_sql(&self, address: &str, statements: &str) -> Result<Vec<String>, String> {
        let output = Command::new("psql")
            .args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose"])
            .args(["-c", statements, address])
            .output()
            .expect("psql");
        let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            Ok(lines(&output.stdout).lines().map(str::to_owned).collect())
        } else {
            Err(lines(&output.stderr))
        }
    }

    /// Rows of a statement, columns apart by `|`. Waits for a database that is starting again.
    pub fn sql(&self, statement: &str) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let output = Command::new("psql")
                .args([
                    "-qAtX",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-c",
                    statement,
                    &self.database(),
                ])
                .output()
                .expect("psql");
            if output.status.success() {
                return String::from_utf8_lossy(&output.stdout)
                    .lines()
                    .map(str::to_owned)
                    .collect();
            }
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            let not_connected = output.status.code() == Some(2);
            assert!(
                not_connected && begun.elapsed() < DATABASE_BACK_MAX,
                "{statement}: {complaint}"
            );
            sleep(Duration::from_millis(100));
        }
    }
}

/// How long a killed database may take to be back, on a machine with other work.
const DATABASE_BACK_MAX: Duration = Duration::from_secs(30);

impl Default for Office {
    fn default() -> Self {
        Self::new()
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The binary under test, built once for a run, in the profile of the tests; or one that is there already, which
/// `CATASTRO_TEST_BINARY` names.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(there) = std::env::var_os("CATASTRO_TEST_BINARY") {
            return there.into();
        }
        let mut build = Command::new(env!("CARGO"));
        build
            .args([
                "build",
                "--quiet",
                // As `cargo test --workspace` builds it: by itself its dependencies would be compiled once more. One test
                // is enough for that, and all of them take long where only one was asked for.
                "--workspace",
                "--bins",
                "--test",
                "architecture",
                "--message-format=json",
            ])
            .current_dir(workspace());
        // What cargo tells a test of its own package would tell build scripts that something has changed.
        for (name, _) in std::env::vars_os() {
            let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_"];
            if told
                .iter()
                .any(|prefix| name.to_string_lossy().starts_with(prefix))
            {
                build.env_remove(name);
            }
        }
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let output = build.output().expect("cargo");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| {
                message["target"]["name"] == "catastro" && message["profile"]["test"] == false
            })
            .find_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
            .expect("cargo names the executable")
    })
}
