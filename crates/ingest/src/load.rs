//! Accepted rows as the bytes of a binary COPY. The only module that knows the store.

use domain::survey::{ChangeCounts, ChangeKind, change_of};
use geo_types::Geometry;
use store::{
    copy::{NewVersion, RowEncoder},
    land::InForce,
};

use crate::{Refusal, normalise::digest};

/// Whole rows for [`store::copy::Copy::send`].
pub struct Batch(pub Vec<u8>);

/// Bytes after which a batch leaves: large enough that a system call is cheap, small enough to overlap reading the
/// file with writing the table.
const BATCH_BYTES: usize = 1 << 20;

/// Compares rows with what is in force and encodes what is new.
pub(crate) struct Loader<'a> {
    in_force: &'a InForce,
    encoder: Option<&'a RowEncoder>,
    batch: Vec<u8>,
    /// Rows that replace one in force wait until it is closed.
    pub(crate) modified: Vec<u8>,
    pub(crate) modified_codes: Vec<String>,
    pub(crate) changes: ChangeCounts,
}

impl<'a> Loader<'a> {
    pub(crate) fn new(in_force: &'a InForce, encoder: Option<&'a RowEncoder>) -> Self {
        Self {
            in_force,
            encoder,
            batch: Vec::new(),
            modified: Vec::new(),
            modified_codes: Vec::new(),
            changes: ChangeCounts::default(),
        }
    }

    /// Nothing will be published any more: stop encoding, go on comparing.
    pub(crate) fn stop_encoding(&mut self) {
        self.encoder = None;
        self.batch = Vec::new();
        self.modified = Vec::new();
    }

    /// Takes an accepted row.
    pub(crate) fn take(
        &mut self,
        code: &str,
        attributes: &str,
        geometry: &Geometry<f64>,
        shape_digest: u128,
        send: &mut dyn FnMut(Batch) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let content = digest(&[&shape_digest.to_be_bytes(), attributes.as_bytes()]);
        let kind = change_of(self.in_force.get(code).copied(), content);
        self.changes.add(kind);
        let Some(encoder) = self.encoder else {
            return Ok(());
        };
        let row = NewVersion {
            code,
            content,
            attributes,
            geometry,
        };
        match kind {
            ChangeKind::Unchanged => {}
            ChangeKind::Modified => {
                encoder.push(&row, &mut self.modified)?;
                self.modified_codes.push(code.to_owned());
            }
            ChangeKind::Added => {
                encoder.push(&row, &mut self.batch)?;
                if self.batch.len() >= BATCH_BYTES {
                    let full = std::mem::replace(
                        &mut self.batch,
                        Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 4),
                    );
                    send(Batch(full))?;
                }
            }
        }
        Ok(())
    }

    /// Sends what is left.
    pub(crate) fn finish(
        &mut self,
        send: &mut dyn FnMut(Batch) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        if self.encoder.is_some() && !self.batch.is_empty() {
            send(Batch(std::mem::take(&mut self.batch)))?;
        }
        Ok(())
    }
}
