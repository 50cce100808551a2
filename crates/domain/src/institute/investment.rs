//! Projects of investment: their code, the phases they pass, and what their numbers have to keep. Money is in soles.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;

use super::Period;

/// Código único de inversiones: seven digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Cui(String);

/// The text is no CUI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a CUI is seven digits")]
pub struct InvalidCui;

impl Cui {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Cui {
    type Err = InvalidCui;

    fn from_str(text: &str) -> Result<Self, InvalidCui> {
        if text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCui)
        }
    }
}

impl fmt::Display for Cui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a project is on its way; in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// Someone wants it.
    Idea,
    /// It is studied.
    Formulation,
    /// It is built.
    Execution,
    /// It is used.
    Operation,
}

/// The text names no phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such phase")]
pub struct UnknownPhase;

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [
        Self::Idea,
        Self::Formulation,
        Self::Execution,
        Self::Operation,
    ];

    /// The name that files and people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idea => "idea",
            Self::Formulation => "formulacion",
            Self::Execution => "ejecucion",
            Self::Operation => "funcionamiento",
        }
    }

    /// Whether it is built or was: then it has begun on some day.
    pub fn has_begun(self) -> bool {
        self >= Self::Execution
    }
}

impl FromStr for Phase {
    type Err = UnknownPhase;

    fn from_str(text: &str) -> Result<Self, UnknownPhase> {
        Self::ALL
            .into_iter()
            .find(|phase| phase.name() == text)
            .ok_or(UnknownPhase)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who pays, and how much of it. Written `canon: 120000; foncomun: 30000.50`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sources(pub Vec<(String, f64)>);

/// The text names no sources with their amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sources are written `name: soles; name: soles`")]
pub struct InvalidSources;

impl Sources {
    /// What they give together, in soles.
    pub fn sum(&self) -> f64 {
        self.0.iter().map(|(_, soles)| soles).sum()
    }
}

impl FromStr for Sources {
    type Err = InvalidSources;

    fn from_str(text: &str) -> Result<Self, InvalidSources> {
        let parts = text
            .split([';', '\n'])
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let read = |part: &str| {
            let (name, soles) = part.rsplit_once(':')?;
            let soles: f64 = soles.trim().replace(',', "").parse().ok()?;
            (!name.trim().is_empty() && soles.is_finite()).then(|| (name.trim().to_owned(), soles))
        };
        let sources: Option<Vec<(String, f64)>> = parts.map(read).collect();
        sources.map(Self).ok_or(InvalidSources)
    }
}

impl fmt::Display for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, soles)) in self.0.iter().enumerate() {
            let between = if at == 0 { "" } else { "; " };
            write!(f, "{between}{name}: {soles:.2}")?;
        }
        Ok(())
    }
}

/// What the rules look at of a project.
#[derive(Clone, PartialEq, Debug)]
pub struct Project {
    /// Where it is on its way.
    pub phase: Phase,
    /// What it costs.
    pub cost: f64,
    /// Who pays.
    pub sources: Sources,
    /// Its first day.
    pub start: Option<NaiveDate>,
    /// Its last day.
    pub end: Option<NaiveDate>,
    /// How far from its footprint it serves, in metres.
    pub reach_m: f64,
}

/// What is wrong with a project.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProjectFault {
    /// A cost that is none.
    #[error("the cost is negative")]
    Cost,
    /// A source that takes.
    #[error("the source {0} is negative")]
    Source(String),
    /// The sources give something else than it costs.
    #[error("the sources give {0}")]
    SourcesSum(f64),
    /// It ends before it begins.
    #[error("it ends before it begins")]
    Dates,
    /// It is built and has no first day.
    #[error("it is built and has no first day")]
    NoStart,
    /// It serves a whole region, or less than nothing.
    #[error("the reach is not between 0 and {REACH_MAX_M} m")]
    Reach,
}

/// Farthest that a project serves, in metres: a town and its fields.
pub const REACH_MAX_M: f64 = 20_000.0;

/// The rules of a project.
///
/// # Errors
/// The first that it breaks.
pub fn check(project: &Project) -> Result<(), ProjectFault> {
    if !project.cost.is_finite() || project.cost < 0.0 {
        return Err(ProjectFault::Cost);
    }
    if let Some((name, _)) = project.sources.0.iter().find(|(_, soles)| *soles < 0.0) {
        return Err(ProjectFault::Source(name.clone()));
    }
    let sum = project.sources.sum();
    // To the céntimo; a project whose sources are not known yet names none.
    if !project.sources.0.is_empty() && (sum - project.cost).abs() >= 0.005 {
        return Err(ProjectFault::SourcesSum(sum));
    }
    if let (Some(start), Some(end)) = (project.start, project.end)
        && end < start
    {
        return Err(ProjectFault::Dates);
    }
    if project.phase.has_begun() && project.start.is_none() {
        return Err(ProjectFault::NoStart);
    }
    if !(0.0..=REACH_MAX_M).contains(&project.reach_m) {
        return Err(ProjectFault::Reach);
    }
    Ok(())
}

/// What is wrong with a report of progress.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProgressFault {
    /// Not a share of a hundred.
    #[error("physical progress is from 0 to 100")]
    Physical,
    /// Money that is none.
    #[error("money is not negative")]
    Money,
    /// More, or less, than another period says; with why, it is taken.
    #[error("{period} says {says}")]
    GoesBack {
        /// The other period.
        period: Period,
        /// What it says, in hundredths.
        says: f64,
    },
}

/// The rules of a report of progress, which is cumulative: what is built stays built. `known` are the physical figures of
/// the other periods.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_progress(
    known: &[(Period, f64)],
    period: Period,
    physical: f64,
    money: f64,
    has_reason: bool,
) -> Result<(), ProgressFault> {
    if !(0.0..=100.0).contains(&physical) {
        return Err(ProgressFault::Physical);
    }
    if !money.is_finite() || money < 0.0 {
        return Err(ProgressFault::Money);
    }
    // By the day on which they end: a quarter says what was built until its last month did.
    let breaks = |&&(other, says): &&(Period, f64)| {
        let (here, there) = (period.last(), other.last());
        (there < here && says > physical) || (there > here && says < physical)
    };
    match known.iter().find(breaks) {
        Some(&(period, says)) if !has_reason => Err(ProgressFault::GoesBack { period, says }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn project() -> Project {
        Project {
            phase: Phase::Execution,
            cost: 150_000.5,
            sources: "canon: 120,000; foncomun: 30000.50"
                .parse()
                .expect("sources"),
            start: Some(day("2026-01-01")),
            end: Some(day("2026-12-31")),
            reach_m: 50.0,
        }
    }

    #[test]
    fn a_cui_is_seven_digits() {
        assert_eq!(
            "2010001"
                .parse::<Cui>()
                .map(|cui| cui.to_string())
                .as_deref(),
            Ok("2010001")
        );
        for wrong in ["", "201000", "20100011", "201000a", "２010001"] {
            assert_eq!(wrong.parse::<Cui>(), Err(InvalidCui), "{wrong}");
        }
    }

    #[test]
    fn phases_have_their_order() {
        assert!(Phase::ALL.is_sorted());
        for phase in Phase::ALL {
            assert_eq!(phase.name().parse(), Ok(phase));
        }
        assert!("paralizada".parse::<Phase>().is_err());
    }

    #[test]
    fn sources_read_back_as_they_are_written() {
        let sources = project().sources;
        assert_eq!(sources.to_string(), "canon: 120000.00; foncomun: 30000.50");
        assert_eq!(sources.to_string().parse(), Ok(sources));
        assert_eq!("".parse(), Ok(Sources::default()));
        for wrong in ["canon", ": 3", "canon: x", "canon: inf"] {
            assert_eq!(wrong.parse::<Sources>(), Err(InvalidSources), "{wrong}");
        }
    }

    #[test]
    fn a_project_keeps_its_rules() {
        assert_eq!(check(&project()), Ok(()));
        let broken = |change: fn(&mut Project)| {
            let mut project = project();
            change(&mut project);
            check(&project)
        };
        assert_eq!(broken(|p| p.cost = -1.0), Err(ProjectFault::Cost));
        assert_eq!(
            broken(|p| p.cost = 150_000.0),
            Err(ProjectFault::SourcesSum(150_000.5))
        );
        assert_eq!(
            broken(|p| p.sources.0[0].1 = -1.0),
            Err(ProjectFault::Source("canon".to_owned()))
        );
        assert_eq!(
            broken(|p| p.end = Some(day("2025-12-31"))),
            Err(ProjectFault::Dates)
        );
        assert_eq!(broken(|p| p.start = None), Err(ProjectFault::NoStart));
        assert_eq!(broken(|p| p.reach_m = -1.0), Err(ProjectFault::Reach));
        assert_eq!(broken(|p| p.sources.0.clear()), Ok(()));
    }

    #[test]
    fn what_is_built_stays_built_unless_somebody_says_why() {
        let period = |text: &str| text.parse::<Period>().expect("a period");
        let known = [(period("2026-T1"), 20.0), (period("2026-T3"), 60.0)];
        let report =
            |at: &str, physical, reason| check_progress(&known, period(at), physical, 1.0, reason);
        assert_eq!(report("2026-T2", 40.0, false), Ok(()));
        assert_eq!(report("2026-T4", 60.0, false), Ok(()));
        assert_eq!(
            report("2026-T4", 59.0, false),
            Err(ProgressFault::GoesBack {
                period: period("2026-T3"),
                says: 60.0
            })
        );
        assert_eq!(report("2026-T4", 59.0, true), Ok(()));
        assert!(report("2026-04", 61.0, false).is_err());
        assert_eq!(report("2026-T2", 100.5, true), Err(ProgressFault::Physical));
        assert_eq!(
            check_progress(&[], period("2026-01"), 1.0, -1.0, true),
            Err(ProgressFault::Money)
        );
    }
}
