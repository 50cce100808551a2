//! Which classes rule a piece of ground: one, or, where it lies in several, those that the norm says.

use super::{Case, Zone};
use crate::{
    plan::{
        LegalBasis,
        book::{ClassBook, InstrumentBook},
        norm::SplitRule,
    },
    urban::border::{Side, Stretch},
};

/// The classes that rule.
pub(super) struct Governing<'a> {
    /// Each with the zones that make it so, those with most of the ground first.
    pub(super) groups: Vec<Group<'a>>,
    /// Why the answer is not whole.
    pub(super) problems: Vec<(ZoneProblem, Vec<&'a str>)>,
    /// The rule by which they were chosen, where the ground lies in several classes.
    pub(super) split: Option<(SplitRule, LegalBasis)>,
}

/// A class that rules.
#[derive(Clone)]
pub(super) struct Group<'a> {
    pub(super) instrument: &'a InstrumentBook,
    pub(super) class: &'a ClassBook,
    pub(super) zones: Vec<&'a str>,
    area_m2: f64,
}

/// Why nobody can say which norm rules some of the ground.
#[derive(Clone, PartialEq, Debug)]
pub enum ZoneProblem {
    /// It lies in no zone.
    None,
    /// This much of it lies in none, in square metres.
    Partly(f64),
    /// This much of it lies in zones of several classes at once, in square metres.
    Double(f64),
    /// A zone does not say its class or its instrument.
    Unnamed,
    /// The norms of this instrument are not in force on that day, or not known.
    NoNorm(String),
    /// The instrument has no such class.
    NoClass {
        /// The instrument.
        instrument: String,
        /// The class.
        class: String,
    },
    /// The zone at the front rules, and nobody knows where the front is.
    NoFront,
}

impl<'a> Governing<'a> {
    pub(super) fn of(case: &'a Case<'a>) -> Self {
        let mut governing = Self {
            groups: Vec::new(),
            problems: Vec::new(),
            split: None,
        };
        let zones: Vec<&Zone<'_>> = case
            .zones
            .iter()
            .filter(|zone| case.is_significant(zone.area_m2))
            .collect();
        if zones.is_empty() {
            governing.problems.push((ZoneProblem::None, Vec::new()));
            return governing;
        }
        for zone in &zones {
            governing.place(case, zone);
        }
        governing.groups.sort_by(|a, b| {
            b.area_m2
                .total_cmp(&a.area_m2)
                .then_with(|| a.zones.cmp(&b.zones))
        });
        let ruled = |id: &str| {
            governing
                .groups
                .iter()
                .any(|group| group.zones.contains(&id))
        };
        let mut unruled_m2: f64 = zones
            .iter()
            .filter(|zone| !ruled(zone.id))
            .map(|zone| zone.area_m2)
            .sum();
        let balance = case.balance;
        if case.is_significant(balance.uncovered_m2) {
            unruled_m2 += balance.uncovered_m2;
            governing
                .problems
                .push((ZoneProblem::Partly(balance.uncovered_m2), Vec::new()));
        }
        if governing.groups.len() > 1 {
            let named = zones.iter().map(|zone| zone.id).collect();
            if case.is_significant(balance.doubly_covered_m2) {
                governing
                    .problems
                    .push((ZoneProblem::Double(balance.doubly_covered_m2), named));
            }
        }
        if governing.groups.len() > 1 || (!governing.groups.is_empty() && unruled_m2 > 0.0) {
            governing.choose(case, unruled_m2);
        }
        governing
    }

    /// The rule by which they were chosen, where the ground lies in several classes.
    pub(super) fn split_rule(&self) -> Option<SplitRule> {
        self.split.as_ref().map(|(rule, _)| *rule)
    }

    /// By how much a length may miss a limit, in metres: by the strictest of the norms that rule.
    pub(super) fn length_tolerance_m(&self) -> f64 {
        let tolerances = self
            .groups
            .iter()
            .map(|group| group.instrument.tolerances.length_m);
        tolerances.reduce(f64::min).unwrap_or_default()
    }

    fn place(&mut self, case: &'a Case<'a>, zone: &Zone<'a>) {
        let (Some(code), Some(class_code)) = (zone.instrument, zone.class) else {
            self.problems.push((ZoneProblem::Unnamed, vec![zone.id]));
            return;
        };
        let Some(instrument) = case.norms.instrument(code) else {
            self.problems
                .push((ZoneProblem::NoNorm(code.to_owned()), vec![zone.id]));
            return;
        };
        let Some(class) = instrument.class(class_code) else {
            let problem = ZoneProblem::NoClass {
                instrument: code.to_owned(),
                class: class_code.to_owned(),
            };
            self.problems.push((problem, vec![zone.id]));
            return;
        };
        let known = self
            .groups
            .iter_mut()
            .find(|group| std::ptr::eq(group.class, class));
        match known {
            Some(group) => {
                group.zones.push(zone.id);
                group.area_m2 += zone.area_m2;
            }
            None => self.groups.push(Group {
                instrument,
                class,
                zones: vec![zone.id],
                area_m2: zone.area_m2,
            }),
        }
    }

    /// Keeps those of several classes that rule, where of some ground nobody knows the class. The norm with most of the
    /// ground says how; where norms say differently, all of them are held.
    fn choose(&mut self, case: &Case<'_>, unruled_m2: f64) {
        let first = self.groups[0].instrument;
        let agreed = self
            .groups
            .iter()
            .all(|group| group.instrument.split_rule == first.split_rule);
        let rule = if agreed {
            first.split_rule
        } else {
            SplitRule::Strictest
        };
        if self.groups.len() > 1 {
            self.split = Some((rule, first.split_basis.clone()));
        }
        match rule {
            SplitRule::Strictest => {}
            SplitRule::LargestShare => {
                let largest = self.groups[0].area_m2;
                // Ground whose class is not known may be all of one class, which then rules in place of this one.
                if case.is_significant(largest - unruled_m2) {
                    self.groups
                        .retain(|group| !case.is_significant(largest - group.area_m2));
                } else {
                    self.groups.clear();
                }
            }
            SplitRule::Front => {
                if let Some(zone) = at_front(case) {
                    self.groups.retain(|group| group.zones.contains(&zone));
                } else {
                    self.groups.clear();
                    self.problems.push((ZoneProblem::NoFront, Vec::new()));
                }
            }
        }
    }
}

/// How far inside the lot one looks for the zone at its front, in metres.
const INSIDE_M: f64 = 0.5;

/// The zone with most of the front.
fn at_front<'a>(case: &Case<'a>) -> Option<&'a str> {
    let fronts = case
        .border
        .iter()
        .filter(|stretch| stretch.side == Side::Front);
    let mut lengths: Vec<(&str, f64)> = Vec::new();
    for stretch in fronts {
        let zone = case
            .zones
            .iter()
            .find(|zone| zone.area.is_some_and(|area| area.point_in(inside(stretch))));
        // A front that no zone holds leaves the question open.
        let id = zone?.id;
        match lengths.iter_mut().find(|(known, _)| *known == id) {
            Some((_, length)) => *length += stretch.length_m(),
            None => lengths.push((id, stretch.length_m())),
        }
    }
    let longest = lengths.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(longest.0)
}

fn inside(stretch: &Stretch) -> geo_types::Coord<f64> {
    let along = (stretch.to - stretch.from) / stretch.length_m();
    // Borders go with the clock: the ground is on the right.
    let inward = geo_types::Coord {
        x: along.y,
        y: -along.x,
    };
    (stretch.from + stretch.to) / 2.0 + inward * INSIDE_M
}
