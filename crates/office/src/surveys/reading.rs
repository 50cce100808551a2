//! The side that reads: one thread, which GDAL and PROJ never leave.

use std::{path::Path, thread};

use domain::{collection::Collection, geometry::PreparedArea, id::Ubigeo, survey::Catalogue};
use ingest::{
    Batch, CodeCensus, Examination, OnErrors, Opened, Opening, Profile, Refusal, Settings,
};
use store::{copy::RowEncoder, land::InForce};
use tokio::sync::{mpsc, oneshot};

use super::Progress;
use crate::{Kind, Problem, data};

/// Longest profile file that is read.
const PROFILE_BYTES_MAX: u64 = 1 << 20;

/// The text of a profile, and whether it still has to be held to its schema.
pub(super) enum ProfileText {
    Ours(Profile),
    Theirs(String),
}

impl ProfileText {
    pub(super) fn read(choice: Option<&str>) -> Result<Self, Problem> {
        let Some(choice) = choice else {
            return data::profile(data::DEFAULT_PROFILE).map(Self::Ours);
        };
        let path = Path::new(choice);
        let is_file = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        if !is_file {
            return data::profile(choice).map(Self::Ours);
        }
        let unreadable = || {
            Problem::new(
                Kind::Refused,
                format!("No se puede leer el perfil {choice}."),
                "Compruebe la ruta y que sea un archivo JSON de menos de 1 MB.",
            )
        };
        let length = path.metadata().map_err(|_| unreadable())?.len();
        if length > PROFILE_BYTES_MAX {
            return Err(unreadable());
        }
        std::fs::read_to_string(path)
            .map(Self::Theirs)
            .map_err(|_| unreadable())
    }

    fn checked(self) -> Result<Profile, Refusal> {
        match self {
            Self::Ours(profile) => Ok(profile),
            Self::Theirs(json) => Ok(Profile::parse(&json)?),
        }
    }
}

/// What is known of a file once it is open.
pub(super) struct Facts {
    pub(super) crs: String,
    pub(super) declared_crs: Option<String>,
    pub(super) operation: String,
    pub(super) personal_columns: Vec<String>,
    pub(super) document_sha256: [u8; 32],
}

/// What the file is compared with, and how its rows are written.
pub(super) struct Target {
    pub(super) outline: PreparedArea,
    pub(super) in_force: InForce,
    pub(super) encoder: Option<RowEncoder>,
}

/// The side that reads the file.
pub(super) struct Reader {
    pub(super) opening: Opening,
    pub(super) profile: ProfileText,
    pub(super) collection: Collection,
    pub(super) ubigeo: Ubigeo,
    pub(super) catalogue: Catalogue,
    pub(super) on_errors: OnErrors,
    pub(super) opened: oneshot::Sender<Facts>,
    pub(super) target: oneshot::Receiver<Target>,
    pub(super) batches: mpsc::Sender<Batch>,
}

impl Reader {
    fn run(self, progress: &dyn Fn(Progress)) -> Result<Examination, Refusal> {
        let Self {
            opening,
            profile,
            collection,
            ..
        } = self;
        // Holding a profile to its schema takes about as long as unpacking the file.
        let (opened, profile) = thread::scope(|scope| {
            let profile = scope.spawn(|| profile.checked());
            let opened = ingest::open(&opening);
            (opened, profile.join())
        });
        let profile = profile.unwrap_or(Err(Refusal::ReceiverGone))?;
        let mut opened: Opened = opened?.through(&profile, &collection)?;
        let total = opened.count();
        let report = |stage, done| progress(Progress { stage, done, total });
        let census: CodeCensus = opened.census(&collection, self.ubigeo, report)?;
        let facts = Facts {
            crs: opened.crs().to_owned(),
            declared_crs: opened.declared_crs().map(str::to_owned),
            operation: opened.operation(),
            personal_columns: opened.personal_columns().to_vec(),
            document_sha256: opened.document_sha256(),
        };
        self.opened.send(facts).map_err(|_| Refusal::ReceiverGone)?;
        let target = self
            .target
            .blocking_recv()
            .map_err(|_| Refusal::ReceiverGone)?;
        let settings = Settings {
            collection: &collection,
            ubigeo: self.ubigeo,
            outline: &target.outline,
            catalogue: &self.catalogue,
            in_force: &target.in_force,
            on_errors: self.on_errors,
            encoder: target.encoder.as_ref(),
        };
        let send = |batch| {
            self.batches
                .blocking_send(batch)
                .map_err(|_| Refusal::ReceiverGone)
        };
        opened.examine(&census, &settings, send, report)
    }
}

type Examined = Result<Examination, Refusal>;

/// The thread that reads. Nobody leaves before it ends: GDAL and PROJ do not survive a process that exits around them.
/// It ends soon after its channels are closed, so they must be dropped before this is.
pub(super) struct Reading(Option<thread::JoinHandle<Examined>>);

impl Reading {
    pub(super) fn of(reader: Reader, progress: impl Fn(Progress) + Send + 'static) -> Self {
        Self(Some(thread::spawn(move || reader.run(&progress))))
    }

    fn join(&mut self) -> Examined {
        let panicked = || Err(Refusal::ReceiverGone);
        self.0.take().map_or_else(panicked, |thread| {
            thread.join().unwrap_or_else(|_| panicked())
        })
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let _ = self.join();
    }
}

pub(super) async fn finished(mut reading: Reading) -> Examined {
    tokio::task::spawn_blocking(move || reading.join())
        .await
        .unwrap_or(Err(Refusal::ReceiverGone))
}
