//! The side that writes: one act.

use domain::time::ChangeNumber;
use ingest::{Batch, Examination};
use store::{Act, Entry, copy::RowEncoder};
use tokio::sync::{mpsc, oneshot};

use super::{
    Request,
    place::Place,
    reading::{Facts, Reading, Target, finished},
    refused,
};
use crate::Problem;

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
