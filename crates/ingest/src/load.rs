//! Accepted rows as the bytes of a binary COPY. The only module that knows the store.

use geo_types::Geometry;
use store::copy::{NewVersion, StagedEncoder};

use crate::{Refusal, examine::shape_digest, normalise::digest};

/// Whole rows for [`store::copy::Copy::send`].
pub struct Batch(pub Vec<u8>);

/// Bytes after which a batch leaves: large enough that a system call is cheap, small enough to overlap reading the
/// file with writing the table.
const BATCH_BYTES: usize = 1 << 20;

/// Encodes rows, and sends them when there are enough.
pub(crate) struct Loader<'a> {
    encoder: &'a StagedEncoder,
    batch: Vec<u8>,
}

impl<'a> Loader<'a> {
    pub(crate) fn new(encoder: &'a StagedEncoder) -> Self {
        Self {
            encoder,
            batch: Vec::new(),
        }
    }

    /// Takes an accepted row: its number, and the change on which it is based where it says one.
    pub(crate) fn take(
        &mut self,
        (number, base): (u64, Option<i64>),
        code: &str,
        attributes: &str,
        geometry: &Geometry<f64>,
        shape_digest: u128,
        send: &mut dyn FnMut(Batch) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let row = NewVersion {
            code,
            content: content(shape_digest, attributes),
            attributes,
            geometry,
        };
        self.encoder.push(number, base, &row, &mut self.batch)?;
        if self.batch.len() >= BATCH_BYTES {
            let full = std::mem::replace(
                &mut self.batch,
                Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 4),
            );
            send(Batch(full))?;
        }
        Ok(())
    }

    /// Sends what is left.
    pub(crate) fn finish(
        &mut self,
        send: &mut dyn FnMut(Batch) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        if self.batch.is_empty() {
            return Ok(());
        }
        send(Batch(std::mem::take(&mut self.batch)))
    }
}

/// Digest of a version that comes from no file: what is in force under the same digest is the same.
pub fn version_digest(geometry: &Geometry<f64>, attributes: &str) -> u128 {
    content(shape_digest(geometry), attributes)
}

/// Digest of a version: of the digest of its shape, and of its attributes as text.
pub(crate) fn content(shape_digest: u128, attributes: &str) -> u128 {
    digest(&[&shape_digest.to_be_bytes(), attributes.as_bytes()])
}
