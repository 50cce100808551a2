//! The text of a DBF, looked at for its encoding.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use super::encoding::Guess;

/// How much of it is looked at: some fifty thousand rows.
const BYTES_MAX: usize = 8 << 20;
/// A header of 255 columns.
const HEADER_MAX: usize = 32 + 255 * 32 + 1;

/// What the text columns beside a `.shp` say of their encoding; nothing where there is no DBF that makes sense.
pub(super) fn guess(shapefile: &Path) -> Guess {
    ["dbf", "DBF"]
        .iter()
        .find_map(|extension| File::open(shapefile.with_extension(extension)).ok())
        .and_then(|file| read(&mut BufReader::with_capacity(1 << 16, file)))
        .unwrap_or_default()
}

fn read(file: &mut impl Read) -> Option<Guess> {
    let mut start = [0; 32];
    file.read_exact(&mut start).ok()?;
    let number = |at: usize| {
        let bytes = start.get(at..at + 2)?.first_chunk::<2>()?;
        Some(usize::from(u16::from_le_bytes(*bytes)))
    };
    let header = number(8)?
        .checked_sub(32)
        .filter(|rest| *rest <= HEADER_MAX)?;
    let length = number(10).filter(|length| *length > 0)?;
    let mut columns = vec![0; header];
    file.read_exact(&mut columns).ok()?;
    let mut text = Vec::new();
    // Each row begins with the mark of a deleted one.
    let mut from = 1;
    for column in columns
        .chunks_exact(32)
        .take_while(|column| column[0] != b'\r')
    {
        let width = usize::from(column[16]);
        if column[11] == b'C' {
            text.push(from..from + width);
        }
        from += width;
    }
    let mut guess = Guess::default();
    let mut row = vec![0; length];
    for _ in 0..BYTES_MAX / length {
        if file.read_exact(&mut row).is_err() {
            break;
        }
        if row.is_ascii() {
            continue;
        }
        for cell in text.iter().filter_map(|cell| row.get(cell.clone())) {
            guess.take(cell.trim_ascii_end());
        }
    }
    Some(guess)
}
