use std::{fmt, str::FromStr};

/// Where a certificate is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Its drafter works on it.
    Draft,
    /// It waits for who issues it.
    InReview,
    /// It has its number and its signature, and never changes.
    Issued,
    /// It was issued, and an act took it back.
    Annulled,
    /// It never was issued, and never will be.
    Withdrawn,
}

/// What can be done with one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// Its drafter sends it to be issued.
    Send,
    /// It goes back to its drafter.
    Return,
    /// Its drafter has it judged again, and reads it again.
    Refresh,
    /// It is given up before it was one.
    Withdraw,
    /// It is numbered and signed.
    Issue,
    /// It is taken back by an act.
    Annul,
}

/// From that state there is no such step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such step from {0}")]
pub struct Illegal(pub State);

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::InReview,
        Self::Issued,
        Self::Annulled,
        Self::Withdrawn,
    ];

    /// The state after a step.
    pub fn after(self, step: Step) -> Result<Self, Illegal> {
        match (self, step) {
            (Self::Draft, Step::Send) => Ok(Self::InReview),
            (Self::InReview, Step::Return) | (Self::Draft | Self::InReview, Step::Refresh) => {
                Ok(Self::Draft)
            }
            (Self::Draft | Self::InReview, Step::Withdraw) => Ok(Self::Withdrawn),
            (Self::InReview, Step::Issue) => Ok(Self::Issued),
            (Self::Issued, Step::Annul) => Ok(Self::Annulled),
            _ => Err(Illegal(self)),
        }
    }

    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "borrador",
            Self::InReview => "en_revision",
            Self::Issued => "emitido",
            Self::Annulled => "anulado",
            Self::Withdrawn => "retirado",
        }
    }
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Send,
        Self::Return,
        Self::Refresh,
        Self::Withdraw,
        Self::Issue,
        Self::Annul,
    ];

    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Send => "enviar",
            Self::Return => "devolver",
            Self::Refresh => "actualizar",
            Self::Withdraw => "retirar",
            Self::Issue => "emitir",
            Self::Annul => "anular",
        }
    }
}

impl FromStr for State {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or(())
    }
}

impl FromStr for Step {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|step| step.name() == text)
            .ok_or(())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_way_to_be_issued_and_one_way_back_from_it() {
        let legal: Vec<String> = State::ALL
            .into_iter()
            .flat_map(|from| Step::ALL.map(move |step| (from, step)))
            .filter_map(|(from, step)| {
                let to = from.after(step).ok()?;
                Some(format!("{from} {} {to}", step.name()))
            })
            .collect();
        assert_eq!(
            legal,
            [
                "borrador enviar en_revision",
                "borrador actualizar borrador",
                "borrador retirar retirado",
                "en_revision devolver borrador",
                "en_revision actualizar borrador",
                "en_revision retirar retirado",
                "en_revision emitir emitido",
                "emitido anular anulado",
            ]
        );
        for state in State::ALL {
            assert_eq!(state.name().parse(), Ok(state));
        }
        for step in Step::ALL {
            assert_eq!(step.name().parse(), Ok(step));
        }
    }
}
