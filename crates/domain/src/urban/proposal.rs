//! What somebody wants to build or do.

use geo_types::MultiPolygon;
use serde::Deserialize;

use crate::{geometry::ParcelShape, id::Ciiu};

/// A proposal as it comes in; its footprint comes apart, in EPSG:32718.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProposal {
    /// Activity, a class of CIIU Rev. 4.
    pub actividad_ciiu: Option<String>,
    /// Use in plain words.
    pub uso: Option<String>,
    /// Floors above ground.
    pub pisos: Option<f64>,
    /// Height in metres.
    pub altura_m: Option<f64>,
    /// Built area of all floors, in square metres.
    pub area_techada_m2: Option<f64>,
    /// Ground without roof, in per cent of the lot.
    pub area_libre_pct: Option<f64>,
    /// Distances of the building from the borders.
    pub retiros_m: Option<RawSetbacks>,
    /// Places for cars.
    pub estacionamientos: Option<f64>,
    /// Front of the lot, where the cadastre does not know it, in metres.
    pub lote_frente_m: Option<f64>,
    /// Dwellings.
    pub viviendas: Option<f64>,
    /// People who will live there.
    pub habitantes: Option<f64>,
}

/// Setbacks as they come in, in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSetbacks {
    /// From streets.
    pub frontal: Option<f64>,
    /// From the borders on the right and left.
    pub lateral: Option<f64>,
    /// From the rear border.
    pub posterior: Option<f64>,
}

/// A proposal that could be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    pub(super) activity: Option<Ciiu>,
    pub(super) use_: Option<String>,
    pub(super) floors: Option<f64>,
    pub(super) height_m: Option<f64>,
    pub(super) built_m2: Option<f64>,
    pub(super) open_pct: Option<f64>,
    pub(super) setbacks: Setbacks,
    pub(super) parking: Option<f64>,
    pub(super) front_m: Option<f64>,
    pub(super) dwellings: Option<f64>,
    pub(super) people: Option<f64>,
    pub(super) footprint: Option<MultiPolygon<f64>>,
}

/// Declared setbacks, in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Setbacks {
    /// From streets.
    pub front: Option<f64>,
    /// From the borders on the right and left.
    pub side: Option<f64>,
    /// From the rear border.
    pub rear: Option<f64>,
}

/// A proposal that cannot be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidProposal {
    /// A number out of all reason, or a part of a floor.
    #[error("{member} is {value}, and must be from {from} to {to}")]
    Number {
        /// The member.
        member: &'static str,
        /// What it is.
        value: f64,
        /// At least.
        from: f64,
        /// At most.
        to: f64,
    },
    /// A count with a fraction.
    #[error("{member} is {value}, and must be whole")]
    Whole {
        /// The member.
        member: &'static str,
        /// What it is.
        value: f64,
    },
    /// The activity is no class of CIIU Rev. 4.
    #[error("no class of CIIU: {0}")]
    Activity(String),
    /// A use without words or with too many.
    #[error("a use has from 1 to {USE_MAX} letters")]
    Use,
    /// The footprint is no valid area.
    #[error("footprint: {0:?}")]
    Footprint(crate::geometry::FaultKind),
    /// The footprint has too many corners.
    #[error("a footprint has {found} vertices, and {VERTICES_MAX} at most")]
    Vertices {
        /// How many.
        found: usize,
    },
    /// Nothing is proposed.
    #[error("empty")]
    Empty,
}

/// Letters of a use.
const USE_MAX: usize = 120;
/// Vertices of a footprint: a building's plan has some tens; each is measured against each side of the lot.
pub const VERTICES_MAX: usize = 2_000;

impl Proposal {
    /// Reads a proposal.
    pub fn parse(
        raw: &RawProposal,
        footprint: Option<MultiPolygon<f64>>,
    ) -> Result<Self, InvalidProposal> {
        if *raw == RawProposal::default() && footprint.is_none() {
            return Err(InvalidProposal::Empty);
        }
        let setbacks = raw.retiros_m.unwrap_or_default();
        let activity = raw.actividad_ciiu.as_deref().map(|text| {
            let activity = text.trim().parse::<Ciiu>().ok().filter(Ciiu::is_class);
            activity.ok_or_else(|| InvalidProposal::Activity(text.chars().take(20).collect()))
        });
        let use_ = raw.uso.as_deref().map(|text| {
            let text = text.trim();
            let fits = (1..=USE_MAX).contains(&text.chars().count());
            if fits {
                Ok(text.to_owned())
            } else {
                Err(InvalidProposal::Use)
            }
        });
        Ok(Self {
            activity: activity.transpose()?,
            use_: use_.transpose()?,
            // Twice the tallest building there is: more is a slip of a finger.
            floors: whole("pisos", raw.pisos, 1.0, 300.0)?,
            height_m: within("altura_m", raw.altura_m, 0.1, 1_000.0)?,
            built_m2: within("area_techada_m2", raw.area_techada_m2, 0.0, 1e7)?,
            open_pct: within("area_libre_pct", raw.area_libre_pct, 0.0, 100.0)?,
            setbacks: Setbacks {
                front: within("retiros_m.frontal", setbacks.frontal, 0.0, 1_000.0)?,
                side: within("retiros_m.lateral", setbacks.lateral, 0.0, 1_000.0)?,
                rear: within("retiros_m.posterior", setbacks.posterior, 0.0, 1_000.0)?,
            },
            parking: whole("estacionamientos", raw.estacionamientos, 0.0, 1e5)?,
            front_m: within("lote_frente_m", raw.lote_frente_m, 0.1, 1e5)?,
            dwellings: whole("viviendas", raw.viviendas, 0.0, 1e5)?,
            people: whole("habitantes", raw.habitantes, 0.0, 1e6)?,
            footprint: footprint.map(valid).transpose()?,
        })
    }

    /// Whether the outline of its building is drawn.
    pub fn has_footprint(&self) -> bool {
        self.footprint.is_some()
    }

    /// Whether something is to be built; a use or an activity alone goes into what stands.
    pub fn is_building(&self) -> bool {
        let Setbacks { front, side, rear } = self.setbacks;
        [
            self.floors,
            self.height_m,
            self.built_m2,
            self.open_pct,
            front,
            side,
            rear,
            self.parking,
            self.dwellings,
        ]
        .iter()
        .any(Option::is_some)
            || self.footprint.is_some()
    }
}

fn within(
    member: &'static str,
    value: Option<f64>,
    from: f64,
    to: f64,
) -> Result<Option<f64>, InvalidProposal> {
    match value {
        Some(value) if !(from..=to).contains(&value) => Err(InvalidProposal::Number {
            member,
            value,
            from,
            to,
        }),
        value => Ok(value),
    }
}

fn whole(
    member: &'static str,
    value: Option<f64>,
    from: f64,
    to: f64,
) -> Result<Option<f64>, InvalidProposal> {
    match within(member, value, from, to)? {
        Some(value) if value.fract() != 0.0 => Err(InvalidProposal::Whole { member, value }),
        value => Ok(value),
    }
}

fn valid(footprint: MultiPolygon<f64>) -> Result<MultiPolygon<f64>, InvalidProposal> {
    let found = geo::CoordsIter::coords_count(&footprint);
    if found > VERTICES_MAX {
        return Err(InvalidProposal::Vertices { found });
    }
    let shape =
        ParcelShape::parse(footprint).map_err(|fault| InvalidProposal::Footprint(fault.kind))?;
    Ok(shape.into_inner())
}
