//! The side that writes: one act.

use domain::{audit::Head, time::ChangeNumber};
use ingest::{Batch, Examination};
use serde_json::{Map, Value, json};
use store::{Act, Entry, copy::RowEncoder};
use tokio::sync::{mpsc, oneshot};

use super::{
    Request,
    decision::Choice,
    note,
    place::Place,
    reading::{Facts, Reading, Target, finished},
};
use crate::{Kind, Problem};

/// The side that writes: one act.
pub(super) struct Publication<'a> {
    pub(super) act: Act,
    pub(super) request: &'a Request,
    pub(super) place: &'a Place,
    pub(super) facts: &'a Facts,
}

impl Publication<'_> {
    /// Publishes what the reader accepts. No number where nothing changed: rows with errors keep the file out, or all
    /// of it is in force already.
    pub(super) async fn run(
        mut self,
        reading: Reading,
        target: oneshot::Sender<Target>,
        mut batches: mpsc::Receiver<Batch>,
    ) -> Result<(Examination, Option<(ChangeNumber, Head)>), Problem> {
        let Request {
            collection,
            ubigeo,
            on_errors,
            ..
        } = self.request;
        if let Some(approval) = self.request.approval()
            && approval.file_sha256 != self.facts.document_sha256
        {
            return Err(changed_file());
        }
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
            outline: self.place.municipality.outline.clone(),
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
            Err(problem) => {
                copy.abort().await?;
                note(self.request);
                return Err(problem);
            }
        };
        copy.finish().await?;
        let approval = self.request.approval();
        if examined.changes.added + examined.changes.modified == 0 && approval.is_none() {
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
        if let Some(approval) = approval {
            approval.write(&mut self.act, Choice::Aprobar).await?;
            self.act.record(&approval.deed(Choice::Aprobar)).await?;
        }
        let done = self.act.publish(counts(&examined)).await?;
        Ok((examined, Some(done)))
    }

    fn entry(&self) -> Entry {
        let (kind, reason, document) = match self.request.approval() {
            Some(approval) => (
                "levantamiento",
                approval.reason.clone(),
                format!("levantamiento/{}", approval.survey),
            ),
            None => (
                "ingesta",
                self.request.reason.clone().unwrap_or_else(|| {
                    format!(
                        "Publicación de {} desde un archivo",
                        self.request.collection
                    )
                }),
                self.request.shown_name(),
            ),
        };
        Entry {
            ubigeo: Some(self.request.ubigeo),
            collection: Some(self.request.collection.clone()),
            kind,
            reason,
            document: Some(document),
            document_sha256: Some(self.facts.document_sha256),
        }
    }
}

/// What the record keeps: the changes, and what was left out of them.
fn counts(examined: &Examination) -> Value {
    let mut counts = json!(examined.changes);
    if examined.accepted < examined.read {
        counts["filas_excluidas"] = json!(examined.read - examined.accepted);
        let found = examined.tally.entries();
        counts["hallazgos"] = found
            .map(|(rule, entry)| (rule.name().to_owned(), json!(entry.count)))
            .collect::<Map<String, Value>>()
            .into();
    }
    counts
}

/// What was examined is what is published, or nothing is.
fn changed_file() -> Problem {
    tracing::error!("the file of a survey is not the one that was received");
    Problem::new(
        Kind::Conflict,
        "El archivo guardado no es el que se recibió.",
        "No se publicó nada. Pida que se envíe otra vez y avise a quien opera el servidor.",
    )
}
