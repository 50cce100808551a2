//! A file that is being read, and what is made of it: rows that wait for a decision.

use std::time::Instant;

use domain::{collection::Collection, survey::Catalogue};
use ingest::Batch;
use store::{Draft, copy::StagedEncoder, surveys::NewSurvey};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{
    Progress, Request, Stage,
    child::read_apart,
    comparison::{Compared, Subject},
    note,
    place::Place,
    reading::{Ends, Examined, Facts, Job, Reading, Target, finished, read},
    report::Report,
};
use crate::{Kind, Problem};

/// Batches on their way to the database: 8 MiB between reader and writer.
pub(super) const BATCHES_UNDER_WAY: usize = 8;

/// A file that is being read, on a thread of its own.
pub struct Survey {
    pub(super) request: Request,
    pub(super) catalogue: Catalogue,
    begun: Instant,
    opened: oneshot::Receiver<Facts>,
    target: oneshot::Sender<Target>,
    batches: mpsc::Receiver<Batch>,
    reading: Reading,
    progress: mpsc::UnboundedSender<Progress>,
}

/// A file that was read and compared.
pub(super) struct Worked {
    pub(super) request: Request,
    pub(super) catalogue: Catalogue,
    pub(super) facts: Facts,
    pub(super) report: Report,
    pub(super) compared: Compared,
    begun: Instant,
}

impl Survey {
    /// Begins to read a file, which needs no database yet.
    ///
    /// # Errors
    /// When what is asked for does not exist. What is wrong with the file is said when it is examined.
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
        let catalogue = job.catalogue()?;
        let (opened_tx, opened) = oneshot::channel();
        let (target, target_rx) = oneshot::channel();
        let (batch_tx, batches) = mpsc::channel(BATCHES_UNDER_WAY);
        let ends = Ends {
            opened: opened_tx,
            target: target_rx,
            batches: batch_tx,
        };
        let (told, mut heard) = mpsc::unbounded_channel();
        // Whoever shows progress may be slow, and is asked by two sides.
        std::thread::spawn(move || {
            while let Some(news) = heard.blocking_recv() {
                progress(news);
            }
        });
        let tell = told.clone();
        let tell = move |news| {
            let _ = tell.send(news);
        };
        Ok(Self {
            begun: Instant::now(),
            // GDAL's and PROJ's handles stay on one thread; rows overlap with the COPY through the channel.
            reading: match request.worker.clone() {
                None => Reading::of(move || read(job, ends, &tell)),
                Some(program) => Reading::of(move || read_apart(&program, &job, ends, &tell)),
            },
            opened,
            target,
            batches,
            progress: told,
            catalogue,
            request,
        })
    }

    /// What the file is, once it is open.
    ///
    /// # Errors
    /// When it is refused before that.
    pub(super) async fn facts(&mut self) -> Result<Facts, Problem> {
        match (&mut self.opened).await {
            Ok(facts) => Ok(facts),
            Err(_) => Err(never_opened(self.reading.took().await, &self.request)),
        }
    }

    /// Reads the rows of an open file into a draft, and compares them with what is in force there.
    ///
    /// # Errors
    /// When the file is refused whole. Findings are in the report.
    pub(super) async fn work(
        self,
        draft: &mut Draft,
        id: Uuid,
        comparison: i32,
        facts: Facts,
        place: &Place,
    ) -> Result<Worked, Problem> {
        // Dropped in the reverse of this order: the channels before the thread that waits on them.
        let Self {
            reading,
            mut batches,
            target,
            opened: _,
            request,
            catalogue,
            begun,
            progress,
        } = self;
        let _ = target.send(Target {
            outline: place.municipality.outline.clone(),
            encoder: StagedEncoder::new(id),
        });
        let mut copy = draft.copy_staged().await?;
        while let Some(batch) = batches.recv().await {
            copy.send(&batch.0).await?;
        }
        let examined = match finished(reading).await {
            Ok(examined) => examined,
            Err(problem) => {
                copy.abort().await?;
                note(&request);
                return Err(problem);
            }
        };
        copy.finish().await?;
        let _ = progress.send(Progress {
            stage: Stage::Comparing,
            done: 0,
            total: examined.accepted,
        });
        let compared = Subject {
            survey: id,
            comparison,
            collection: &request.collection,
            ubigeo: request.ubigeo,
            scope: request.scope,
            is_edition: false,
        }
        .compare(draft, &catalogue, &examined.findings)
        .await?;
        let mut report = Report::of(&request, &facts);
        report.examined(&examined, &catalogue);
        report.compared(&compared, &catalogue);
        Ok(Worked {
            request,
            catalogue,
            facts,
            report,
            compared,
            begun,
        })
    }
}

impl Worked {
    /// Seconds since the file began to be read.
    pub(super) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }
}

/// The survey of a file that the operator of the server brings.
pub(super) fn of_operator<'a>(
    id: Uuid,
    request: &'a Request,
    facts: &Facts,
    name: &'a str,
) -> NewSurvey<'a> {
    NewSurvey {
        id,
        ubigeo: request.ubigeo,
        collection: &request.collection,
        uploaded_by: None,
        file_name: name,
        file_bytes: request
            .path
            .metadata()
            .map_or(0, |found| i64::try_from(found.len()).unwrap_or(i64::MAX)),
        file_sha256: facts.document_sha256,
        source_crs: request.source_crs.as_deref(),
        profile: request.profile.as_deref(),
        file_layer: request.layer.as_deref(),
        scope: request.scope.word(),
    }
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
