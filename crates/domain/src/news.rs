//! What people follow without an account.

use std::{fmt, str::FromStr};

/// A topic of what is new.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Topic {
    /// Parcels, blocks and streets.
    Surveys,
    /// Plans, their zones and restrictions.
    Plans,
    /// Projects of investment.
    Investments,
    /// Networks and works of services.
    Works,
    /// Reports, agreements and series.
    Reports,
    /// What citizens observe, and what is answered.
    Observations,
    /// Norms of plans.
    Norms,
}

/// The text names no topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unknown topic")]
pub struct UnknownTopic;

impl Topic {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Surveys,
        Self::Plans,
        Self::Investments,
        Self::Works,
        Self::Reports,
        Self::Observations,
        Self::Norms,
    ];

    /// The name that people and the database know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Surveys => "levantamientos",
            Self::Plans => "planes",
            Self::Investments => "inversiones",
            Self::Works => "obras",
            Self::Reports => "informes",
            Self::Observations => "observaciones",
            Self::Norms => "normas",
        }
    }
}

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        Self::ALL
            .into_iter()
            .find(|one| one.name() == text)
            .ok_or(UnknownTopic)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_as_they_are_written() {
        for topic in Topic::ALL {
            assert_eq!(topic.to_string().parse(), Ok(topic));
        }
        assert_eq!("".parse::<Topic>(), Err(UnknownTopic));
    }
}
