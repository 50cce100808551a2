//! Agreements of the Asamblea de Municipalidades: who has to be there, and how votes make one.
//!
//! No statute of the Asamblea is published yet: more than half of the seats are a quorum, and more than half of those
//! present agree. That is the service's own criterion, and the pages say so.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::id::Ubigeo;

/// How a municipality voted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Vote {
    /// For it.
    #[serde(rename = "a_favor")]
    For,
    /// Against it.
    #[serde(rename = "en_contra")]
    Against,
    /// Neither.
    #[serde(rename = "abstencion")]
    Abstained,
}

/// What came of a vote.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// It is agreed.
    #[serde(rename = "aprobado")]
    Approved,
    /// It is not.
    #[serde(rename = "rechazado")]
    Rejected,
}

/// The votes of one agreement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Count {
    /// For it.
    #[serde(rename = "a_favor")]
    pub yes: usize,
    /// Against it.
    #[serde(rename = "en_contra")]
    pub no: usize,
    /// Neither; who was there and said nothing abstained.
    #[serde(rename = "abstenciones")]
    pub abstained: usize,
}

/// Why votes decide nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VoteFault {
    /// Too few were there.
    #[error("no quorum")]
    NoQuorum,
    /// It has no seat.
    #[error("{0} has no seat")]
    NoSeat(Ubigeo),
    /// It was not there.
    #[error("{0} was not there")]
    Absent(Ubigeo),
    /// It voted twice.
    #[error("{0} voted twice")]
    Twice(Ubigeo),
}

/// The text is no vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a vote is for, against, or neither")]
pub struct UnknownVote;

impl Vote {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::For, Self::Against, Self::Abstained];

    /// The name that files know.
    pub fn name(self) -> &'static str {
        match self {
            Self::For => "a_favor",
            Self::Against => "en_contra",
            Self::Abstained => "abstencion",
        }
    }
}

impl FromStr for Vote {
    type Err = UnknownVote;

    fn from_str(text: &str) -> Result<Self, UnknownVote> {
        let found = Self::ALL.into_iter().find(|vote| vote.name() == text);
        found.ok_or(UnknownVote)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Approved => "aprobado",
            Self::Rejected => "rechazado",
        })
    }
}

/// Whether enough are there: more than half of the seats. Who has no seat does not count.
pub fn has_quorum(seats: &[Ubigeo], present: &[Ubigeo]) -> bool {
    let there: BTreeSet<&Ubigeo> = present.iter().filter(|one| seats.contains(one)).collect();
    there.len() * 2 > seats.len()
}

/// What votes make: agreed by more than half of those present.
pub fn decide(
    seats: &[Ubigeo],
    present: &[Ubigeo],
    votes: &[(Ubigeo, Vote)],
) -> Result<(Outcome, Count), VoteFault> {
    if let Some(stranger) = present.iter().find(|one| !seats.contains(one)) {
        return Err(VoteFault::NoSeat(*stranger));
    }
    if !has_quorum(seats, present) {
        return Err(VoteFault::NoQuorum);
    }
    let there: BTreeSet<Ubigeo> = present.iter().copied().collect();
    let mut voted = BTreeSet::new();
    let mut count = Count::default();
    for (who, vote) in votes {
        if !there.contains(who) {
            return Err(VoteFault::Absent(*who));
        }
        if !voted.insert(*who) {
            return Err(VoteFault::Twice(*who));
        }
        match vote {
            Vote::For => count.yes += 1,
            Vote::Against => count.no += 1,
            Vote::Abstained => count.abstained += 1,
        }
    }
    count.abstained += there.len() - voted.len();
    let outcome = if count.yes * 2 > there.len() {
        Outcome::Approved
    } else {
        Outcome::Rejected
    };
    Ok((outcome, count))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seats() -> Vec<Ubigeo> {
        (1..=6)
            .map(|at| format!("22010{at}").parse().expect("six digits"))
            .collect()
    }

    fn votes(list: &[Vote]) -> Vec<(Ubigeo, Vote)> {
        seats().into_iter().zip(list.iter().copied()).collect()
    }

    #[test]
    fn more_than_half_of_those_present_agree() {
        use Vote::{Abstained, Against, For};
        let seats = seats();
        for (present, cast, expected) in [
            (
                6,
                vec![For, For, For, For, Against, Against],
                Outcome::Approved,
            ),
            (
                6,
                vec![For, For, For, Against, Against, Against],
                Outcome::Rejected,
            ),
            (6, vec![For, For, For, Abstained], Outcome::Rejected),
            (4, vec![For, For, For], Outcome::Approved),
            (4, vec![For, For, Against, Abstained], Outcome::Rejected),
            (5, vec![], Outcome::Rejected),
        ] {
            let decided = decide(&seats, &seats[..present], &votes(&cast));
            let (outcome, count) = decided.expect("a quorum");
            assert_eq!(outcome, expected, "{cast:?}");
            assert_eq!(count.yes + count.no + count.abstained, present);
        }
    }

    #[test]
    fn who_is_not_there_does_not_vote_and_three_are_too_few() {
        let seats = seats();
        let lima: Ubigeo = "150101".parse().expect("six digits");
        let present = &seats[..4];
        assert_eq!(decide(&seats, &seats[..3], &[]), Err(VoteFault::NoQuorum));
        assert_eq!(
            decide(&seats, present, &[(seats[5], Vote::For)]),
            Err(VoteFault::Absent(seats[5]))
        );
        assert_eq!(
            decide(
                &seats,
                present,
                &[(seats[0], Vote::For), (seats[0], Vote::For)]
            ),
            Err(VoteFault::Twice(seats[0]))
        );
        assert_eq!(
            decide(&seats, &[present, &[lima]].concat(), &[]),
            Err(VoteFault::NoSeat(lima))
        );
        assert!(!has_quorum(&seats, &[lima, lima, lima, lima]));
        assert!(!has_quorum(&seats, &[seats[0]; 6]));
        for vote in Vote::ALL {
            assert_eq!(vote.name().parse(), Ok(vote));
        }
    }

    proptest! {
        /// One more vote for it never undoes an agreement.
        #[test]
        fn a_vote_for_it_never_harms(present in 4_usize..=6, cast in prop::collection::vec(0_usize..3, 6), turned in 0_usize..6) {
            let seats = seats();
            let mut list: Vec<(Ubigeo, Vote)> = seats[..present].iter().copied().zip(cast.iter().map(|at| Vote::ALL[*at])).collect();
            let before = decide(&seats, &seats[..present], &list).expect("a quorum").0;
            let at = turned % present;
            list[at].1 = Vote::For;
            let after = decide(&seats, &seats[..present], &list).expect("a quorum").0;
            prop_assert!(before == Outcome::Rejected || after == Outcome::Approved);
        }
    }
}
