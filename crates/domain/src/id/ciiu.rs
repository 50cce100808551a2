//! Economic activities (CIIU Rev. 4, the Peruvian ISIC).

use std::{fmt, str::FromStr};

/// An activity, or a family of them: a section (`G`), a division (`47`), a group (`471`) or a class (`4711`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ciiu(String);

/// The text is no code of CIIU Rev. 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an activity is a letter from A to U, or two to four digits of a division from 01 to 99")]
pub struct InvalidCiiu;

/// First and last division of each section.
const SECTIONS: [(char, u8, u8); 21] = [
    ('A', 1, 3),
    ('B', 5, 9),
    ('C', 10, 33),
    ('D', 35, 35),
    ('E', 36, 39),
    ('F', 41, 43),
    ('G', 45, 47),
    ('H', 49, 53),
    ('I', 55, 56),
    ('J', 58, 63),
    ('K', 64, 66),
    ('L', 68, 68),
    ('M', 69, 75),
    ('N', 77, 82),
    ('O', 84, 84),
    ('P', 85, 85),
    ('Q', 86, 88),
    ('R', 90, 93),
    ('S', 94, 96),
    ('T', 97, 98),
    ('U', 99, 99),
];

impl Ciiu {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a single class, as a licence names it.
    pub fn is_class(&self) -> bool {
        self.0.len() == 4
    }

    /// Itself and the families that it belongs to, the narrowest first.
    pub fn families(&self) -> impl Iterator<Item = &str> {
        let digits = if self.0.starts_with(char::is_alphabetic) {
            0
        } else {
            self.0.len()
        };
        let narrower = (2..=digits).rev().map(|length| &self.0[..length]);
        narrower.chain(self.section())
    }

    /// The letter of its section.
    fn section(&self) -> Option<&str> {
        const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTU";
        let letter = match self
            .0
            .get(..2)
            .and_then(|division| division.parse::<u8>().ok())
        {
            Some(division) => {
                SECTIONS
                    .iter()
                    .find(|(_, from, to)| (*from..=*to).contains(&division))?
                    .0
            }
            None => self.0.chars().next()?,
        };
        let place = LETTERS.find(letter)?;
        LETTERS.get(place..=place)
    }
}

impl FromStr for Ciiu {
    type Err = InvalidCiiu;

    fn from_str(text: &str) -> Result<Self, InvalidCiiu> {
        let known_division = || {
            let division: u8 = text.get(..2)?.parse().ok()?;
            SECTIONS
                .iter()
                .any(|(_, from, to)| (*from..=*to).contains(&division))
                .then_some(())
        };
        let is_section = text.len() == 1
            && SECTIONS
                .iter()
                .any(|(letter, ..)| text.starts_with(*letter));
        let is_digits =
            (2..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_section || is_digits && known_division().is_some() {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCiiu)
        }
    }
}

impl fmt::Display for Ciiu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activity_belongs_to_its_group_division_and_section() {
        let shop: Ciiu = "4711".parse().expect("a class");
        assert_eq!(
            shop.families().collect::<Vec<_>>(),
            ["4711", "471", "47", "G"]
        );
        let section: Ciiu = "G".parse().expect("a section");
        assert_eq!(section.families().collect::<Vec<_>>(), ["G"]);
        assert!(shop.is_class() && !section.is_class());
        for wrong in [
            "", "g", "V", "4", "0000", "47111", "47a1", "3401", "ñ", "４７",
        ] {
            assert!(wrong.parse::<Ciiu>().is_err(), "{wrong:?}");
        }
    }
}
