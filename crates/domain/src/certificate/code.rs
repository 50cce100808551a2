use std::{fmt, str::FromStr};

use super::alphabet::{check, letter, value};

/// The code by which anybody verifies a certificate: fifteen random letters and one that checks them, `7K3M-9Q2X-A1BC-5D8F`.
///
/// 75 random bits: who tries a million codes a second meets one of a million certificates after a thousand years.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShortCode([u8; 16]);

/// The text is no code of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code of a certificate")]
pub struct InvalidShortCode;

const RANDOM: usize = 15;

impl ShortCode {
    /// The code of fifteen random bytes, of each of which five bits count.
    pub fn from_random(bytes: [u8; RANDOM]) -> Self {
        let mut values = [0; RANDOM + 1];
        for (value, byte) in values.iter_mut().zip(bytes) {
            *value = byte % 32;
        }
        values[RANDOM] = check(&values[..RANDOM]);
        Self(values)
    }
}

impl fmt::Display for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in self.0.iter().enumerate() {
            if index > 0 && index % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", letter(*value))?;
        }
        Ok(())
    }
}

impl fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for ShortCode {
    type Err = InvalidShortCode;

    /// As people copy it: with or without hyphens and spaces, in small letters too.
    fn from_str(text: &str) -> Result<Self, InvalidShortCode> {
        let mut values = [0; RANDOM + 1];
        let mut count = 0;
        for character in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let place = values.get_mut(count).ok_or(InvalidShortCode)?;
            *place = value(character).ok_or(InvalidShortCode)?;
            count += 1;
        }
        if count == values.len() && values[RANDOM] == check(&values[..RANDOM]) {
            Ok(Self(values))
        } else {
            Err(InvalidShortCode)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_reads_back_and_one_slip_shows(bytes: [u8; RANDOM], place in 0_usize..16, other in 0_u8..32) {
            let code = ShortCode::from_random(bytes);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            let mut slipped = code;
            slipped.0[place] = other;
            prop_assert_eq!(slipped.to_string().parse::<ShortCode>().is_ok(), slipped == code);
            let mut exchanged = code;
            exchanged.0.swap(place, (place + 1) % 16);
            // The last and the first are no neighbours.
            if place < 15 {
                prop_assert_eq!(exchanged.to_string().parse::<ShortCode>().is_ok(), exchanged == code);
            }
        }

        #[test]
        fn any_text_is_a_code_or_refused(text: String) {
            let _ = text.parse::<ShortCode>();
        }
    }

    #[test]
    fn a_code_is_read_as_people_copy_it() {
        let code = ShortCode::from_random([1; RANDOM]);
        let written = code.to_string();
        assert_eq!(written.len(), 19);
        for copied in [
            written.to_lowercase(),
            written.replace('-', ""),
            written.replace('-', " "),
            written.replace('1', "l"),
            written.replace('1', "I"),
        ] {
            assert_eq!(copied.parse(), Ok(code), "{copied}");
        }
        for wrong in [
            "",
            "7K3M",
            &written[1..],
            &format!("{written}0"),
            "7K3M-9Q2X-A1BC-5D8Ñ",
        ] {
            assert_eq!(wrong.parse::<ShortCode>(), Err(InvalidShortCode), "{wrong}");
        }
    }
}
