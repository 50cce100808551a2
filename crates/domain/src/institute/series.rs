//! Series that partners offer to the observatory: from an offer to what anybody reads, by a second person.

use std::{fmt, str::FromStr};

/// Where a series is on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SeriesState {
    /// Waits for a planner. Seen by its author and by planners.
    Offered,
    /// Anybody reads it.
    Published,
    /// A planner says what it lacks.
    Observed,
    /// Taken back; the end.
    Withdrawn,
}

/// What is done with a series.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SeriesStep {
    /// What it says or its values change: it is looked at again.
    Change,
    /// A planner who is not its author publishes it.
    Publish,
    /// A planner who is not its author says what it lacks.
    Observe,
    /// It is taken back.
    Withdraw,
}

/// Who takes a step, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Who {
    /// Offered the series.
    pub is_author: bool,
    /// May review series.
    pub is_reviewer: bool,
}

/// Why a step is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StepRefused {
    /// The state does not allow it.
    #[error("the state does not allow it")]
    State,
    /// Nobody reviews their own series.
    #[error("nobody reviews their own")]
    OwnReview,
    /// It is neither theirs nor theirs to review.
    #[error("it is somebody else's")]
    SomebodyElse,
}

/// The text names neither a state nor a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such name")]
pub struct UnknownName;

impl SeriesState {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Offered,
        Self::Published,
        Self::Observed,
        Self::Withdrawn,
    ];

    /// The name that the database and people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Offered => "ofrecida",
            Self::Published => "publicada",
            Self::Observed => "observada",
            Self::Withdrawn => "retirada",
        }
    }

    /// Whether it may be seen: what is published by anybody, the rest by its author and who reviews.
    pub fn is_seen_by(self, who: Who) -> bool {
        self == Self::Published || who.is_author || who.is_reviewer
    }

    /// The state after a step.
    ///
    /// # Errors
    /// The state does not allow it, or who takes it may not.
    pub fn after(self, step: SeriesStep, who: Who) -> Result<Self, StepRefused> {
        let theirs = match step {
            SeriesStep::Change => who.is_author,
            SeriesStep::Withdraw => who.is_author || who.is_reviewer,
            SeriesStep::Publish | SeriesStep::Observe if who.is_author => {
                return Err(StepRefused::OwnReview);
            }
            SeriesStep::Publish | SeriesStep::Observe => who.is_reviewer,
        };
        if !theirs {
            return Err(StepRefused::SomebodyElse);
        }
        match (self, step) {
            (Self::Withdrawn, _)
            | (Self::Published | Self::Observed, SeriesStep::Publish)
            | (Self::Observed, SeriesStep::Observe) => Err(StepRefused::State),
            (_, SeriesStep::Change) => Ok(Self::Offered),
            (_, SeriesStep::Publish) => Ok(Self::Published),
            (_, SeriesStep::Observe) => Ok(Self::Observed),
            (_, SeriesStep::Withdraw) => Ok(Self::Withdrawn),
        }
    }
}

impl SeriesStep {
    /// Steps of a review.
    pub const REVIEW: [Self; 3] = [Self::Publish, Self::Observe, Self::Withdraw];

    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Change => "cambiar",
            Self::Publish => "publicar",
            Self::Observe => "observar",
            Self::Withdraw => "retirar",
        }
    }
}

impl FromStr for SeriesState {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or(UnknownName)
    }
}

impl FromStr for SeriesStep {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::REVIEW
            .into_iter()
            .find(|step| step.name() == text)
            .ok_or(UnknownName)
    }
}

impl fmt::Display for SeriesState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHOR: Who = Who {
        is_author: true,
        is_reviewer: false,
    };
    const REVIEWER: Who = Who {
        is_author: false,
        is_reviewer: true,
    };
    const BOTH: Who = Who {
        is_author: true,
        is_reviewer: true,
    };
    const NOBODY: Who = Who {
        is_author: false,
        is_reviewer: false,
    };

    #[test]
    fn an_offer_is_published_by_another_and_looked_at_again_when_it_changes() {
        use {SeriesState as State, SeriesStep as Step};
        let offered = State::Offered;
        assert_eq!(
            offered.after(Step::Publish, AUTHOR),
            Err(StepRefused::OwnReview)
        );
        assert_eq!(
            offered.after(Step::Publish, BOTH),
            Err(StepRefused::OwnReview)
        );
        assert_eq!(
            offered.after(Step::Publish, NOBODY),
            Err(StepRefused::SomebodyElse)
        );
        let published = offered.after(Step::Publish, REVIEWER);
        assert_eq!(published, Ok(State::Published));
        assert_eq!(
            State::Published.after(Step::Change, AUTHOR),
            Ok(State::Offered)
        );
        assert_eq!(
            State::Published.after(Step::Change, REVIEWER),
            Err(StepRefused::SomebodyElse)
        );
        let observed = offered.after(Step::Observe, REVIEWER);
        assert_eq!(observed, Ok(State::Observed));
        assert_eq!(
            State::Observed.after(Step::Publish, REVIEWER),
            Err(StepRefused::State)
        );
        assert_eq!(
            State::Observed.after(Step::Change, AUTHOR),
            Ok(State::Offered)
        );
    }

    #[test]
    fn what_is_withdrawn_stays_so() {
        for step in [
            SeriesStep::Change,
            SeriesStep::Publish,
            SeriesStep::Observe,
            SeriesStep::Withdraw,
        ] {
            for who in [AUTHOR, REVIEWER] {
                assert!(SeriesState::Withdrawn.after(step, who).is_err());
            }
        }
        assert_eq!(
            SeriesState::Published.after(SeriesStep::Withdraw, AUTHOR),
            Ok(SeriesState::Withdrawn)
        );
    }

    #[test]
    fn strangers_see_what_is_published_alone() {
        for state in SeriesState::ALL {
            assert_eq!(
                state.is_seen_by(NOBODY),
                state == SeriesState::Published,
                "{state}"
            );
            assert!(state.is_seen_by(AUTHOR) && state.is_seen_by(REVIEWER));
            assert_eq!(state.name().parse(), Ok(state));
        }
    }
}
