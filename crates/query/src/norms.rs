//! The norms that the service says now, a book for each day on which something changes.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::plan::{book::NormBook, norm::Norm};
use store::norms::NormRow;

/// Norms of a municipality by the day on which they hold.
#[derive(Clone, Default)]
pub struct NormShelf {
    /// Each holds from its day until the next one's.
    books: Vec<(NaiveDate, Arc<NormBook>)>,
    nothing: Arc<NormBook>,
}

impl NormShelf {
    /// A shelf of all norms that are said, whatever days they hold on.
    pub fn new(rows: &[NormRow]) -> Self {
        let read = read(rows);
        let mut days: Vec<NaiveDate> = rows
            .iter()
            .flat_map(|row| [Some(row.valid_from), row.valid_to])
            .flatten()
            .collect();
        days.sort_unstable();
        days.dedup();
        let books = days
            .into_iter()
            .map(|day| {
                let holding = read.iter().filter(|(row, _)| {
                    row.valid_from <= day && row.valid_to.is_none_or(|to| day < to)
                });
                let book = NormBook::new(holding.map(|(row, norm)| (norm, row.content.as_str())));
                (day, Arc::new(book))
            })
            .collect();
        Self {
            books,
            nothing: Arc::default(),
        }
    }

    /// The norms that hold on a day; an empty book before all law.
    pub fn on(&self, day: NaiveDate) -> &Arc<NormBook> {
        let later = self.books.partition_point(|(from, _)| *from <= day);
        match later.checked_sub(1).and_then(|last| self.books.get(last)) {
            Some((_, book)) => book,
            None => &self.nothing,
        }
    }
}

/// A book of norms that hold together.
pub fn book(rows: &[NormRow]) -> NormBook {
    let read = read(rows);
    NormBook::new(read.iter().map(|(row, norm)| (norm, row.content.as_str())))
}

/// What can be read. A norm that this program does not understand is not there, and nothing is affirmed by it.
fn read(rows: &[NormRow]) -> Vec<(&NormRow, Norm)> {
    rows.iter()
        .filter_map(|row| match Norm::parse(&row.content) {
            Ok(norm) => Some((row, norm)),
            Err(faults) => {
                tracing::error!(instrument = %row.instrument, faults = faults.len(), "a norm is not understood");
                None
            }
        })
        .collect()
}
