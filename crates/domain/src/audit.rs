//! The audit chain: each record carries the hash of the one before it, so that a changed, lost or moved record shows.
//!
//! What is hashed is every field of the record, each with its length before it, so that no two records give the same
//! bytes. Anyone can do it again from the published fields; `docs/manual/auditoria.md` says how.

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What the first record says is before it.
    pub const BEFORE_ALL: Self = Self([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::str::FromStr for Hash {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(InvalidHead);
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte =
                u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).map_err(|_| InvalidHead)?;
        }
        Ok(Self(bytes))
    }
}

/// The number and hash of a record: enough to tell whether the history before it is still the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// Number of the record; zero before all.
    pub number: i64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// The head of an empty chain.
    pub const BEFORE_ALL: Self = Self {
        number: 0,
        hash: Hash::BEFORE_ALL,
    };
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

/// The text is no head of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a head is a number, a colon and 64 hexadecimal digits")]
pub struct InvalidHead;

impl std::str::FromStr for Head {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (number, hash) = text.split_once(':').ok_or(InvalidHead)?;
        Ok(Self {
            number: number.parse().map_err(|_| InvalidHead)?,
            hash: hash.parse()?,
        })
    }
}

/// One record of what was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Its place in the chain, from one, without gaps.
    pub number: i64,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who: login, or the operator's account of the system.
    pub actor: String,
    /// What: `levantamiento.decision`, `publicacion`, `cuenta.alta`…
    pub action: String,
    /// The municipality, as six digits.
    pub ubigeo: Option<String>,
    /// To what: `levantamiento/…`, `cuenta/…`.
    pub object: String,
    /// The text of a JSON object: the rest of what was done. No personal data of owners.
    pub content: String,
    /// Hash of the record before it.
    pub previous: Hash,
    /// Hash of this one.
    pub hash: Hash,
}

impl Record {
    /// The hash that this record should have.
    pub fn computed(&self) -> Hash {
        let mut digest = Sha256::new();
        digest.update(b"catastro.auditoria.1\n");
        let number = self.number.to_string();
        let micros = self.at.timestamp_micros().to_string();
        let fields = [
            number.as_str(),
            &micros,
            &self.actor,
            &self.action,
            self.ubigeo.as_deref().unwrap_or_default(),
            &self.object,
            &self.content,
        ];
        for field in fields {
            digest.update(format!("{}:", field.len()));
            digest.update(field);
            digest.update(b"\n");
        }
        digest.update(self.previous.0);
        Hash(digest.finalize().into())
    }

    /// Its head.
    pub fn head(&self) -> Head {
        Head {
            number: self.number,
            hash: self.hash,
        }
    }
}

/// What is wrong with a chain, at the first record where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A record has another number than the one that comes next.
    #[error("record {expected} is missing; {found} stands in its place")]
    Missing {
        /// The number that comes next.
        expected: i64,
        /// What is there.
        found: i64,
    },
    /// A record does not follow from the one before it.
    #[error("record {number} does not follow from the one before it")]
    Unlinked {
        /// Its number.
        number: i64,
    },
    /// A record's fields do not give its hash.
    #[error("record {number} was changed")]
    Changed {
        /// Its number.
        number: i64,
    },
    /// A head that was published is not in the chain: the end of it is gone.
    #[error("the chain ends at {last}, and {number} was published")]
    Truncated {
        /// The published number.
        number: i64,
        /// The last number that is there.
        last: i64,
    },
    /// A head that was published has another hash now: history was written again.
    #[error("record {number} is not the one that was published")]
    Rewritten {
        /// Its number.
        number: i64,
    },
}

/// Walks a chain record by record, in the order of their numbers.
#[derive(Debug)]
pub struct Verifier<'a> {
    head: Head,
    published: &'a [Head],
}

impl<'a> Verifier<'a> {
    /// Begins before the first record; `published` are heads that somebody kept.
    pub fn new(published: &'a [Head]) -> Self {
        Self {
            head: Head::BEFORE_ALL,
            published,
        }
    }

    /// Takes the next record.
    pub fn take(&mut self, record: &Record) -> Result<(), Broken> {
        let expected = self.head.number + 1;
        if record.number != expected {
            return Err(Broken::Missing {
                expected,
                found: record.number,
            });
        }
        let number = record.number;
        if record.computed() != record.hash {
            return Err(Broken::Changed { number });
        }
        if record.previous != self.head.hash {
            return Err(Broken::Unlinked { number });
        }
        self.head = record.head();
        let kept = self.published.iter().filter(|head| head.number == number);
        if kept.into_iter().any(|head| head.hash != record.hash) {
            return Err(Broken::Rewritten { number });
        }
        Ok(())
    }

    /// The head, where every published one was met.
    pub fn finish(self) -> Result<Head, Broken> {
        match self
            .published
            .iter()
            .find(|head| head.number > self.head.number)
        {
            Some(beyond) => Err(Broken::Truncated {
                number: beyond.number,
                last: self.head.number,
            }),
            None => Ok(self.head),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: i64) -> Vec<Record> {
        let mut head = Head::BEFORE_ALL;
        (1..=length)
            .map(|number| {
                let mut record = Record {
                    number,
                    at: DateTime::UNIX_EPOCH + chrono::Duration::seconds(number),
                    actor: "jefe".to_owned(),
                    action: "levantamiento.decision".to_owned(),
                    ubigeo: Some("220101".to_owned()),
                    object: format!("levantamiento/{number}"),
                    content: "{}".to_owned(),
                    previous: head.hash,
                    hash: Hash::BEFORE_ALL,
                };
                record.hash = record.computed();
                head = record.head();
                record
            })
            .collect()
    }

    fn verify(records: &[Record], published: &[Head]) -> Result<Head, Broken> {
        let mut verifier = Verifier::new(published);
        records
            .iter()
            .try_for_each(|record| verifier.take(record))?;
        verifier.finish()
    }

    #[test]
    fn a_whole_chain_gives_its_head_and_an_empty_one_the_zero() {
        let records = chain(5);
        let heads: Vec<Head> = records.iter().map(Record::head).collect();
        assert_eq!(verify(&records, &heads), Ok(heads[4]));
        assert_eq!(verify(&[], &[]), Ok(Head::BEFORE_ALL));
    }

    #[test]
    fn every_field_counts() {
        let changes: [fn(&mut Record); 6] = [
            |record| record.at += chrono::Duration::microseconds(1),
            |record| record.actor.push('x'),
            |record| record.action.push('x'),
            |record| record.ubigeo = None,
            |record| record.object.push('x'),
            |record| record.content = "{ }".to_owned(),
        ];
        for change in changes {
            let mut records = chain(5);
            change(&mut records[2]);
            assert_eq!(verify(&records, &[]), Err(Broken::Changed { number: 3 }));
        }
    }

    #[test]
    fn what_moves_between_fields_shows() {
        let mut record = chain(1).remove(0);
        let before = record.computed();
        record.actor.push_str(&record.action);
        record.action.clear();
        assert_ne!(record.computed(), before);
    }

    #[test]
    fn removed_swapped_truncated_and_rewritten_records_are_named() {
        let whole = chain(5);
        let published = [whole[4].head()];

        let mut removed = whole.clone();
        removed.remove(2);
        assert_eq!(
            verify(&removed, &[]),
            Err(Broken::Missing {
                expected: 3,
                found: 4
            })
        );

        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        (swapped[1].number, swapped[2].number) = (2, 3);
        assert_eq!(verify(&swapped, &[]), Err(Broken::Changed { number: 2 }));
        // Even when the hashes are made again, the links do not fit.
        for record in &mut swapped {
            record.hash = record.computed();
        }
        assert_eq!(verify(&swapped, &[]), Err(Broken::Unlinked { number: 2 }));

        assert_eq!(verify(&whole[..4], &[]), Ok(whole[3].head()));
        assert_eq!(
            verify(&whole[..4], &published),
            Err(Broken::Truncated { number: 5, last: 4 })
        );

        let mut rewritten = whole.clone();
        let mut head = rewritten[2].head();
        rewritten[3].content = r#"{"decision":"rechazar"}"#.to_owned();
        for record in &mut rewritten[3..] {
            record.previous = head.hash;
            record.hash = record.computed();
            head = record.head();
        }
        assert_eq!(verify(&rewritten, &[]).map(|head| head.number), Ok(5));
        assert_eq!(
            verify(&rewritten, &published),
            Err(Broken::Rewritten { number: 5 })
        );
    }

    #[test]
    fn heads_go_both_ways() {
        let head = chain(3)[2].head();
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in [
            "",
            "3",
            "3:",
            "x:00",
            "3:zz",
            "3:é0000000000000000000000000000000000000000000000000000000000000000",
        ] {
            assert_eq!(wrong.parse::<Head>(), Err(InvalidHead), "{wrong}");
        }
    }
}
