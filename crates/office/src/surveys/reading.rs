//! The side that reads: one thread, which GDAL and PROJ never leave; of this process, or of a child's.

use std::{collections::BTreeMap, path::Path, thread};

use domain::{
    collection::Collection,
    geometry::PreparedArea,
    id::Ubigeo,
    survey::{Catalogue, RuleCode, Severity},
};
use geo_types::MultiPolygon;
use ingest::{
    Batch, CodeCensus, Examination, Opened, Opening, Profile, Refusal, Sampled, Settings,
};
use serde::{Deserialize, Serialize};
use store::copy::StagedEncoder;
use tokio::sync::{mpsc, oneshot};

use super::{Progress, Request, report::EncodingShape};
use crate::{Kind, Problem, data, problem};

/// Longest profile file that is read.
const PROFILE_BYTES_MAX: u64 = 1 << 20;

/// A profile: one of ours by its name, or the text of another, which has to be held to its schema.
#[derive(Serialize, Deserialize)]
enum ProfileText {
    Ours(String),
    Theirs(String),
}

impl ProfileText {
    fn read(choice: Option<&str>) -> Result<Self, Problem> {
        let choice = choice.unwrap_or(data::DEFAULT_PROFILE);
        let path = Path::new(choice);
        let is_file = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        if !is_file {
            return data::profile(choice).map(|profile| Self::Ours(profile.name));
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

    fn checked(&self) -> Result<Profile, Problem> {
        match self {
            Self::Ours(name) => data::profile(name),
            Self::Theirs(json) => {
                Profile::parse(json).map_err(|error| problem::refusal(&error.into()))
            }
        }
    }

    /// To begin with, while it is held to its schema.
    fn unchecked(&self) -> Option<Profile> {
        match self {
            Self::Ours(name) => data::profile(name).ok(),
            Self::Theirs(json) => Profile::trusted(json).ok(),
        }
    }
}

/// The rules, as they weigh for files of a profile.
pub(super) fn catalogue_of(profile: Option<&str>) -> Result<Catalogue, Problem> {
    let profile = ProfileText::read(profile)?.unchecked().unwrap_or_default();
    Ok(data::catalogue()?.reweighed(&profile.weights))
}

/// What is to be read, and how.
#[derive(Serialize, Deserialize)]
pub(super) struct Job {
    opening: Opening,
    profile: ProfileText,
    collection: String,
    ubigeo: Ubigeo,
    weights: BTreeMap<RuleCode, Severity>,
}

impl Job {
    /// The rules, as they weigh for this file.
    pub(super) fn catalogue(&self) -> Result<Catalogue, Problem> {
        Ok(data::catalogue()?.reweighed(&self.weights))
    }

    pub(super) fn of(request: &Request) -> Result<Self, Problem> {
        let profile = ProfileText::read(request.profile.as_deref())?;
        Ok(Self {
            // One that is no profile is refused when it is held to its schema.
            weights: profile.unchecked().unwrap_or_default().weights,
            opening: Opening {
                path: request.path.clone(),
                layer: request.layer.clone(),
                source_crs: request.source_crs.clone(),
            },
            profile,
            collection: request.collection.name().to_owned(),
            ubigeo: request.ubigeo,
        })
    }
}

/// What is known of a file once it is open.
#[derive(Serialize, Deserialize)]
pub(super) struct Facts {
    /// In which system it is read; none where nobody says one.
    pub(super) crs: Option<String>,
    pub(super) declared_crs: Option<String>,
    pub(super) operation: String,
    pub(super) personal_columns: Vec<String>,
    pub(super) document_sha256: [u8; 32],
    pub(super) encoding: Option<EncodingShape>,
    /// Some of its parcels, by which its reference system is judged.
    pub(super) sample: Vec<Sampled>,
}

/// Where the file should lie, and how its rows are written.
#[derive(Serialize, Deserialize)]
pub(super) struct Target {
    /// The municipality's outline.
    pub(super) outline: MultiPolygon<f64>,
    pub(super) encoder: StagedEncoder,
}

/// Where the side that reads meets the side that writes.
pub(super) struct Ends {
    pub(super) opened: oneshot::Sender<Facts>,
    pub(super) target: oneshot::Receiver<Target>,
    pub(super) batches: mpsc::Sender<Batch>,
}

pub(super) type Examined = Result<Examination, Problem>;

/// Reads a file on this thread.
pub(super) fn read(job: Job, ends: Ends, progress: &dyn Fn(Progress)) -> Examined {
    let Job {
        opening,
        profile,
        collection,
        ubigeo,
        weights,
    } = job;
    let refused = |refusal: Refusal| problem::refusal(&refusal);
    let gone = || refused(Refusal::ReceiverGone);
    let collection: Collection = collection.parse().map_err(|_| gone())?;
    let catalogue = data::catalogue()?.reweighed(&weights);
    let report = |stage: ingest::Stage, done, total| {
        progress(Progress {
            stage: stage.into(),
            done,
            total,
        });
    };
    let counted = |profile: &Profile| -> Result<(Opened, CodeCensus), Refusal> {
        let opened = ingest::open(&opening)?.through(profile, &collection)?;
        let total = opened.count();
        let census = opened.census(&collection, ubigeo, |stage, done| {
            report(stage, done, total);
        })?;
        Ok((opened, census))
    };
    // Holding a profile to its schema takes about as long as unpacking the file and counting its codes.
    let (mut opened, census) = match profile.unchecked() {
        Some(unchecked) => thread::scope(|scope| {
            let checked = scope.spawn(|| profile.checked());
            let counted = counted(&unchecked);
            checked.join().unwrap_or_else(|_| Err(gone()))?;
            counted.map_err(refused)
        }),
        None => counted(&profile.checked()?).map_err(refused),
    }?;
    let total = opened.count();
    let facts = Facts {
        crs: opened.crs().map(str::to_owned),
        declared_crs: opened.declared_crs().map(str::to_owned),
        operation: opened.operation(),
        personal_columns: opened.personal_columns().to_vec(),
        document_sha256: opened.document_sha256(),
        encoding: opened.encoding().map(EncodingShape::of),
        sample: opened.sample(&collection, ubigeo).map_err(refused)?,
    };
    ends.opened.send(facts).map_err(|_| gone())?;
    let target = ends.target.blocking_recv().map_err(|_| gone())?;
    let settings = Settings {
        collection: &collection,
        ubigeo,
        outline: &PreparedArea::new(&target.outline),
        catalogue: &catalogue,
        areas: &data::area_table()?,
        limits: &data::attribute_limits()?,
        encoder: &target.encoder,
    };
    let send = |batch| {
        ends.batches
            .blocking_send(batch)
            .map_err(|_| Refusal::ReceiverGone)
    };
    opened
        .examine(&census, &settings, send, |stage, done| {
            report(stage, done, total);
        })
        .map_err(refused)
}

/// The thread that reads. Nobody leaves before it ends: GDAL and PROJ do not survive a process that exits around them.
/// It ends soon after its channels are closed, so they must be dropped before this is.
pub(super) struct Reading(Option<thread::JoinHandle<Examined>>);

impl Reading {
    pub(super) fn of(work: impl FnOnce() -> Examined + Send + 'static) -> Self {
        Self(Some(thread::spawn(work)))
    }

    /// Waits for its end on this thread.
    pub(super) fn ended(mut self) -> Examined {
        self.join()
    }

    /// Waits for its end without blocking, and leaves nothing to wait for.
    pub(super) async fn took(&mut self) -> Examined {
        finished(Self(self.0.take())).await
    }

    fn join(&mut self) -> Examined {
        self.0.take().map_or_else(interrupted, |thread| {
            thread.join().unwrap_or_else(|_| interrupted())
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
        .unwrap_or_else(|_| interrupted())
}

/// The thread that read is gone, and nobody knows why.
fn interrupted() -> Examined {
    Err(problem::refusal(&Refusal::ReceiverGone))
}
