//! Inspections of what is built and done: from a visit that is planned to its end.

use std::{fmt, str::FromStr};

/// Where an inspection is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Somebody is to go.
    Planned,
    /// Somebody went; the acta is written.
    Done,
    /// Nothing against the norms was found.
    Clean,
    /// Something was.
    Infringed,
    /// An order was given, with a day until which to obey it.
    Ordered,
    /// It was mended.
    Mended,
    /// A resolution ended it.
    Resolved,
}

/// What can be done with one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// Go there and write the acta.
    Visit,
    /// Nothing was found.
    Clear,
    /// An infraction was found.
    Accuse,
    /// Order something, with a deadline.
    Order,
    /// What was ordered is done.
    Mend,
    /// A resolution ends it.
    Resolve,
}

/// What is ordered (Ley 27972, arts. 46 and 49; each municipality's own table of sanctions says when).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Order {
    /// Stop the works.
    Halt,
    /// Take down what was built.
    Demolish,
    /// Take away what stands in the way.
    Remove,
    /// Close the business.
    Close,
    /// Ask for the licence that is missing.
    Regularise,
}

/// From that state there is no such step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such step from {0}")]
pub struct Illegal(pub State);

/// The text names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such word")]
pub struct UnknownWord;

impl State {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Planned,
        Self::Done,
        Self::Clean,
        Self::Infringed,
        Self::Ordered,
        Self::Mended,
        Self::Resolved,
    ];

    /// The state after a step.
    pub fn after(self, step: Step) -> Result<Self, Illegal> {
        match (self, step) {
            (Self::Planned, Step::Visit) => Ok(Self::Done),
            (Self::Done, Step::Clear) => Ok(Self::Clean),
            (Self::Done, Step::Accuse) => Ok(Self::Infringed),
            (Self::Infringed, Step::Order) => Ok(Self::Ordered),
            (Self::Ordered, Step::Mend) => Ok(Self::Mended),
            (Self::Ordered, Step::Resolve) => Ok(Self::Resolved),
            _ => Err(Illegal(self)),
        }
    }

    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "programada",
            Self::Done => "realizada",
            Self::Clean => "sin_infraccion",
            Self::Infringed => "con_infraccion",
            Self::Ordered => "en_plazo",
            Self::Mended => "subsanada",
            Self::Resolved => "resuelta",
        }
    }
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Visit,
        Self::Clear,
        Self::Accuse,
        Self::Order,
        Self::Mend,
        Self::Resolve,
    ];

    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Visit => "realizar",
            Self::Clear => "sin_infraccion",
            Self::Accuse => "con_infraccion",
            Self::Order => "ordenar",
            Self::Mend => "subsanar",
            Self::Resolve => "resolver",
        }
    }
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Halt,
        Self::Demolish,
        Self::Remove,
        Self::Close,
        Self::Regularise,
    ];

    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Halt => "paralizacion",
            Self::Demolish => "demolicion",
            Self::Remove => "retiro",
            Self::Close => "clausura",
            Self::Regularise => "regularizacion",
        }
    }
}

impl FromStr for State {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let mut all = Self::ALL.into_iter();
        all.find(|state| state.name() == text).ok_or(UnknownWord)
    }
}

impl FromStr for Step {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let mut all = Self::ALL.into_iter();
        all.find(|step| step.name() == text).ok_or(UnknownWord)
    }
}

impl FromStr for Order {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let mut all = Self::ALL.into_iter();
        all.find(|order| order.name() == text).ok_or(UnknownWord)
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
    fn nothing_is_ordered_before_somebody_went_and_what_has_ended_stays_so() {
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
                "programada realizar realizada",
                "realizada sin_infraccion sin_infraccion",
                "realizada con_infraccion con_infraccion",
                "con_infraccion ordenar en_plazo",
                "en_plazo subsanar subsanada",
                "en_plazo resolver resuelta",
            ]
        );
        for order in Order::ALL {
            assert_eq!(order.name().parse(), Ok(order));
        }
    }
}
