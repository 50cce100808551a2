//! No two rows of a file share a code, and no two share a shape.
//!
//! Source: one code for one lot (R. 001-2007-SNCP/CNC). Of two rows with one code neither can be believed, so
//! both stay out; one finding is counted for each row beyond the first. Where a provisional code is asked for, a
//! repeated reference decides nothing: each row gets a code of its own, and the repetition is only said.

use std::collections::HashMap;

use crate::survey::{Finding, RuleCode};

/// How often each code or reference stands in a file, by digest: 32 bytes each, so a million rows take 32 MB.
#[derive(Clone, Debug, Default)]
pub struct Census {
    seen: HashMap<u128, Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    first_row: u64,
    times: u32,
}

impl Census {
    /// Counts the thing with this digest in a row; gives the row where it stood first, if it did before.
    pub fn add(&mut self, digest: u128, row: u64) -> Option<u64> {
        let seen = self.seen.entry(digest).or_insert(Seen {
            first_row: row,
            times: 0,
        });
        seen.times += 1;
        (seen.times > 1).then_some(seen.first_row)
    }

    /// In how many rows it stands so far.
    pub fn times(&self, digest: u128) -> u32 {
        self.seen.get(&digest).map_or(0, |seen| seen.times)
    }

    /// Whether it stands in more than one row, and in which first.
    pub fn repeated(&self, digest: u128) -> Option<u64> {
        self.seen
            .get(&digest)
            .filter(|seen| seen.times > 1)
            .map(|seen| seen.first_row)
    }
}

/// The finding for a row whose code or reference stood in `first_row` before.
pub fn repeated(rule: RuleCode, text: &str, row: u64, first_row: u64) -> Finding {
    Finding::new(rule, row)
        .of(text)
        .with("codigo", text)
        .with("fila", row)
        .with("primera", first_row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_names_the_first_row_and_marks_every_row() {
        let mut census = Census::default();
        assert_eq!(census.add(7, 1), None);
        assert_eq!(census.add(8, 2), None);
        assert_eq!(census.add(7, 3), Some(1));
        assert_eq!(census.add(7, 4), Some(1));
        assert_eq!(census.repeated(7), Some(1));
        assert_eq!(census.repeated(8), None);
        assert_eq!(census.repeated(9), None);
    }
}
