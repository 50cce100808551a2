//! Observations of citizens: what they are about, and their way to an answer.

use std::{fmt, str::FromStr};

use crate::certificate::ShortCode;

/// What an observation is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum About {
    /// A parcel.
    Parcel,
    /// A plan, or the draft of one.
    Plan,
    /// A survey that is shown to the public.
    Survey,
    /// A project of investment.
    Investment,
    /// Works on the street.
    Works,
    /// Something else.
    Other,
}

/// Where an observation is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// It came; nobody has read it yet, and it is not shown.
    Received,
    /// It is shown, and waits for its answer.
    Published,
    /// It has its answer.
    Answered,
    /// It is not shown, and why is said to who wrote it.
    Shelved,
}

/// What can be done with one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// Show it: it is about the land and names nobody.
    Publish,
    /// Answer it, and show both.
    Answer,
    /// Not show it.
    Shelve,
}

/// From that state there is no such step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such step from {0}")]
pub struct Illegal(pub State);

/// The text names nothing of the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unknown word")]
pub struct UnknownWord;

/// Number of an observation: `O-2026-000012`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ObservationNumber {
    /// The year in which it came.
    pub year: i32,
    /// Its place among those of the year, from one.
    pub number: i32,
}

/// The code on a receipt: as that of a certificate, and as hard to guess.
pub type Receipt = ShortCode;

impl State {
    /// The state after a step.
    pub fn after(self, step: Step) -> Result<Self, Illegal> {
        match (self, step) {
            (Self::Received, Step::Publish) => Ok(Self::Published),
            (Self::Received | Self::Published, Step::Answer) => Ok(Self::Answered),
            (Self::Received | Self::Published, Step::Shelve) => Ok(Self::Shelved),
            _ => Err(Illegal(self)),
        }
    }

    /// Whether everybody may read it.
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Published | Self::Answered)
    }

    /// Whether it waits for an answer.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Published)
    }

    /// All states, on their way.
    pub const ALL: [Self; 4] = [
        Self::Received,
        Self::Published,
        Self::Answered,
        Self::Shelved,
    ];

    /// The name that people and the database know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "recibida",
            Self::Published => "publicada",
            Self::Answered => "respondida",
            Self::Shelved => "archivada",
        }
    }
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 3] = [Self::Publish, Self::Answer, Self::Shelve];

    /// The name that people and the database know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish => "publicar",
            Self::Answer => "responder",
            Self::Shelve => "archivar",
        }
    }
}

impl About {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Parcel,
        Self::Plan,
        Self::Survey,
        Self::Investment,
        Self::Works,
        Self::Other,
    ];

    /// The name that people and the database know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parcel => "predio",
            Self::Plan => "plan",
            Self::Survey => "levantamiento",
            Self::Investment => "inversion",
            Self::Works => "obra",
            Self::Other => "otro",
        }
    }
}

fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, text: &str) -> Result<T, UnknownWord> {
    all.iter()
        .copied()
        .find(|one| name(*one) == text)
        .ok_or(UnknownWord)
}

impl FromStr for State {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        named(&Self::ALL, Self::name, text)
    }
}

impl FromStr for Step {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        named(&Self::ALL, Self::name, text)
    }
}

impl FromStr for About {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        named(&Self::ALL, Self::name, text)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for ObservationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "O-{}-{:06}", self.year, self.number)
    }
}

impl FromStr for ObservationNumber {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let rest = text.strip_prefix("O-").ok_or(UnknownWord)?;
        let (year, number) = rest.split_once('-').ok_or(UnknownWord)?;
        let read = |text: &str| text.parse::<i32>().ok().filter(|number| *number > 0);
        match (read(year), read(number)) {
            (Some(year), Some(number)) => Ok(Self { year, number }),
            _ => Err(UnknownWord),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_it_and_what_is_shelved_stays_so() {
        assert_eq!(State::Received.after(Step::Publish), Ok(State::Published));
        assert_eq!(State::Published.after(Step::Answer), Ok(State::Answered));
        for (state, step) in [
            (State::Published, Step::Publish),
            (State::Answered, Step::Shelve),
            (State::Shelved, Step::Answer),
        ] {
            assert_eq!(state.after(step), Err(Illegal(state)));
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let number = ObservationNumber {
            year: 2026,
            number: 12,
        };
        assert_eq!(number.to_string(), "O-2026-000012");
        assert_eq!("O-2026-000012".parse(), Ok(number));
        for wrong in ["", "O-2026-", "O-2026-0", "2026-000012", "O-x-1"] {
            assert_eq!(
                wrong.parse::<ObservationNumber>(),
                Err(UnknownWord),
                "{wrong}"
            );
        }
    }
}
