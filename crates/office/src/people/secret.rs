use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A secret in the clear: given once to whoever it is for, and never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Letters and digits that are not misread on paper.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

impl Secret {
    /// One of 244 random bits.
    pub fn random() -> Self {
        Self(format!(
            "{}{}",
            Uuid::new_v4().simple(),
            Uuid::new_v4().simple()
        ))
    }

    /// One for people to type: four groups of five, 100 random bits.
    pub fn readable() -> Self {
        let digest = Self::random().digest();
        let letters: Vec<char> = digest
            .iter()
            .take(20)
            .map(|byte| char::from(READABLE[usize::from(byte % 32)]))
            .collect();
        let groups: Vec<String> = letters.chunks(5).map(String::from_iter).collect();
        Self(groups.join("-"))
    }

    /// One that somebody brought.
    pub fn brought(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What is kept of it.
    pub fn digest(&self) -> [u8; 32] {
        digest(&self.0)
    }

    /// The text, for whoever it is for.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of a text.
pub(super) fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_can_be_typed_and_are_not_shown() {
        let (one, other) = (Secret::readable(), Secret::readable());
        assert_ne!(one, other);
        assert_eq!(one.reveal().len(), 23);
        assert_eq!(Secret::random().reveal().len(), 64);
        assert_eq!(format!("{one:?}"), "***");
    }
}
