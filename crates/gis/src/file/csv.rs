//! Tables as text: the vertices of parcels, a row each; shapes as well-known text; or points, by their two coordinates.
//!
//! Spreadsheets in Peru write `;` between cells and a comma in numbers as often as not, and Latin-1 as often as UTF-8.

mod header;
mod number;
mod points;
mod vertices;
mod wkt;

use std::path::Path;

use ::csv::{ByteRecord, Reader, ReaderBuilder};

use self::header::Layout;
use super::{
    Assembled, Field, FieldKind, Format, How, OpenError, TextEncoding, Value,
    encoding::{Encoding, Guess},
    recognise::{UTF8_MARK, unreadable},
};
use crate::limits::{FEATURES_MAX, FIELDS_MAX, TABLE_BYTES_MAX, TABLE_ROW_BYTES_MAX, TEXT_MAX};

/// Whether a file is a table: by its name, or because its first line is one.
pub(super) fn is_table(head: &[u8], extension: &str) -> bool {
    if head.is_empty() || head.contains(&0) {
        return false;
    }
    if ["csv", "tsv"].contains(&extension) {
        return true;
    }
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = Encoding::Latin1.decode(line.strip_prefix(UTF8_MARK).unwrap_or(line).to_vec());
    let cells = cells(&line, delimiter(&line));
    // A list of points from an instrument often ends in .txt; so do letters.
    (extension == "txt" && cells.len() > 2) || Layout::of(&cells).is_ok()
}

/// Reads a table whole.
pub(super) fn open(path: &Path, layer: Option<&str>) -> Result<Assembled, OpenError> {
    let name = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    if let Some(wanted) = layer.filter(|wanted| *wanted != name) {
        return Err(OpenError::LayerMissing {
            wanted: wanted.to_owned(),
            available: vec![name],
        });
    }
    let (text, encoding) = text(path)?;
    let first = text.lines().next().unwrap_or_default();
    let delimiter = delimiter(first);
    let columns = cells(first, delimiter);
    if columns.len() > FIELDS_MAX {
        return Err(OpenError::TooManyFields {
            count: columns.len(),
        });
    }
    let rows = Rows {
        reader: ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(text.as_bytes()),
        text: text.as_bytes(),
        line: 1,
        counted: 0,
        columns: columns.len(),
        record: ByteRecord::new(),
        count: 0,
    };
    let (fields, rows, notes) = match Layout::of(&columns)? {
        Layout::Vertices(places) => vertices::read(rows, &columns, &places)?,
        Layout::Text(shape) => wkt::read(rows, &columns, shape)?,
        Layout::Points(places) => points::read(rows, &columns, &places)?,
    };
    Ok(Assembled {
        layer: name,
        fields,
        rows,
        notes,
        encoding: Some(encoding),
    })
}

fn text(path: &Path) -> Result<(String, TextEncoding), OpenError> {
    let bytes = path.metadata().map_err(|error| unreadable(&error))?.len();
    if bytes > TABLE_BYTES_MAX {
        return Err(OpenError::TooLarge {
            format: Format::Csv.name(),
            bytes,
            limit: TABLE_BYTES_MAX,
        });
    }
    let mut bytes = std::fs::read(path).map_err(|error| unreadable(&error))?;
    let marked = bytes.starts_with(UTF8_MARK);
    if marked {
        bytes.drain(..UTF8_MARK.len());
    }
    let mut guess = Guess::default();
    guess.take(&bytes);
    let used = guess.best();
    let encoding = TextEncoding {
        used: used.name().to_owned(),
        declared: marked.then(|| Encoding::Utf8.name().to_owned()),
        how: if marked && used == Encoding::Utf8 {
            How::Declared
        } else {
            guess.how()
        },
        second: None,
    };
    Ok((used.decode(bytes), encoding))
}

/// What stands between the cells of the first line: what it has most of, a semicolon before a comma.
fn delimiter(line: &str) -> u8 {
    let count = |delimiter: char| line.matches(delimiter).count();
    [(';', b';'), ('\t', b'\t'), (',', b',')]
        .into_iter()
        .rev()
        .max_by_key(|(letter, _)| count(*letter))
        .map_or(b',', |(_, byte)| byte)
}

/// The first line's cells.
fn cells(line: &str, delimiter: u8) -> Vec<String> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .from_reader(line.as_bytes());
    let first = reader.records().next().and_then(Result::ok);
    first
        .iter()
        .flat_map(|cells| cells.iter().map(|cell| cell.trim().to_owned()))
        .collect()
}

/// The rows below the first line, each with its line.
struct Rows<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a [u8],
    /// Line of the byte up to which lines were counted.
    line: u64,
    counted: usize,
    columns: usize,
    record: ByteRecord,
    count: u64,
}

impl Rows<'_> {
    /// The next row that holds anything, held to its limits.
    fn next(&mut self) -> Result<Option<TableRow<'_>>, OpenError> {
        loop {
            let more = self.reader.read_byte_record(&mut self.record);
            let line = self.line();
            let at = |detail: String| OpenError::TableRow { line, detail };
            if !more.map_err(|error| at(error.to_string()))? {
                return Ok(None);
            }
            self.count += 1;
            if self.count > FEATURES_MAX {
                return Err(OpenError::TooManyFeatures { count: self.count });
            }
            let bytes = self.record.as_slice().len();
            if bytes > TABLE_ROW_BYTES_MAX {
                return Err(at(format!("{bytes} bytes")));
            }
            let is_full = |cell: &[u8]| !cell.trim_ascii().is_empty();
            // A cell too many is a comma that is not where it should be; what follows it would be taken for another.
            if self.record.iter().skip(self.columns).any(is_full) {
                let detail = format!("{} cells of {}", self.record.len(), self.columns);
                return Err(at(detail));
            }
            if self.record.iter().any(is_full) {
                break;
            }
        }
        Ok(Some(TableRow {
            record: &self.record,
            line: self.line,
        }))
    }

    /// The line in which the row begins. The reader's own count is one short after `\r\n`.
    fn line(&mut self) -> u64 {
        let byte = self.record.position().map_or(0, ::csv::Position::byte);
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        let rest = self.text.get(start..).unwrap_or_default();
        let ends = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let start = start + rest.iter().take_while(ends).count();
        let passed = self.text.get(self.counted..start).unwrap_or_default();
        self.line += passed
            .iter()
            .map(|byte| u64::from(*byte == b'\n'))
            .sum::<u64>();
        self.counted = self.counted.max(start);
        self.line
    }
}

struct TableRow<'a> {
    record: &'a ByteRecord,
    line: u64,
}

impl<'a> TableRow<'a> {
    /// A cell; empty where the row is shorter.
    fn cell(&self, place: usize) -> &'a str {
        let bytes = self.record.get(place).unwrap_or_default();
        // The reader was given text.
        std::str::from_utf8(bytes).unwrap_or_default().trim()
    }

    fn value(&self, place: usize, column: &str) -> Result<Value, OpenError> {
        let text = self.cell(place);
        if text.len() > TEXT_MAX {
            return Err(OpenError::TableRow {
                line: self.line,
                detail: format!("{} bytes in {column}", text.len()),
            });
        }
        Ok(if text.is_empty() {
            Value::Null
        } else {
            Value::Text(text.to_owned())
        })
    }
}

fn field(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        kind: FieldKind::Text,
    }
}

type Read = (Vec<Field>, Vec<super::AssembledRow>, Vec<super::Note>);
