//! Surveys: a file examined, and published where that is asked for.

pub mod child;
mod decision;
mod incoming;
mod place;
mod publication;
mod reading;
mod received;
mod report;

use std::{path::PathBuf, time::Instant};

use domain::{collection::Collection, id::Ubigeo, people::Actor, survey::Catalogue};
use ingest::Batch;
use serde::{Deserialize, Serialize};
use store::Store;
use tokio::sync::{mpsc, oneshot};

use child::read_apart;
use place::place;
use publication::Publication;
use reading::{Ends, Examined, Facts, Job, Reading, Target, finished, read};

pub use decision::{Approval, Choice, Decision, Exception};
pub use incoming::Incoming;
pub use ingest::{OnErrors, Stage};
pub use received::Said;
pub use report::{Report, State};

use crate::{Kind, Problem, data};

/// What is asked of [`Survey::begin`].
#[derive(Clone, Debug)]
pub struct Request {
    /// The file.
    pub path: PathBuf,
    /// What people call it, where that is not its name on the disk.
    pub name: Option<String>,
    /// Why it is published, in the words of who does it.
    pub reason: Option<String>,
    /// The layer in it, where it has more than one.
    pub layer: Option<String>,
    /// The layer of ours that it is for.
    pub collection: Collection,
    /// The municipality that it is for.
    pub ubigeo: Ubigeo,
    /// Its reference system, where the person says it.
    pub source_crs: Option<String>,
    /// Profile by name or by file; none for the usual one.
    pub profile: Option<String>,
    /// Whether to publish.
    pub purpose: Purpose,
    /// What to do with rows that have errors.
    pub on_errors: OnErrors,
    /// Our own program, where the file comes from strangers and a child is to read it.
    pub worker: Option<PathBuf>,
}

impl Request {
    /// What people call the file.
    fn shown_name(&self) -> String {
        let on_disk = || {
            let name = self.path.file_name();
            name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
        };
        self.name.clone().unwrap_or_else(on_disk)
    }

    /// The decision behind it, where there is one.
    fn approval(&self) -> Option<&Approval> {
        match &self.purpose {
            Purpose::Approve(approval) => Some(approval),
            Purpose::Look | Purpose::Publish => None,
        }
    }
}

/// What a file is examined for.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// To know what is found and what would change. Nothing is kept.
    Look,
    /// To be published, all or nothing.
    Publish,
    /// To be published by the decision of a second person.
    Approve(Box<Approval>),
}

/// How far the work is, in rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Rows done.
    pub done: u64,
    /// Rows in the file, as far as it says.
    pub total: u64,
}

/// Batches on their way to the database: 8 MiB between reader and writer.
const BATCHES_UNDER_WAY: usize = 8;

/// A file that is being read, on a thread of its own.
pub struct Survey {
    request: Request,
    catalogue: Catalogue,
    begun: Instant,
    opened: oneshot::Receiver<Facts>,
    target: oneshot::Sender<Target>,
    batches: mpsc::Receiver<Batch>,
    reading: Reading,
}

impl Survey {
    /// Begins to read a file, which needs no database yet.
    ///
    /// # Errors
    /// When what is asked for does not exist. What is wrong with the file is said by [`Survey::ingest`].
    pub fn begin(
        request: Request,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<Self, Problem> {
        if request.collection == Collection::Municipalities {
            return Err(Problem::new(
                Kind::Refused,
                "Los municipios no se ingresan desde un archivo de levantamiento.",
                "Están en data/provincia; un municipio entra al servicio con su primera publicación.",
            ));
        }
        let job = Job::of(&request)?;
        let (opened_tx, opened) = oneshot::channel();
        let (target, target_rx) = oneshot::channel();
        let (batch_tx, batches) = mpsc::channel(BATCHES_UNDER_WAY);
        let ends = Ends {
            opened: opened_tx,
            target: target_rx,
            batches: batch_tx,
        };
        Ok(Self {
            begun: Instant::now(),
            // GDAL's and PROJ's handles stay on one thread; rows overlap with the COPY through the channel.
            reading: match request.worker.clone() {
                None => Reading::of(move || read(job, ends, &progress)),
                Some(program) => Reading::of(move || read_apart(&program, &job, ends, &progress)),
            },
            opened,
            target,
            batches,
            catalogue: data::catalogue()?,
            request,
        })
    }

    /// Examines the file against what is in force and, where that is the purpose, publishes it in one transaction.
    ///
    /// # Errors
    /// When the file is refused whole. Findings are in the report, also those that keep a file from being published.
    pub async fn ingest(self, store: &Store, actor: &Actor) -> Result<Report, Problem> {
        // Dropped in the reverse of this order: the channels before the thread that waits on them.
        let Self {
            reading,
            batches,
            target,
            opened,
            request,
            catalogue,
            begun,
        } = self;
        let place = place(store, request.ubigeo).await?;
        let Ok(facts) = opened.await else {
            return Err(never_opened(finished(reading).await, &request));
        };
        let (examined, done) = match request.purpose {
            Purpose::Look => {
                let in_force = store.in_force(&request.collection, request.ubigeo).await?;
                let _ = target.send(Target {
                    outline: place.municipality.outline.clone(),
                    in_force,
                    encoder: None,
                });
                let examined = finished(reading).await;
                (examined.inspect_err(|_| note(&request))?, None)
            }
            Purpose::Publish | Purpose::Approve(_) => {
                let act = store.begin(actor).await?;
                let publication = Publication {
                    act,
                    request: &request,
                    place: &place,
                    facts: &facts,
                };
                publication.run(reading, target, batches).await?
            }
        };
        let mut report = Report::of(&request, &facts);
        report.examined(&examined, &catalogue);
        let (version, head) = match done {
            Some(done) => done,
            None => (store.last_change().await?, store.audit_head().await?),
        };
        report.version = version;
        report.audit = head.into();
        report.state = match request.purpose {
            _ if examined.is_refused(request.on_errors) => State::Refused,
            Purpose::Look => State::Examined,
            Purpose::Publish | Purpose::Approve(_) => State::Published,
        };
        if report.state == State::Published {
            report.published = examined.accepted;
        }
        report.seconds = begun.elapsed().as_secs_f64();
        Ok(report)
    }
}

/// What the log keeps of a file that is refused whole; why is for whoever sent it.
fn note(request: &Request) {
    tracing::info!(ubigeo = %request.ubigeo, collection = %request.collection, "file refused");
}

fn never_opened(examined: Examined, request: &Request) -> Problem {
    note(request);
    match examined {
        Err(problem) => problem,
        Ok(_) => Problem::new(
            Kind::Internal,
            "La lectura del archivo terminó antes de tiempo.",
            "Vuelva a intentarlo.",
        ),
    }
}
