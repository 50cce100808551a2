//! What an archive's end says about how many entries it has, read without reading the entries: the table of an archive
//! of millions of empty entries would fill the memory.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use super::{UnpackError, limits::ENTRIES_MAX};

/// An end record of 22 bytes with the longest comment, before it the locator (20) and the 64-bit end record (56 and
/// more, with room for its extension).
const TAIL_BYTES: u64 = 22 + 0xffff + 20 + 56 + 4_096;

/// All counts that an end record in the file's tail gives: a reader takes one of them. None may be too high.
pub(super) fn stated_counts(file: &mut File) -> Result<Vec<u64>, UnpackError> {
    let tail = tail(file).map_err(|error| UnpackError::io(&error))?;
    let mut counts = Vec::new();
    for (at, window) in tail.windows(4).enumerate() {
        let record = tail.get(at..).unwrap_or_default();
        // APPNOTE 4.3.16 and 4.3.14: where the number of entries stands.
        let count = match window {
            b"PK\x05\x06" => record
                .get(10..)
                .and_then(|field| field.first_chunk())
                .map(|bytes| u64::from(u16::from_le_bytes(*bytes)))
                // "Look in the 64-bit record."
                .filter(|count| *count != 0xffff),
            b"PK\x06\x06" => record
                .get(32..)
                .and_then(|field| field.first_chunk())
                .map(|bytes| u64::from_le_bytes(*bytes)),
            _ => None,
        };
        counts.extend(count);
    }
    if let Some(count) = counts.iter().copied().find(|count| *count > ENTRIES_MAX) {
        return Err(UnpackError::TooManyEntries { count });
    }
    if counts.is_empty() {
        return Err(UnpackError::Damaged {
            name: String::new(),
            detail: "no end record".to_owned(),
        });
    }
    Ok(counts)
}

fn tail(file: &mut File) -> std::io::Result<Vec<u8>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    Read::by_ref(file).take(TAIL_BYTES).read_to_end(&mut tail)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(tail)
}
