//! Projects of the cadastre itself: who surveys which blocks, by when, and how far it has come.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Where a project is on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ProjectState {
    /// Not yet begun.
    #[serde(rename = "previsto")]
    Planned,
    /// Brigades are out.
    #[serde(rename = "en_marcha")]
    UnderWay,
    /// Stopped for a while.
    #[serde(rename = "suspendido")]
    Suspended,
    /// Done.
    #[serde(rename = "terminado")]
    Finished,
    /// Given up.
    #[serde(rename = "anulado")]
    Cancelled,
}

/// The text names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such state")]
pub struct UnknownState;

/// A stage of the calendar. Both days belong to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// What is done.
    #[serde(rename = "nombre")]
    pub name: String,
    /// Its first day.
    #[serde(rename = "inicio")]
    pub first: NaiveDate,
    /// Its last day.
    #[serde(rename = "fin")]
    pub last: NaiveDate,
}

/// A brigade: never who is in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brigade {
    /// What it is called: «Brigada 1».
    #[serde(rename = "nombre")]
    pub name: String,
    /// How many people.
    #[serde(rename = "personas")]
    pub people: u32,
    /// Codes of the blocks that it surveys, or their sectors'.
    #[serde(rename = "manzanas", default)]
    pub blocks: Vec<String>,
}

/// What is to be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Parcels whose survey is published.
    #[serde(rename = "predios")]
    pub parcels: u32,
    /// Blocks of which all parcels are.
    #[serde(rename = "manzanas")]
    pub blocks: u32,
}

/// How far one block has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockState {
    /// None of its parcels was published within the project.
    Untouched,
    /// Some were.
    Begun,
    /// All of them were.
    Updated,
}

/// Parcels of one block.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct BlockCount {
    /// In force.
    pub parcels: u32,
    /// Of those, with a version that was published within the project.
    pub published: u32,
}

/// What a project says that cannot be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ProjectFault {
    /// The code is not one.
    #[error("the code is not PC-year-number")]
    Code,
    /// There is no stage.
    #[error("there is no stage")]
    NoStage,
    /// A stage ends before it begins.
    #[error("the stage {0} ends before it begins")]
    Backwards(String),
    /// A stage begins before the one before it.
    #[error("the stage {0} is out of order")]
    OutOfOrder(String),
    /// A brigade's name is not that of a brigade.
    #[error("{0} is not the name of a brigade")]
    BrigadeName(String),
    /// A brigade is there twice.
    #[error("the brigade {0} is there twice")]
    BrigadeTwice(String),
    /// Nobody, or a crowd.
    #[error("the brigade {0} has no plausible number of people")]
    BrigadeSize(String),
    /// Two brigades have the same block.
    #[error("the block {0} is given twice")]
    BlockTwice(String),
    /// The code of a block or sector has other letters than digits, or not as many.
    #[error("{0} is no code of a block or a sector")]
    BlockCode(String),
    /// Nothing is to be reached.
    #[error("there is no target")]
    NoTarget,
    /// State and calendar do not go together.
    #[error("a finished project does not go on")]
    Ended,
}

/// Most people in a brigade.
const PEOPLE_MAX: u32 = 60;

impl ProjectState {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Planned,
        Self::UnderWay,
        Self::Suspended,
        Self::Finished,
        Self::Cancelled,
    ];

    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "previsto",
            Self::UnderWay => "en_marcha",
            Self::Suspended => "suspendido",
            Self::Finished => "terminado",
            Self::Cancelled => "anulado",
        }
    }

    /// Whether a project in this state may be in that one next. What has ended does not begin again.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Finished | Self::Cancelled => next == self,
            Self::Planned => true,
            Self::UnderWay | Self::Suspended => next != Self::Planned,
        }
    }
}

impl FromStr for ProjectState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or(UnknownState)
    }
}

impl fmt::Display for ProjectState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl BlockCount {
    /// How far it has come.
    pub fn state(self) -> BlockState {
        match self.published {
            0 => BlockState::Untouched,
            published if published >= self.parcels => BlockState::Updated,
            _ => BlockState::Begun,
        }
    }
}

impl BlockState {
    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Untouched => "sin_empezar",
            Self::Begun => "en_curso",
            Self::Updated => "actualizada",
        }
    }
}

/// Whether a text is the code of a project: `PC-2026-01`, with more behind it if need be.
///
/// # Errors
/// It is not.
pub fn check_code(code: &str) -> Result<(), ProjectFault> {
    let mut parts = code.splitn(3, '-');
    let (kind, year, rest) = (parts.next(), parts.next(), parts.next());
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let right = kind == Some("PC")
        && year.is_some_and(|year| year.len() == 4 && digits(year))
        && rest.is_some_and(|rest| {
            let number = rest.split('-').next().unwrap_or_default();
            (2..=4).contains(&number.len()) && digits(number)
        });
    if right {
        Ok(())
    } else {
        Err(ProjectFault::Code)
    }
}

/// Whether a calendar can be kept: stages in the order of their first days, each ending no earlier than it begins.
///
/// # Errors
/// It cannot.
pub fn check_calendar(stages: &[Stage]) -> Result<(), ProjectFault> {
    let mut before: Option<&Stage> = None;
    for stage in stages {
        if stage.last < stage.first {
            return Err(ProjectFault::Backwards(stage.name.clone()));
        }
        if before.is_some_and(|before| stage.first < before.first) {
            return Err(ProjectFault::OutOfOrder(stage.name.clone()));
        }
        before = Some(stage);
    }
    before.map_or(Err(ProjectFault::NoStage), |_| Ok(()))
}

/// Whether brigades are brigades, and no block is given to two.
///
/// # Errors
/// They are not.
pub fn check_brigades(brigades: &[Brigade]) -> Result<(), ProjectFault> {
    let mut names: Vec<&str> = Vec::new();
    let mut blocks: Vec<&str> = Vec::new();
    for brigade in brigades {
        let name = brigade.name.as_str();
        // What is published names nobody: a brigade has a number or a place, never a person.
        if !name.starts_with("Brigada ") || name.chars().count() > 60 {
            return Err(ProjectFault::BrigadeName(name.to_owned()));
        }
        if names.contains(&name) {
            return Err(ProjectFault::BrigadeTwice(name.to_owned()));
        }
        if !(1..=PEOPLE_MAX).contains(&brigade.people) {
            return Err(ProjectFault::BrigadeSize(name.to_owned()));
        }
        names.push(name);
        for code in &brigade.blocks {
            check_area_code(code)?;
            blocks.push(code);
        }
    }
    blocks.sort_unstable();
    // A sector and a block of it stand beside each other then.
    match blocks.windows(2).find(|pair| pair[1].starts_with(pair[0])) {
        Some(pair) => Err(ProjectFault::BlockTwice(pair[1].to_owned())),
        None => Ok(()),
    }
}

/// Whether a text is the code of a sector (8 digits) or of a block (11).
///
/// # Errors
/// It is neither.
pub fn check_area_code(code: &str) -> Result<(), ProjectFault> {
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    if digits && matches!(code.len(), 8 | 11) {
        Ok(())
    } else {
        Err(ProjectFault::BlockCode(code.to_owned()))
    }
}

/// First and last day of a calendar.
pub fn days(stages: &[Stage]) -> Option<(NaiveDate, NaiveDate)> {
    let first = stages.iter().map(|stage| stage.first).min()?;
    let last = stages.iter().map(|stage| stage.last).max()?;
    Some((first, last))
}

/// The share of the work that the calendar expects by the end of a day: every stage counts by its days.
pub fn expected_share(stages: &[Stage], day: NaiveDate) -> f64 {
    let length = |stage: &Stage| (stage.last - stage.first).num_days() + 1;
    let whole: i64 = stages.iter().map(length).sum();
    let gone: i64 = stages
        .iter()
        .map(|stage| ((day - stage.first).num_days() + 1).clamp(0, length(stage)))
        .sum();
    if whole > 0 { ratio(gone, whole) } else { 0.0 }
}

/// How much of a target was reached, from nought to one; none where nothing is to be reached.
pub fn share(done: u32, target: u32) -> Option<f64> {
    (target > 0).then(|| ratio(i64::from(done), i64::from(target)).min(1.0))
}

/// Whether a block is a brigade's, by its code or by its sector's.
pub fn has_block(brigade: &Brigade, block: &str) -> bool {
    brigade
        .blocks
        .iter()
        .any(|code| block.starts_with(code.as_str()))
}

/// Both are counts of days or parcels: small.
fn ratio(part: i64, whole: i64) -> f64 {
    let number = |count: i64| f64::from(i32::try_from(count).unwrap_or(i32::MAX));
    number(part) / number(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn stage(name: &str, first: &str, last: &str) -> Stage {
        Stage {
            name: name.to_owned(),
            first: day(first),
            last: day(last),
        }
    }

    fn brigade(name: &str, people: u32, blocks: &[&str]) -> Brigade {
        Brigade {
            name: name.to_owned(),
            people,
            blocks: blocks.iter().map(|code| (*code).to_owned()).collect(),
        }
    }

    #[test]
    fn codes_of_projects() {
        for right in ["PC-2026-01", "PC-2026-0123", "PC-2026-01-DEMO"] {
            assert_eq!(check_code(right), Ok(()), "{right}");
        }
        for wrong in [
            "",
            "PC",
            "PC-26-01",
            "PC-2026-1",
            "PX-2026-01",
            "PC-2026-ab",
        ] {
            assert_eq!(check_code(wrong), Err(ProjectFault::Code), "{wrong}");
        }
    }

    #[test]
    fn a_calendar_goes_forward() {
        assert_eq!(check_calendar(&[]), Err(ProjectFault::NoStage));
        let field = stage("campo", "2026-03-01", "2026-03-10");
        let desk = stage("gabinete", "2026-03-05", "2026-03-20");
        assert_eq!(check_calendar(&[field.clone(), desk.clone()]), Ok(()));
        assert_eq!(
            check_calendar(&[desk, field]),
            Err(ProjectFault::OutOfOrder("campo".to_owned()))
        );
        assert_eq!(
            check_calendar(&[stage("x", "2026-03-02", "2026-03-01")]),
            Err(ProjectFault::Backwards("x".to_owned()))
        );
    }

    #[test]
    fn what_is_expected_grows_with_the_days_of_the_stages() {
        let stages = [
            stage("campo", "2026-03-01", "2026-03-10"),
            stage("gabinete", "2026-04-01", "2026-04-30"),
        ];
        for (on, expected) in [
            ("2026-02-28", 0.0),
            ("2026-03-01", 1.0 / 40.0),
            ("2026-03-10", 0.25),
            ("2026-03-25", 0.25),
            ("2026-04-15", 25.0 / 40.0),
            ("2027-01-01", 1.0),
        ] {
            let share = expected_share(&stages, day(on));
            assert!((share - expected).abs() < 1e-12, "{on}: {share}");
        }
        assert_eq!(days(&stages), Some((day("2026-03-01"), day("2026-04-30"))));
        assert!(expected_share(&[], day("2026-01-01")).abs() < 1e-12);
    }

    #[test]
    fn a_block_is_updated_when_all_of_it_is() {
        let state = |parcels, published| BlockCount { parcels, published }.state();
        assert_eq!(state(4, 0), BlockState::Untouched);
        assert_eq!(state(0, 0), BlockState::Untouched);
        assert_eq!(state(4, 1), BlockState::Begun);
        assert_eq!(state(4, 4), BlockState::Updated);
        assert_eq!(share(5, 4), Some(1.0));
        assert_eq!(share(1, 0), None);
    }

    #[test]
    fn brigades_have_no_names_of_people_and_no_block_twice() {
        let fine = [
            brigade("Brigada 1", 4, &["22010101"]),
            brigade("Brigada Norte", 3, &["22010102001"]),
        ];
        assert_eq!(check_brigades(&fine), Ok(()));
        assert!(has_block(&fine[0], "22010101007") && !has_block(&fine[1], "22010101007"));
        for (wrong, fault) in [
            (
                vec![brigade("Juan Pérez", 1, &[])],
                ProjectFault::BrigadeName("Juan Pérez".to_owned()),
            ),
            (
                vec![brigade("Brigada 1", 0, &[])],
                ProjectFault::BrigadeSize("Brigada 1".to_owned()),
            ),
            (
                vec![
                    brigade("Brigada 1", 1, &["22010101"]),
                    brigade("Brigada 2", 1, &["22010101003"]),
                ],
                ProjectFault::BlockTwice("22010101003".to_owned()),
            ),
            (
                vec![brigade("Brigada 1", 1, &["2201"])],
                ProjectFault::BlockCode("2201".to_owned()),
            ),
            (
                vec![brigade("Brigada 1", 1, &[]), brigade("Brigada 1", 2, &[])],
                ProjectFault::BrigadeTwice("Brigada 1".to_owned()),
            ),
        ] {
            assert_eq!(check_brigades(&wrong), Err(fault));
        }
    }

    #[test]
    fn what_has_ended_does_not_begin_again() {
        use ProjectState as State;
        assert!(State::Planned.may_become(State::UnderWay));
        assert!(!State::UnderWay.may_become(State::Planned));
        assert!(State::Suspended.may_become(State::UnderWay));
        assert!(!State::Finished.may_become(State::UnderWay));
        for state in State::ALL {
            assert!(state.may_become(state));
            assert_eq!(state.name().parse(), Ok(state));
        }
    }
}
