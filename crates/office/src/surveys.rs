//! Surveys: a file examined, and published where that is asked for.

mod report;

use std::{
    path::{Path, PathBuf},
    thread,
    time::Instant,
};

use domain::{
    collection::Collection, geometry::PreparedArea, id::Ubigeo, province::Municipality,
    survey::Catalogue, time::ChangeNumber,
};
use ingest::{Batch, CodeCensus, Examination, Opened, Opening, Profile, Refusal, Settings};
use store::{Act, Actor, Entry, Store, copy::RowEncoder, land::InForce};
use tokio::sync::{mpsc, oneshot};

pub use ingest::{OnErrors, Stage};
pub use report::{Report, State};

use crate::{Kind, Problem, data};

/// What is asked of [`Survey::begin`].
#[derive(Clone, Debug)]
pub struct Request {
    /// The file.
    pub path: PathBuf,
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
}

/// What a file is examined for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// To know what is found and what would change. Nothing is kept.
    Look,
    /// To be published, all or nothing.
    Publish,
}

/// How far the work is, in rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
        let catalogue = data::catalogue()?;
        let (opened_tx, opened) = oneshot::channel();
        let (target, target_rx) = oneshot::channel();
        let (batch_tx, batches) = mpsc::channel(BATCHES_UNDER_WAY);
        let (done, reading) = oneshot::channel();
        let reader = Reader {
            opening: Opening {
                path: request.path.clone(),
                layer: request.layer.clone(),
                source_crs: request.source_crs.clone(),
            },
            profile: ProfileText::read(request.profile.as_deref())?,
            collection: request.collection.clone(),
            ubigeo: request.ubigeo,
            catalogue: catalogue.clone(),
            on_errors: request.on_errors,
            opened: opened_tx,
            target: target_rx,
            batches: batch_tx,
        };
        // GDAL's and PROJ's handles stay on this one thread; rows overlap with the COPY through the channel.
        thread::spawn(move || {
            // Whoever asked may have gone away; then nobody waits for the result.
            let _ = done.send(reader.run(&progress));
        });
        Ok(Self {
            request,
            catalogue,
            begun: Instant::now(),
            opened,
            target,
            batches,
            reading,
        })
    }

    /// Examines the file against what is in force and, where that is the purpose, publishes it in one transaction.
    ///
    /// # Errors
    /// When the file is refused whole. Findings are in the report, also those that keep a file from being published.
    pub async fn ingest(self, store: &Store, actor: &Actor) -> Result<Report, Problem> {
        let Self {
            request,
            catalogue,
            begun,
            opened,
            target,
            batches,
            reading,
        } = self;
        let place = place(store, request.ubigeo).await?;
        let Ok(facts) = opened.await else {
            return Err(refused(finished(reading).await, &request));
        };
        let (examined, number) = match request.purpose {
            Purpose::Look => {
                let in_force = store.in_force(&request.collection, request.ubigeo).await?;
                let _ = target.send(Target {
                    outline: place.outline(),
                    in_force,
                    encoder: None,
                });
                let examined = finished(reading)
                    .await
                    .map_err(|refusal| refused(Err(refusal), &request))?;
                (examined, None)
            }
            Purpose::Publish => {
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
        report.version = match number {
            Some(number) => number,
            None => store.last_change().await?,
        };
        report.state = match request.purpose {
            _ if examined.is_refused(request.on_errors) => State::Refused,
            Purpose::Look => State::Examined,
            Purpose::Publish => State::Published,
        };
        if report.state == State::Published {
            report.published = examined.accepted;
        }
        report.seconds = begun.elapsed().as_secs_f64();
        Ok(report)
    }
}

/// A municipality, and where its outline comes from.
struct Place {
    municipality: Municipality,
    source: String,
}

impl Place {
    fn outline(&self) -> PreparedArea {
        PreparedArea::new(&self.municipality.outline)
    }
}

async fn place(store: &Store, ubigeo: Ubigeo) -> Result<Place, Problem> {
    let known = store
        .municipalities()
        .await?
        .into_iter()
        .find(|m| m.ubigeo == ubigeo);
    if let Some(municipality) = known {
        return Ok(Place {
            municipality,
            source: String::new(),
        });
    }
    match data::municipality(ubigeo)? {
        Some((municipality, source)) => Ok(Place {
            municipality,
            source,
        }),
        None => Err(Problem::new(
            Kind::Refused,
            format!("No conozco el municipio {ubigeo}."),
            "Compruebe el ubigeo (seis dígitos del INEI; 220101 es Moyobamba). Las provincias conocidas están en data/provincia.",
        )),
    }
}

/// Longest profile file that is read.
const PROFILE_BYTES_MAX: u64 = 1 << 20;

/// The text of a profile, and whether it still has to be held to its schema.
enum ProfileText {
    Ours(Profile),
    Theirs(String),
}

impl ProfileText {
    fn read(choice: Option<&str>) -> Result<Self, Problem> {
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
struct Facts {
    crs: String,
    declared_crs: Option<String>,
    operation: String,
    personal_columns: Vec<String>,
    document_sha256: [u8; 32],
}

/// What the file is compared with, and how its rows are written.
struct Target {
    outline: PreparedArea,
    in_force: InForce,
    encoder: Option<RowEncoder>,
}

/// The side that reads the file.
struct Reader {
    opening: Opening,
    profile: ProfileText,
    collection: Collection,
    ubigeo: Ubigeo,
    catalogue: Catalogue,
    on_errors: OnErrors,
    opened: oneshot::Sender<Facts>,
    target: oneshot::Receiver<Target>,
    batches: mpsc::Sender<Batch>,
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

type Reading = oneshot::Receiver<Result<Examination, Refusal>>;

async fn finished(reading: Reading) -> Result<Examination, Refusal> {
    // The thread went away without a word only if it panicked.
    reading.await.unwrap_or(Err(Refusal::ReceiverGone))
}

fn refused(result: Result<Examination, Refusal>, request: &Request) -> Problem {
    match result {
        Err(refusal) => {
            tracing::info!(ubigeo = %request.ubigeo, collection = %request.collection, %refusal, "file refused");
            crate::problem::refusal(&refusal)
        }
        Ok(_) => Problem::new(
            Kind::Internal,
            "La lectura del archivo terminó antes de tiempo.",
            "Vuelva a intentarlo.",
        ),
    }
}

/// The side that writes: one act.
struct Publication<'a> {
    act: Act,
    request: &'a Request,
    place: &'a Place,
    facts: &'a Facts,
}

impl Publication<'_> {
    /// Publishes what the reader accepts. No number where nothing changed: rows with errors keep the file out, or all
    /// of it is in force already.
    async fn run(
        mut self,
        reading: Reading,
        target: oneshot::Sender<Target>,
        mut batches: mpsc::Receiver<Batch>,
    ) -> Result<(Examination, Option<ChangeNumber>), Problem> {
        let Request {
            collection,
            ubigeo,
            on_errors,
            ..
        } = self.request;
        self.act
            .register(&self.place.municipality, &self.place.source)
            .await?;
        self.act.open(&self.entry()).await?;
        let encoder = RowEncoder::new(
            collection,
            *ubigeo,
            self.act.day(),
            self.act.number(),
            self.act.recorded_at(),
        );
        let in_force = self.act.in_force(collection, *ubigeo).await?;
        let _ = target.send(Target {
            outline: self.place.outline(),
            in_force,
            encoder: Some(encoder),
        });

        let mut copy = self.act.copy(collection).await?;
        while let Some(batch) = batches.recv().await {
            copy.send(&batch.0).await?;
        }
        let examined = match finished(reading).await {
            Ok(examined) if !examined.is_refused(*on_errors) => examined,
            // Dropping the act rolls everything back.
            Ok(examined) => {
                copy.abort().await?;
                return Ok((examined, None));
            }
            Err(refusal) => {
                copy.abort().await?;
                return Err(refused(Err(refusal), self.request));
            }
        };
        copy.finish().await?;
        if examined.changes.added + examined.changes.modified == 0 {
            return Ok((examined, None));
        }
        if !examined.modified_codes.is_empty() {
            let day = self.act.day();
            self.act
                .close(collection, *ubigeo, &examined.modified_codes, day)
                .await?;
            let mut copy = self.act.copy(collection).await?;
            copy.send(&examined.modified).await?;
            copy.finish().await?;
        }
        let number = self.act.commit(serde_json::json!(examined.changes)).await?;
        Ok((examined, Some(number)))
    }

    fn entry(&self) -> Entry {
        let file = self
            .request
            .path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Entry {
            ubigeo: Some(self.request.ubigeo),
            collection: Some(self.request.collection.clone()),
            kind: "ingesta",
            reason: format!(
                "Publicación de {} desde un archivo",
                self.request.collection
            ),
            document: file,
            document_sha256: Some(self.facts.document_sha256),
            counts: serde_json::json!({}),
        }
    }
}
