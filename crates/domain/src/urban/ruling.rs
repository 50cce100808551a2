//! What came of it.

use super::{How, governing::ZoneProblem};
use crate::plan::{
    LegalBasis,
    book::{Limit, UseFitness},
    norm::{Fitness, SplitRule},
    parameter::Parameter,
};

/// Whether something is as the norm says. What is not known never turns into what complies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It is.
    Complies,
    /// It is not.
    Fails,
    /// Nobody can say.
    Unknown,
    /// The norm does not ask.
    NotApplicable,
}

impl State {
    /// Both at once: what fails wins, then what is not known.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fails, _) | (_, Self::Fails) => Self::Fails,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Complies, _) | (_, Self::Complies) => Self::Complies,
            (Self::NotApplicable, Self::NotApplicable) => Self::NotApplicable,
        }
    }
}

/// The whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// All that the norm asks is as it says.
    Conforming,
    /// Something is not.
    NotConforming,
    /// Something is not known, or nothing was asked.
    Inconclusive,
}

/// A parameter of the ground.
#[derive(Clone, PartialEq, Debug)]
pub struct Stated {
    /// Which quantity.
    pub parameter: Parameter,
    /// The limits of the classes that rule, each with its class and zones; several where the strictest one holds.
    pub limits: Vec<StatedLimit>,
}

/// A limit by one class.
#[derive(Clone, PartialEq, Debug)]
pub struct StatedLimit {
    /// The limit.
    pub limit: Limit,
    /// Whether buildings are held against it; else it is for those who divide land.
    pub for_building: bool,
    /// Code of the class.
    pub class: String,
    /// The zones that make it so.
    pub zones: Vec<String>,
    /// Metres by which a length may miss it.
    pub length_tolerance_m: f64,
    /// Per cent by which an area may miss it.
    pub area_tolerance_pct: f64,
}

/// One finding, addressable by its id.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// Stable name of what was asked.
    pub id: String,
    /// How it is.
    pub state: State,
    /// What was measured or declared.
    pub value: Option<f64>,
    /// To what it is held.
    pub limit: Option<f64>,
    /// Unit of both.
    pub unit: Option<&'static str>,
    /// By which article.
    pub basis: Option<LegalBasis>,
    /// `zonificacion/…`, `restricciones/…`.
    pub caused_by: Vec<String>,
    /// What would have to be known.
    pub missing: Vec<String>,
    /// Why.
    pub said: Said,
    /// By which rule the class was chosen, where the ground lies in several.
    pub split: Option<SplitRule>,
}

/// Why a finding is what it is; a door makes a sentence of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Said {
    /// A value against a limit.
    Compared {
        /// Which.
        parameter: Parameter,
        /// Where the value is from.
        how: How,
        /// What the proposal declares, where something else was measured.
        declared: Option<f64>,
        /// It misses the limit by less than the tolerance.
        within_tolerance: bool,
    },
    /// The proposal does not say the value.
    NoValue(Parameter),
    /// The limit needs facts that are not known.
    NoLimit(Parameter),
    /// The norm gives the limit in words.
    InWords(Parameter, String),
    /// A use.
    Use(UseFitness, String),
    /// An activity; none where the table does not name it.
    Activity(Option<Fitness>, Option<String>),
    /// Which norm rules is not known.
    Zone(ZoneProblem),
    /// An overlay.
    Overlay(OverlaySaid),
    /// There is no data of a theme.
    NoData(String),
    /// Square metres of the footprint outside the lot.
    Outside(f64),
}

/// What an overlay means for a proposal.
#[derive(Clone, PartialEq, Debug)]
pub enum OverlaySaid {
    /// Nothing may be built on the lot.
    Whole,
    /// This much of the footprint lies on it, in square metres.
    Footprint(f64),
    /// The footprint keeps off it; this much of the lot lies on it.
    Clear(f64),
    /// Where the building stands is not known; this much of the lot lies on it.
    NeedsFootprint(f64),
    /// This much lies on it, which is within the error of the survey.
    WithinError(f64),
    /// It asks for an opinion or conditions.
    Conditions(f64),
    /// It binds nobody.
    Informs,
    /// Its theme is not known.
    NoTheme,
    /// It lets nobody build, nothing is built, and what it means for a use is not said.
    NotBuilding,
}

/// What was judged.
#[derive(Clone, PartialEq, Debug)]
pub struct Ruling {
    /// Parameters of the ground.
    pub parameters: Vec<Stated>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// The whole.
    pub outcome: Outcome,
}

impl Ruling {
    pub(super) fn new(parameters: Vec<Stated>, findings: Vec<Finding>) -> Self {
        let whole = findings
            .iter()
            .map(|finding| finding.state)
            .reduce(State::and);
        let outcome = match whole {
            Some(State::Fails) => Outcome::NotConforming,
            Some(State::Complies) => Outcome::Conforming,
            Some(State::Unknown | State::NotApplicable) | None => Outcome::Inconclusive,
        };
        Self {
            parameters,
            findings,
            outcome,
        }
    }
}

impl Finding {
    pub(super) fn new(id: impl Into<String>, state: State, said: Said) -> Self {
        Self {
            id: id.into(),
            state,
            said,
            value: None,
            limit: None,
            unit: None,
            basis: None,
            caused_by: Vec::new(),
            missing: Vec::new(),
            split: None,
        }
    }

    pub(super) fn by(mut self, basis: Option<LegalBasis>) -> Self {
        self.basis = basis;
        self
    }

    pub(super) fn caused_by_zones<'a>(mut self, zones: impl IntoIterator<Item = &'a str>) -> Self {
        self.caused_by
            .extend(zones.into_iter().map(|id| format!("zonificacion/{id}")));
        self
    }

    pub(super) fn missing(mut self, what: impl Into<String>) -> Self {
        self.missing.push(what.into());
        self
    }
}
