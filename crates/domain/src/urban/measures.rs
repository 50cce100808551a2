//! What a proposal measures: on its footprint where it has one, else as it declares.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::{Case, Proposal, facts::front_m};
use crate::{
    geometry::{PreparedArea, Scratch, ledger_with, to_side_m},
    operation::rings,
    plan::parameter::Parameter,
    urban::border::{Facing, Side, Stretch},
};

/// What was measured of a case.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Measures {
    values: Vec<(Parameter, Measured)>,
    /// Of the footprint, outside the lot: square metres, and how far it reaches at most, in metres.
    pub outside: Option<(f64, f64)>,
    /// Of the footprint over each overlay, in the order of [`Case::overlays`], in square metres.
    pub over_m2: Vec<Option<f64>>,
}

/// A value, and where it is from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measured {
    /// In the parameter's unit; none where it is not known.
    pub value: Option<f64>,
    /// Where it is from.
    pub how: How,
    /// What the proposal declares, where something else was measured.
    pub declared: Option<f64>,
    /// The member of a proposal that would make it known.
    pub member: &'static str,
}

/// Where a value is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// The proposal declares it.
    Declared,
    /// It was measured on the footprint.
    OnFootprint,
    /// It was measured on the lot.
    OnLot,
}

impl Measures {
    pub(super) fn of(case: &Case<'_>) -> Self {
        let Some(proposal) = case.proposal else {
            return Self::default();
        };
        let drawn = proposal
            .footprint
            .as_ref()
            .map(|footprint| Drawn::of(case, footprint));
        Self {
            values: values(case, proposal, drawn.as_ref()),
            outside: drawn.as_ref().map(|drawn| drawn.outside),
            over_m2: drawn.map_or_else(|| vec![None; case.overlays.len()], |drawn| drawn.over_m2),
        }
    }

    /// What was measured of a parameter.
    pub fn of_parameter(&self, parameter: Parameter) -> Option<Measured> {
        let found = self.values.iter().find(|(known, _)| *known == parameter);
        found.map(|(_, measured)| *measured)
    }
}

impl Measured {
    fn declared(value: Option<f64>, member: &'static str) -> Self {
        Self {
            value,
            how: How::Declared,
            declared: None,
            member,
        }
    }

    fn on_lot(value: f64, declared: Option<f64>) -> Self {
        Self {
            value: Some(value),
            how: How::OnLot,
            declared,
            member: "",
        }
    }

    /// What is drawn; where nothing is, what is declared.
    fn drawn_or(drawn: Option<f64>, declared: Option<f64>, member: &'static str) -> Self {
        match drawn {
            Some(_) => Self {
                value: drawn,
                how: How::OnFootprint,
                declared,
                member,
            },
            None => Self::declared(declared, member),
        }
    }
}

fn values(
    case: &Case<'_>,
    proposal: &Proposal,
    drawn: Option<&Drawn>,
) -> Vec<(Parameter, Measured)> {
    let area = case.balance.parcel_area_m2;
    let by_area = |value: Option<f64>| value.filter(|_| area > 0.0).map(|value| value / area);
    let height = Measured::declared(proposal.height_m, "altura_m");
    let ratio = Measured::declared(by_area(proposal.built_m2), "area_techada_m2");
    let density = by_area(proposal.people).map(|people_m2| people_m2 * 1e4);
    let open = drawn.and_then(|drawn| drawn.open_pct);
    let setbacks = &proposal.setbacks;
    let [front, side, rear] = [
        drawn.and_then(|drawn| drawn.front_m),
        drawn.and_then(|drawn| drawn.side_m),
        drawn.and_then(|drawn| drawn.rear_m),
    ];
    vec![
        (
            Parameter::MaxFloors,
            Measured::declared(proposal.floors, "pisos"),
        ),
        (Parameter::MaxHeight, height),
        (Parameter::MinHeight, height),
        (Parameter::MaxRatio, ratio),
        (Parameter::MinRatio, ratio),
        (
            Parameter::MinOpen,
            Measured::drawn_or(open, proposal.open_pct, "area_libre_pct"),
        ),
        (
            Parameter::FrontSetback,
            Measured::drawn_or(front, setbacks.front, "retiros_m.frontal"),
        ),
        (
            Parameter::SideSetback,
            Measured::drawn_or(side, setbacks.side, "retiros_m.lateral"),
        ),
        (
            Parameter::RearSetback,
            Measured::drawn_or(rear, setbacks.rear, "retiros_m.posterior"),
        ),
        (Parameter::MinLot, Measured::on_lot(area, None)),
        (
            Parameter::MinFront,
            match front_m(case) {
                Some(front) => Measured::on_lot(front, proposal.front_m),
                None => Measured::declared(proposal.front_m, "lote_frente_m"),
            },
        ),
        (
            Parameter::MaxDensity,
            Measured::declared(density, "habitantes"),
        ),
        (
            Parameter::Parking,
            Measured::declared(proposal.parking, "estacionamientos"),
        ),
    ]
}

/// What was measured of a footprint.
struct Drawn {
    outside: (f64, f64),
    open_pct: Option<f64>,
    front_m: Option<f64>,
    side_m: Option<f64>,
    rear_m: Option<f64>,
    over_m2: Vec<Option<f64>>,
}

impl Drawn {
    fn of(case: &Case<'_>, footprint: &MultiPolygon<f64>) -> Self {
        let mut scratch = Scratch::default();
        let lot = PreparedArea::new(case.shape);
        let on_lot = ledger_with(&mut scratch, footprint, &[&lot]);
        let area = case.balance.parcel_area_m2;
        let over_m2 = case
            .overlays
            .iter()
            .map(|overlay| Some(ledger_with(&mut scratch, footprint, &[overlay.area?]).covered_m2))
            .collect();
        let nearest = |of: &dyn Fn(&Stretch) -> bool| {
            nearest_m(footprint, case.border.iter().filter(|stretch| of(stretch)))
        };
        let is_street = |stretch: &Stretch| matches!(stretch.facing, Facing::Street(_));
        // Sides are told from the front: without one, nobody knows which border is which.
        let has_front = case
            .border
            .iter()
            .any(|stretch| stretch.side == Side::Front);
        Self {
            outside: (on_lot.uncovered_m2, reach_m(footprint, case.shape, &lot)),
            open_pct: (area > 0.0).then(|| (1.0 - on_lot.covered_m2 / area) * 100.0),
            front_m: nearest(&is_street).filter(|_| has_front),
            side_m: nearest(&|stretch| {
                matches!(stretch.side, Side::Right | Side::Left) && !is_street(stretch)
            })
            .filter(|_| has_front),
            rear_m: nearest(&|stretch| stretch.side == Side::Rear && !is_street(stretch))
                .filter(|_| has_front),
            over_m2,
        }
    }
}

/// How far a footprint reaches over its lot at most, in metres: at a corner of its own outside, or where a corner of the
/// lot lies under it.
fn reach_m(footprint: &MultiPolygon<f64>, shape: &MultiPolygon<f64>, lot: &PreparedArea) -> f64 {
    let ground = PreparedArea::new(footprint);
    let outside = corners(footprint)
        .filter(|corner| !lot.point_in(*corner))
        .map(|corner| to_border_m(corner, shape));
    let under = corners(shape)
        .filter(|corner| ground.point_in(*corner))
        .map(|corner| to_border_m(corner, footprint));
    outside.chain(under).fold(0.0, f64::max)
}

fn corners(shape: &MultiPolygon<f64>) -> impl Iterator<Item = Coord<f64>> + '_ {
    rings(shape).flat_map(|ring| ring.0.iter().copied())
}

fn to_border_m(at: Coord<f64>, shape: &MultiPolygon<f64>) -> f64 {
    rings(shape)
        .flat_map(LineString::lines)
        .map(|side| to_side_m(at, side.start, side.end))
        .fold(f64::INFINITY, f64::min)
}

/// The least distance between a footprint and some borders, in metres; nothing where there are none, or where the
/// footprint reaches over the lot, which is another finding.
fn nearest_m<'a>(
    footprint: &MultiPolygon<f64>,
    borders: impl Iterator<Item = &'a Stretch>,
) -> Option<f64> {
    let mut nearest: Option<f64> = None;
    for border in borders {
        for side in footprint
            .0
            .iter()
            .map(Polygon::exterior)
            .flat_map(LineString::lines)
        {
            let distance = between_m((side.start, side.end), (border.from, border.to));
            nearest = Some(nearest.map_or(distance, |known| known.min(distance)));
        }
    }
    nearest
}

/// The least distance between two pieces of line.
fn between_m(a: (Coord<f64>, Coord<f64>), b: (Coord<f64>, Coord<f64>)) -> f64 {
    if crosses(a, b) {
        return 0.0;
    }
    [
        to_side_m(a.0, b.0, b.1),
        to_side_m(a.1, b.0, b.1),
        to_side_m(b.0, a.0, a.1),
        to_side_m(b.1, a.0, a.1),
    ]
    .into_iter()
    .fold(f64::INFINITY, f64::min)
}

fn crosses(a: (Coord<f64>, Coord<f64>), b: (Coord<f64>, Coord<f64>)) -> bool {
    let turn = |p: Coord<f64>, q: Coord<f64>, r: Coord<f64>| {
        (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)
    };
    let apart = |p, q, r, s| turn(p, q, r) * turn(p, q, s) < 0.0;
    apart(a.0, a.1, b.0, b.1) && apart(b.0, b.1, a.0, a.1)
}
