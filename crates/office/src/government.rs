//! How the province is governed together: sessions and agreements of the Asamblea de Municipalidades, and who decides what.

mod agreements;
pub mod decisions;
mod sessions;

use domain::{
    id::Ubigeo,
    institute::{DossierCode, agreement::Vote},
};
use serde::{Deserialize, Serialize};

use crate::{Kind, Office, Problem};

pub use agreements::{
    About, AgreementContent, AgreementShape, Agreements, FollowUp, Fulfilment, NewAgreement,
    NewFollowUp,
};
pub use sessions::{NewSession, SessionClass, SessionContent, SessionShape, Sessions};

/// By what rule votes make an agreement, in words.
pub const CRITERION: &str = "Hay quórum con más de la mitad de las municipalidades, y se aprueba con más de la mitad de las presentes. Es un criterio del servicio mientras no se publique el estatuto de la Asamblea.";

/// How a municipality voted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cast {
    /// Which municipality.
    pub ubigeo: Ubigeo,
    /// How.
    pub voto: Vote,
}

/// A municipality and its name.
#[derive(Clone, Debug, Serialize)]
pub struct Seat {
    /// Its code.
    pub ubigeo: Ubigeo,
    /// Its name.
    pub municipio: String,
}

const WORDS: std::ops::RangeInclusive<usize> = 3..=2_000;

impl Office {
    /// The municipalities with a seat in the Asamblea: those of the province.
    pub fn seats(&self) -> Vec<Seat> {
        let snapshot = self.feed.snapshot();
        let seats = snapshot.municipalities.values().map(|land| Seat {
            ubigeo: land.municipality.ubigeo,
            municipio: land.municipality.name.clone(),
        });
        seats.collect()
    }

    fn seated(&self, present: &[Ubigeo]) -> Vec<Seat> {
        let mut seats = self.seats();
        seats.retain(|seat| present.contains(&seat.ubigeo));
        seats
    }

    fn seat_codes(&self) -> Vec<Ubigeo> {
        self.feed
            .snapshot()
            .municipalities
            .keys()
            .copied()
            .collect()
    }
}

/// `S-2026-03`, `A-2026-007`: a letter, a year, a number of so many digits.
fn numbered(text: &str, letter: char, digits: usize) -> Result<DossierCode, Problem> {
    let text = text.trim();
    let parts: Vec<&str> = text.split('-').collect();
    let number = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let plain = matches!(parts[..], [head, year, rest]
        if head.len() == 1 && head.starts_with(letter) && number(year, 4) && number(rest, digits));
    let code: Option<DossierCode> = text.parse().ok();
    code.filter(|_| plain).ok_or_else(|| {
        bad(
            format!("«{text}» no vale como código."),
            format!("Se escribe como {letter}-2026-{:0digits$}.", 3),
        )
    })
}

/// The code after the last of a year.
fn next_code<'a>(
    codes: impl Iterator<Item = &'a str>,
    (letter, digits): (char, usize),
    year: i32,
) -> String {
    let head = format!("{letter}-{year}-");
    let numbers = codes.filter_map(|code| code.strip_prefix(&head)?.parse::<u32>().ok());
    let next = numbers.max().unwrap_or_default() + 1;
    format!("{head}{next:0digits$}")
}

fn words(text: &str, what: &str) -> Result<String, Problem> {
    let text = text.trim();
    if WORDS.contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(bad(
        format!("«{what}» es demasiado corto o demasiado largo."),
        format!("Escriba de {} a {} letras.", WORDS.start(), WORDS.end()),
    ))
}

fn bad(title: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::new(Kind::BadRequest, title, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_a_letter_a_year_and_a_number() {
        assert!(numbered("S-2026-03", 'S', 2).is_ok());
        assert!(numbered("A-2026-007", 'A', 3).is_ok());
        for wrong in [
            "S-2026-3",
            "s-2026-03",
            "S-26-03",
            "S-2026-03-1",
            "A-2026-03",
            "",
        ] {
            assert!(numbered(wrong, 'S', 2).is_err(), "{wrong}");
        }
        let codes = ["S-2026-01", "S-2026-09", "S-2025-30"];
        assert_eq!(next_code(codes.into_iter(), ('S', 2), 2026), "S-2026-10");
        assert_eq!(next_code(codes.into_iter(), ('A', 3), 2026), "A-2026-001");
    }
}
