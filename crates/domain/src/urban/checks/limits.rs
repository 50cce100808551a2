//! The limits of a class against what is proposed.

use super::super::{
    Case, Finding, Measures, Said, State, Stated, facts::LotFacts, governing::Governing,
    measures::Measured, ruling::StatedLimit,
};
use crate::plan::{
    book::LimitValue,
    norm::{SplitRule, Work},
    parameter::{Bound, Parameter},
};

/// The limits of the classes that rule, in the order of [`Parameter::ALL`].
pub(in crate::urban) fn stated(case: &Case<'_>, governing: &Governing<'_>) -> Vec<Stated> {
    let facts: Vec<LotFacts<'_>> = governing
        .groups
        .iter()
        .map(|group| LotFacts::of(case, group.class))
        .collect();
    let of = |parameter: Parameter| {
        let groups = governing.groups.iter().zip(&facts);
        groups
            .filter_map(|(group, facts)| {
                let mut limits = group.class.limits().iter();
                let own = limits.find(|limit| limit.parameter == parameter)?;
                Some(StatedLimit {
                    limit: own.limit(facts),
                    for_building: own.applies_to(Work::Building),
                    class: group.class.code.clone(),
                    zones: group.zones.iter().map(|id| (*id).to_owned()).collect(),
                    length_tolerance_m: group.instrument.tolerances.length_m,
                    area_tolerance_pct: group.instrument.tolerances.area_pct,
                })
            })
            .collect::<Vec<_>>()
    };
    Parameter::ALL
        .into_iter()
        .map(|parameter| Stated {
            parameter,
            limits: of(parameter),
        })
        .filter(|stated| !stated.limits.is_empty())
        .collect()
}

/// One finding for each parameter. Of several limits the one that decides is told: one that fails, else one that is not
/// known, else the strictest.
pub(in crate::urban) fn held<'a>(
    measures: &'a Measures,
    stated: &'a [Stated],
    split: Option<SplitRule>,
) -> impl Iterator<Item = Finding> + 'a {
    stated.iter().filter_map(move |stated| {
        let measured = measures.of_parameter(stated.parameter)?;
        let findings = stated
            .limits
            .iter()
            .filter(|limit| limit.for_building)
            .map(|limit| against(stated.parameter, &measured, limit));
        let rank = |finding: &Finding| match finding.state {
            State::Fails => 0,
            State::Unknown => 1,
            State::Complies | State::NotApplicable => 2,
        };
        let findings = findings.map(move |finding| Finding { split, ..finding });
        findings.reduce(|a, b| match rank(&a).cmp(&rank(&b)) {
            std::cmp::Ordering::Less => a,
            std::cmp::Ordering::Greater => b,
            std::cmp::Ordering::Equal => stricter(stated.parameter, a, b),
        })
    })
}

fn stricter(parameter: Parameter, a: Finding, b: Finding) -> Finding {
    match (a.limit, b.limit) {
        (Some(of_a), Some(of_b))
            if parameter.stricter(of_a, of_b) < of_a || parameter.stricter(of_a, of_b) > of_a =>
        {
            b
        }
        (None, Some(_)) => b,
        _ => a,
    }
}

fn against(parameter: Parameter, measured: &Measured, stated: &StatedLimit) -> Finding {
    let finding = |state, said| {
        Finding {
            value: measured.value,
            unit: Some(parameter.unit()),
            basis: Some(stated.limit.basis.clone()),
            ..Finding::new(parameter.finding(), state, said)
        }
        .caused_by_zones(stated.zones.iter().map(String::as_str))
    };
    let limit = match &stated.limit.value {
        LimitValue::Number(limit) => whole(parameter, *limit),
        LimitValue::Words(words) => {
            return finding(State::Unknown, Said::InWords(parameter, words.clone()));
        }
        LimitValue::Missing(facts) => {
            let unknown = finding(State::Unknown, Said::NoLimit(parameter));
            return facts
                .iter()
                .fold(unknown, |finding, fact| finding.missing(*fact));
        }
    };
    let Some(value) = measured.value else {
        let unknown = finding(State::Unknown, Said::NoValue(parameter)).missing(measured.member);
        return Finding {
            limit: Some(limit),
            ..unknown
        };
    };
    let (complies, within_tolerance) = compare(parameter, value, limit, stated);
    let said = Said::Compared {
        parameter,
        how: measured.how,
        declared: measured.declared,
        within_tolerance,
    };
    let state = if complies {
        State::Complies
    } else {
        State::Fails
    };
    Finding {
        limit: Some(limit),
        ..finding(state, said)
    }
}

/// A limit between two whole numbers is the stricter one.
fn whole(parameter: Parameter, limit: f64) -> f64 {
    // So that a formula that gives 3 as 2.9999999999 gives 3.
    const ROUNDING: f64 = 1e-9;
    match parameter.bound() {
        _ if !parameter.is_whole() => limit,
        Bound::AtMost => (limit + ROUNDING).floor(),
        Bound::AtLeast => (limit - ROUNDING).ceil(),
    }
}

/// Whether a value keeps a limit, and whether only thanks to the tolerance.
fn compare(parameter: Parameter, value: f64, limit: f64, stated: &StatedLimit) -> (bool, bool) {
    let tolerance = match parameter.unit() {
        "m" => stated.length_tolerance_m,
        "m²" | "m²/m²" => limit * stated.area_tolerance_pct / 100.0,
        _ => 0.0,
    };
    // Far below what can be measured: what a sum of areas is rounded by.
    let rounding = limit.abs() * 1e-9;
    let over = match parameter.bound() {
        Bound::AtMost => value - limit,
        Bound::AtLeast => limit - value,
    };
    (
        over <= tolerance + rounding,
        over > rounding && over <= tolerance + rounding,
    )
}
