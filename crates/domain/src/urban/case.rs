//! What is judged.

use geo_types::MultiPolygon;

use super::{Proposal, State};
use crate::{
    geometry::{Ledger, PreparedArea},
    plan::{Effect, LegalBasis, Theme, book::NormBook},
    urban::border::{Street, Stretch},
};

/// A piece of ground, the law on it, and what is proposed.
pub struct Case<'a> {
    /// The ground in EPSG:32718.
    pub shape: &'a MultiPolygon<f64>,
    /// How zones share it.
    pub balance: &'a Ledger,
    /// Zones with some of it, slivers included.
    pub zones: &'a [Zone<'a>],
    /// Overlays with some of it, slivers included.
    pub overlays: &'a [Overlay<'a>],
    /// Themes of overlays without any data in the municipality.
    pub themes_without_data: &'a [&'a Theme],
    /// Its outer border, where front and sides are known.
    pub border: &'a [Stretch],
    /// The streets that [`Case::border`] faces.
    pub streets: &'a [Street<'a>],
    /// Cadastral sector, two digits, where its code tells it.
    pub sector: Option<&'a str>,
    /// The norms in force.
    pub norms: &'a NormBook,
    /// What is proposed.
    pub proposal: Option<&'a Proposal>,
    /// Below this area and this part of the ground a share is within the error of the survey: m², and of one.
    pub sliver: (f64, f64),
}

/// A zone over some of the ground.
#[derive(Clone, Copy, Debug)]
pub struct Zone<'a> {
    /// The feature.
    pub id: &'a str,
    /// Its class; none where the plan does not say.
    pub class: Option<&'a str>,
    /// Its instrument; none where the plan does not say.
    pub instrument: Option<&'a str>,
    /// Square metres.
    pub area_m2: f64,
    /// Its ground, for fronts.
    pub area: Option<&'a PreparedArea>,
}

/// An overlay over some of the ground.
#[derive(Clone, Debug)]
pub struct Overlay<'a> {
    /// The feature.
    pub id: &'a str,
    /// Its theme.
    pub theme: Option<&'a str>,
    /// Its own name, or its theme's.
    pub name: &'a str,
    /// What it does; none where its theme is not known.
    pub effect: Option<Effect>,
    /// By which law.
    pub basis: Option<LegalBasis>,
    /// Square metres of the ground.
    pub area_m2: f64,
    /// Its ground, for footprints.
    pub area: Option<&'a PreparedArea>,
}

/// Less than this is the rounding of areas, in square metres: a square centimetre.
const ROUNDING_M2: f64 = 1e-4;

impl Case<'_> {
    /// Whether a building keeps off ground of which it takes so much. A little may be an error of the survey, and may be
    /// a wall: nobody can say.
    pub(super) fn encroaches(&self, area_m2: f64) -> State {
        match area_m2 {
            area_m2 if self.is_significant(area_m2) => State::Fails,
            area_m2 if area_m2 > ROUNDING_M2 => State::Unknown,
            _ => State::Complies,
        }
    }

    /// Whether an area is more than an error of the survey could make.
    pub(super) fn is_significant(&self, area_m2: f64) -> bool {
        area_m2 >= self.sliver.0 || area_m2 >= self.sliver.1 * self.balance.parcel_area_m2
    }
}
