//! Planning instruments: their kinds, and their life from the first meeting to the ordinance that ends it.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Class of an instrument (D.S. 012-2022-VIVIENDA and, for the province, D.S. 022-2016-VIVIENDA).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum PlanKind {
    /// Plan de acondicionamiento territorial, of the province.
    #[serde(rename = "pat")]
    Pat,
    /// Plan de desarrollo metropolitano.
    #[serde(rename = "pdm")]
    Pdm,
    /// Plan de desarrollo urbano.
    #[serde(rename = "pdu")]
    Pdu,
    /// Esquema de ordenamiento urbano.
    #[serde(rename = "eou")]
    Eou,
    /// Plan específico of a part of a town.
    #[serde(rename = "especifico")]
    Specific,
}

/// Where an instrument is on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum State {
    /// It is being made.
    #[serde(rename = "elaboracion")]
    Drafting,
    /// It is shown, and anybody may observe it.
    #[serde(rename = "consulta_publica")]
    Consultation,
    /// An ordinance approves it; it is not in force yet.
    #[serde(rename = "aprobado")]
    Approved,
    /// It is in force.
    #[serde(rename = "vigente")]
    InForce,
    /// It is in force, and being made anew.
    #[serde(rename = "en_actualizacion")]
    Updating,
    /// An ordinance ended it.
    #[serde(rename = "derogado")]
    Repealed,
}

/// The text names nothing of the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unknown word")]
pub struct UnknownWord;

/// A state that an instrument came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Which state.
    #[serde(rename = "estado")]
    pub state: State,
    /// The day on which it came to it; of a consultation, its first.
    #[serde(rename = "fecha")]
    pub day: NaiveDate,
    /// Last day of a consultation.
    #[serde(rename = "hasta", default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// The ordinance.
    #[serde(rename = "norma", default, skip_serializing_if = "Option::is_none")]
    pub norm: Option<String>,
    /// Why, in the author's words.
    #[serde(rename = "nota", default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Why an instrument cannot come to a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LifeFault {
    /// No way leads there.
    #[error("no way from {from} to {to}")]
    NoWay {
        /// Where it is.
        from: State,
        /// Where it was to go.
        to: State,
    },
    /// It needs an ordinance.
    #[error("{0} needs an ordinance")]
    NoNorm(State),
    /// A consultation needs its last day, not before its first.
    #[error("a consultation needs its last day")]
    NoEnd,
    /// An end or another beginning needs a reason.
    #[error("{0} needs a reason")]
    NoReason(State),
    /// It would come before the milestone before it.
    #[error("it comes before {0}")]
    Before(NaiveDate),
    /// The day has not come yet.
    #[error("the day has not come")]
    Future,
}

impl PlanKind {
    /// All kinds, from the widest ground to the narrowest.
    pub const ALL: [Self; 5] = [Self::Pat, Self::Pdm, Self::Pdu, Self::Eou, Self::Specific];

    /// The name that files and addresses know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pat => "pat",
            Self::Pdm => "pdm",
            Self::Pdu => "pdu",
            Self::Eou => "eou",
            Self::Specific => "especifico",
        }
    }

    /// What the code of such a plan begins with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Pat => "PAT-",
            Self::Pdm => "PDM-",
            Self::Pdu => "PDU-",
            Self::Eou => "EOU-",
            Self::Specific => "PE-",
        }
    }

    /// Whether a code is one of such a plan: its prefix, and more.
    pub fn names(self, code: &str) -> bool {
        let rest = code.strip_prefix(self.prefix());
        rest.is_some_and(|rest| !rest.is_empty())
    }
}

impl State {
    /// All states, in the order of a life.
    pub const ALL: [Self; 6] = [
        Self::Drafting,
        Self::Consultation,
        Self::Approved,
        Self::InForce,
        Self::Updating,
        Self::Repealed,
    ];

    /// The name that files and addresses know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Drafting => "elaboracion",
            Self::Consultation => "consulta_publica",
            Self::Approved => "aprobado",
            Self::InForce => "vigente",
            Self::Updating => "en_actualizacion",
            Self::Repealed => "derogado",
        }
    }

    /// Where it may go from here.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Drafting => &[Self::Consultation],
            Self::Consultation => &[Self::Approved],
            Self::Approved => &[Self::InForce],
            Self::InForce => &[Self::Updating],
            Self::Updating => &[Self::InForce, Self::Repealed],
            Self::Repealed => &[],
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for State {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|state| state.name() == text);
        found.ok_or(UnknownWord)
    }
}

impl FromStr for PlanKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == text);
        found.ok_or(UnknownWord)
    }
}

/// Whether an instrument may come to a state, after its last milestone. The first may be any: a register begins with
/// plans that are old already.
pub fn step(last: Option<&Milestone>, next: &Milestone, today: NaiveDate) -> Result<(), LifeFault> {
    if let Some(last) = last {
        if !last.state.next().contains(&next.state) {
            return Err(LifeFault::NoWay {
                from: last.state,
                to: next.state,
            });
        }
        if next.day < last.day {
            return Err(LifeFault::Before(last.day));
        }
    }
    // A consultation is announced before it begins; nothing else is said before it has happened.
    if next.day > today && next.state != State::Consultation {
        return Err(LifeFault::Future);
    }
    let said = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let renewed = last.is_some_and(|last| last.state == State::Updating);
    match next.state {
        State::Consultation if next.until.is_none_or(|until| until < next.day) => {
            Err(LifeFault::NoEnd)
        }
        State::Approved | State::Repealed if !said(&next.norm) => {
            Err(LifeFault::NoNorm(next.state))
        }
        State::InForce if (renewed || last.is_none()) && !said(&next.norm) => {
            Err(LifeFault::NoNorm(next.state))
        }
        State::Updating | State::Repealed if !said(&next.note) => {
            Err(LifeFault::NoReason(next.state))
        }
        _ => Ok(()),
    }
}

/// Whether milestones are a life, one after the other; says which is wrong, from zero.
pub fn life(milestones: &[Milestone], today: NaiveDate) -> Result<(), (usize, LifeFault)> {
    for (at, next) in milestones.iter().enumerate() {
        let last = at.checked_sub(1).and_then(|before| milestones.get(before));
        step(last, next, today).map_err(|fault| (at, fault))?;
    }
    Ok(())
}

/// The ordinance in force after milestones: the last that one of them brought.
pub fn norm(milestones: &[Milestone]) -> Option<&str> {
    let mut norms = milestones
        .iter()
        .rev()
        .filter_map(|one| one.norm.as_deref());
    norms.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn at(state: State, on: &str) -> Milestone {
        Milestone {
            state,
            day: day(on),
            until: None,
            norm: None,
            note: None,
        }
    }

    fn whole_life() -> Vec<Milestone> {
        let norm = |name: &str| Some(format!("Ordenanza {name}"));
        vec![
            at(State::Drafting, "2020-01-10"),
            Milestone {
                until: Some(day("2020-03-31")),
                ..at(State::Consultation, "2020-03-01")
            },
            Milestone {
                norm: norm("1"),
                ..at(State::Approved, "2020-05-01")
            },
            at(State::InForce, "2020-05-02"),
            Milestone {
                note: Some("Pasaron cinco años".into()),
                ..at(State::Updating, "2025-05-01")
            },
            Milestone {
                norm: norm("2"),
                ..at(State::InForce, "2026-01-01")
            },
            Milestone {
                note: Some("Vence".into()),
                ..at(State::Updating, "2026-02-01")
            },
            Milestone {
                norm: norm("3"),
                note: Some("Lo sigue otro".into()),
                ..at(State::Repealed, "2026-03-01")
            },
        ]
    }

    #[test]
    fn a_whole_life_is_one_and_its_last_norm_holds() {
        let life_of = whole_life();
        assert_eq!(life(&life_of, day("2026-11-27")), Ok(()));
        assert_eq!(norm(&life_of[..6]), Some("Ordenanza 2"));
        assert_eq!(norm(&life_of[..2]), None);
    }

    #[test]
    fn nothing_is_left_out_and_nothing_goes_back() {
        for from in State::ALL {
            for to in State::ALL {
                let next = Milestone {
                    until: Some(day("2021-01-01")),
                    norm: Some("O".into()),
                    note: Some("n".into()),
                    ..at(to, "2020-01-02")
                };
                let gone = step(Some(&at(from, "2020-01-01")), &next, day("2026-01-01"));
                assert_eq!(gone.is_ok(), from.next().contains(&to), "{from} {to}");
            }
        }
    }

    #[test]
    fn each_state_asks_for_what_proves_it() {
        let today = day("2026-11-27");
        let without = |index: usize, change: fn(&mut Milestone)| {
            let mut milestones = whole_life();
            change(&mut milestones[index]);
            life(&milestones, today).map_err(|(_, fault)| fault)
        };
        assert_eq!(without(1, |one| one.until = None), Err(LifeFault::NoEnd));
        assert_eq!(
            without(1, |one| one.until = one.day.pred_opt()),
            Err(LifeFault::NoEnd)
        );
        assert_eq!(
            without(2, |one| one.norm = Some(" ".into())),
            Err(LifeFault::NoNorm(State::Approved))
        );
        assert_eq!(without(3, |one| one.norm = None), Ok(()));
        assert_eq!(
            without(4, |one| one.note = None),
            Err(LifeFault::NoReason(State::Updating))
        );
        assert_eq!(
            without(5, |one| one.norm = None),
            Err(LifeFault::NoNorm(State::InForce))
        );
        assert_eq!(
            without(7, |one| one.norm = None),
            Err(LifeFault::NoNorm(State::Repealed))
        );
        assert_eq!(
            without(3, |one| one.day = day("2020-04-01")),
            Err(LifeFault::Before(day("2020-05-01")))
        );
        let later = at(State::Drafting, "2026-11-28");
        assert_eq!(step(None, &later, today), Err(LifeFault::Future));
        // A plan that was in force before there was a register comes with its ordinance.
        let old = at(State::InForce, "2012-01-01");
        assert_eq!(
            step(None, &old, today),
            Err(LifeFault::NoNorm(State::InForce))
        );
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for state in State::ALL {
            assert_eq!(state.name().parse(), Ok(state));
            assert_eq!(
                serde_json::to_value(state).ok(),
                Some(serde_json::json!(state.name()))
            );
        }
        for kind in PlanKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(
                serde_json::to_value(kind).ok(),
                Some(serde_json::json!(kind.name()))
            );
        }
        assert_eq!("vigentes".parse::<State>(), Err(UnknownWord));
    }
}
