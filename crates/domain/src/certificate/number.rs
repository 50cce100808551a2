use std::{fmt, str::FromStr};

use crate::id::Ubigeo;

/// The number of a certificate in its municipality and year, from one and without gaps: `220101-2026-000123`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CertificateNumber {
    ubigeo: Ubigeo,
    year: u16,
    sequence: u32,
}

/// The text, or the parts, are no number of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a certificate's number is a ubigeo, a year and six digits")]
pub struct InvalidNumber;

/// Six digits: ten times what a city of a million issues in a year.
const SEQUENCE_MAX: u32 = 999_999;

impl CertificateNumber {
    /// Of its parts.
    pub fn new(ubigeo: Ubigeo, year: u16, sequence: u32) -> Result<Self, InvalidNumber> {
        if (2000..=9999).contains(&year) && (1..=SEQUENCE_MAX).contains(&sequence) {
            Ok(Self {
                ubigeo,
                year,
                sequence,
            })
        } else {
            Err(InvalidNumber)
        }
    }

    /// The municipality.
    pub fn ubigeo(&self) -> Ubigeo {
        self.ubigeo
    }

    /// The year.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// Its place in that year.
    pub fn sequence(&self) -> u32 {
        self.sequence
    }
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:06}", self.ubigeo, self.year, self.sequence)
    }
}

impl FromStr for CertificateNumber {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        let mut parts = text.split('-');
        let (Some(ubigeo), Some(year), Some(sequence), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidNumber);
        };
        let digits = |text: &str, count| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(sequence, 6) {
            return Err(InvalidNumber);
        }
        Self::new(
            ubigeo.parse().map_err(|_| InvalidNumber)?,
            year.parse().map_err(|_| InvalidNumber)?,
            sequence.parse().map_err(|_| InvalidNumber)?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_one_way_only() {
        let number: CertificateNumber = "220101-2026-000123".parse().expect("a number");
        assert_eq!(
            (number.ubigeo().as_str(), number.year(), number.sequence()),
            ("220101", 2026, 123)
        );
        assert_eq!(number.to_string(), "220101-2026-000123");
        for wrong in [
            "",
            "220101-2026-123",
            "220101-2026-000000",
            "220101-0026-000001",
            "22010-2026-000001",
            "220101-2026-000001-1",
            "220101-2026-+00001",
            "220101-2026-１00001",
        ] {
            assert_eq!(
                wrong.parse::<CertificateNumber>(),
                Err(InvalidNumber),
                "{wrong}"
            );
        }
    }
}
