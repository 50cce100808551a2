//! What the expressions of a class are asked with.

use super::Case;
use crate::{
    plan::{
        book::{ClassBook, LimitValue},
        expression::{Facts, Known, Variable},
        norm::Work,
        parameter::Parameter,
    },
    urban::border::{Facing, Side, Stretch},
};

/// The facts of a case under a class.
pub(super) struct LotFacts<'a> {
    case: &'a Case<'a>,
    /// Setbacks of the class, which its formulas may name.
    setbacks: Vec<(Parameter, f64)>,
}

impl<'a> LotFacts<'a> {
    pub(super) fn of(case: &'a Case<'a>, class: &ClassBook) -> Self {
        let mut facts = Self {
            case,
            setbacks: Vec::new(),
        };
        for parameter in [
            Parameter::FrontSetback,
            Parameter::SideSetback,
            Parameter::RearSetback,
        ] {
            let own = class
                .limits()
                .iter()
                .find(|limit| limit.parameter == parameter && limit.applies_to(Work::Building));
            // A class without a setback has one of nothing.
            let value = own.map_or(LimitValue::Number(0.0), |limit| limit.limit(&facts).value);
            if let LimitValue::Number(value) = value {
                facts.setbacks.push((parameter, value));
            }
        }
        facts
    }
}

impl Facts for LotFacts<'_> {
    fn get(&self, variable: Variable) -> Option<Known<'_>> {
        let proposal = self.case.proposal;
        let number = |value: Option<f64>| value.map(Known::Number);
        match variable {
            Variable::StreetWidth => number(street_width_m(self.case)),
            Variable::Corner => corner(self.case).map(Known::Truth),
            Variable::Area => Some(Known::Number(self.case.balance.parcel_area_m2)),
            Variable::Front => {
                number(front_m(self.case).or(proposal.and_then(|proposal| proposal.front_m)))
            }
            Variable::Use => proposal?.use_.as_deref().map(Known::Word),
            Variable::Floors => number(proposal?.floors),
            Variable::Dwellings => number(proposal?.dwellings),
            Variable::BuiltArea => number(proposal?.built_m2),
            Variable::Sector => self.case.sector.map(Known::Word),
            Variable::Limit(parameter) => {
                let own = self.setbacks.iter().find(|(known, _)| *known == parameter);
                number(own.map(|(_, value)| *value))
            }
        }
    }
}

fn fronts<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Stretch> {
    case.border
        .iter()
        .filter(|stretch| stretch.side == Side::Front)
}

/// Metres of the lot on its street.
pub(super) fn front_m(case: &Case<'_>) -> Option<f64> {
    let sum: f64 = fronts(case).map(Stretch::length_m).sum();
    (sum > 0.0).then_some(sum)
}

/// Width of the street at the front.
fn street_width_m(case: &Case<'_>) -> Option<f64> {
    let Facing::Street(Some(street)) = fronts(case).next()?.facing else {
        return None;
    };
    case.streets.get(street)?.width_m
}

/// Whether two streets meet at the lot. A border that nobody knows says nothing.
fn corner(case: &Case<'_>) -> Option<bool> {
    let mut streets = case
        .border
        .iter()
        .filter_map(|stretch| match stretch.facing {
            Facing::Street(street) => Some(street),
            Facing::Block => None,
        });
    let first = streets.next()?;
    Some(streets.any(|street| street != first))
}
