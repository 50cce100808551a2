//! A piece of ground, judged.

use domain::{
    collection::Collection,
    feature::Feature,
    geometry::Scratch,
    plan::{LegalBasis, Theme},
    urban::{Case, Overlay, Proposal, Ruling, Street, Stretch, Zone, border, judge},
};
use geo_types::{Coord, Geometry, MultiPolygon, Rect};
use query::{Ground, Share, Shares, measure};

use super::world::World;

/// What is judged.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// A parcel.
    Parcel(&'a Feature),
    /// A free shape in EPSG:32718.
    Shape(&'a MultiPolygon<f64>),
}

/// Ground with what it shares, and what was judged of it.
pub(crate) struct Judgement<'a> {
    pub(crate) shares: Shares<'a>,
    pub(crate) ruling: Ruling,
}

/// How far from the ground a street can be that it faces, in metres.
pub(super) const STREETS_WITHIN_M: f64 = 45.0;

impl<'a> Subject<'a> {
    /// Its ground; none of a parcel without area.
    pub(crate) fn shape(self) -> Option<&'a MultiPolygon<f64>> {
        match self {
            Self::Shape(shape) => Some(shape),
            Self::Parcel(parcel) => match &parcel.geometry {
                Geometry::MultiPolygon(shape) => Some(shape),
                _ => None,
            },
        }
    }

    /// Its code.
    pub(crate) fn code(self) -> Option<&'a str> {
        match self {
            Self::Parcel(parcel) => Some(&parcel.code),
            Self::Shape(_) => None,
        }
    }
}

impl World {
    /// Judges what is proposed on a piece of ground, or says its parameters. None of a parcel without area.
    pub(crate) fn judgement<'a>(
        &'a self,
        subject: Subject<'_>,
        proposal: Option<&Proposal>,
        scratch: &mut Scratch,
    ) -> Option<Judgement<'a>> {
        let shape = subject.shape()?;
        let shares = measure(shape, &Ground::around(&self.land, shape), scratch);
        let zones = zones(&shares);
        let overlays: Vec<Overlay<'_>> = shares
            .overlays
            .iter()
            .map(|share| self.overlay(share))
            .collect();
        let themes_without_data: Vec<&Theme> = self
            .themes
            .iter()
            .filter(|theme| !self.land.theme_days.contains_key(&theme.code))
            .filter(|theme| self.norms.absent_theme(&theme.code).is_none())
            .collect();
        let streets = self.streets(shape);
        let code = subject.code();
        let ruling = judge(&Case {
            shape,
            balance: &shares.balance,
            zones: &zones,
            overlays: &overlays,
            themes_without_data: &themes_without_data,
            border: &self.border(code, shape, &streets),
            streets: &streets,
            sector: code
                .filter(|code| code.len() == 14)
                .and_then(|code| code.get(6..8)),
            norms: &self.norms,
            proposal,
            sliver: (self.sliver.area_m2, self.sliver.proportion),
        });
        Some(Judgement { shares, ruling })
    }

    /// The streets that a shape may face.
    pub(super) fn streets(&self, shape: &MultiPolygon<f64>) -> Vec<Street<'_>> {
        let (Some(layer), Some(bounds)) = (self.land.layer(&Collection::Roads), around(shape))
        else {
            return Vec::new();
        };
        layer
            .ready_near(bounds)
            .into_iter()
            .map(|street| Street {
                name: street.ready.text("nombre"),
                width_m: street
                    .ready
                    .attributes
                    .get("seccion_m")
                    .and_then(serde_json::Value::as_f64),
                axis: &street.feature.geometry,
            })
            .collect()
    }

    /// The border of a parcel. Without its block nobody knows which of its sides are on a street.
    pub(super) fn border(
        &self,
        code: Option<&str>,
        shape: &MultiPolygon<f64>,
        streets: &[Street<'_>],
    ) -> Vec<Stretch> {
        match (self.block(code), shape.0.as_slice()) {
            (Some(block), [ground]) => border(ground, block, streets),
            _ => Vec::new(),
        }
    }

    /// The block that a parcel's code names.
    fn block(&self, code: Option<&str>) -> Option<&MultiPolygon<f64>> {
        let block = self
            .land
            .layer(&Collection::Manzanas)?
            .get(code?.get(..BLOCK_CODE)?)?;
        match &block.geometry {
            Geometry::MultiPolygon(shape) => Some(shape),
            _ => None,
        }
    }

    /// An overlay as the judge takes it: what the norms say of it goes before what its theme says.
    pub(super) fn overlay<'a>(&'a self, share: &Share<'a>) -> Overlay<'a> {
        let ready = share.found.ready;
        let code = ready.text("tipo");
        let theme = self.theme(code);
        let by_norm = code.and_then(|code| self.norms.effect(code));
        let own = ready.text("norma").map(|norma| LegalBasis {
            norma: norma.into(),
            articulo: ready.text("articulo").map(Into::into),
        });
        Overlay {
            id: &share.found.feature.code,
            theme: code,
            name: ready
                .text("nombre")
                .or(theme.map(|theme| theme.name.as_str()))
                .unwrap_or("restricción"),
            effect: by_norm
                .map(|(effect, _)| *effect)
                .or(theme.map(|theme| theme.effect)),
            basis: own
                .or_else(|| by_norm.map(|(_, basis)| basis.clone()))
                .or_else(|| theme.map(|theme| theme.base_legal.clone())),
            area_m2: share.area_m2,
            area: Some(&ready.ground),
        }
    }

    fn theme(&self, code: Option<&str>) -> Option<&Theme> {
        let code = code?;
        self.themes.iter().find(|theme| theme.code == code)
    }
}

/// Digits of a parcel's code that name its block: ubigeo, sector and manzana.
const BLOCK_CODE: usize = 11;

/// Zones as the judge takes them.
pub(super) fn zones<'a>(shares: &Shares<'a>) -> Vec<Zone<'a>> {
    shares
        .zones
        .iter()
        .map(|share| Zone {
            id: &share.found.feature.code,
            class: share.found.ready.text("codigo"),
            instrument: share.found.ready.text("instrumento"),
            area_m2: share.area_m2,
            area: Some(&share.found.ready.ground),
        })
        .collect()
}

/// The box around ground and the streets that it may face.
pub(super) fn around(shape: &MultiPolygon<f64>) -> Option<Rect<f64>> {
    let bounds = domain::geometry::bounds(shape)?;
    let wider = Coord {
        x: STREETS_WITHIN_M,
        y: STREETS_WITHIN_M,
    };
    Some(Rect::new(bounds.min() - wider, bounds.max() + wider))
}
