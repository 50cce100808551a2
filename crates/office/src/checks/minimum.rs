//! The smallest lot that a zone allows, for those who divide land.

use domain::{
    collection::Collection,
    geometry::{Scratch, bounds},
    id::Ubigeo,
    plan::{
        book::{LimitValue, NormBook},
        parameter::Parameter,
    },
    urban::{Case, Stated, judge},
};
use geo_types::{Geometry, MultiPolygon};
use query::{Ground, Layer, measure};
use serde::Serialize;
use store::Store;

use super::judged;
use crate::{Problem, data, moment};

/// Zones around some land, and the norms that rule it today.
pub(crate) struct ZoneLaw {
    zones: Layer,
    norms: NormBook,
}

/// What a zone asks of a lot; what is not known is none.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Minimum {
    /// Square metres.
    #[serde(rename = "lote_normativo_m2")]
    pub lot_m2: Option<f64>,
    /// Metres.
    #[serde(rename = "frente_minimo_m")]
    pub front_m: Option<f64>,
    /// The ordinance.
    #[serde(rename = "norma")]
    pub ordinance: Option<String>,
    /// Its article.
    #[serde(rename = "articulo")]
    pub article: Option<String>,
    /// By how much an area may miss it, in per cent, and a length, in metres.
    #[serde(skip)]
    slack: (f64, f64),
    /// Whether the zone asks for a front that nobody can say.
    #[serde(skip)]
    unknown_front: bool,
}

impl ZoneLaw {
    /// What is in force around a shape.
    pub(crate) async fn around(
        store: &Store,
        ubigeo: Ubigeo,
        land: &Geometry<f64>,
    ) -> Result<Self, Problem> {
        let as_of = moment::now();
        let zones = store
            .features_as_of(&Collection::Zones, ubigeo, land, as_of)
            .await?;
        Ok(Self {
            zones: Layer::new(&Collection::Zones, zones),
            norms: query::norms::book(&store.norms_as_of(ubigeo, as_of).await?),
        })
    }

    /// What is asked of a lot of this shape.
    pub(crate) fn minimum(&self, shape: &MultiPolygon<f64>) -> Minimum {
        let ground = Ground {
            zones: bounds(shape).map_or_else(Vec::new, |bounds| self.zones.ready_near(bounds)),
            overlays: Vec::new(),
        };
        let shares = measure(shape, &ground, &mut Scratch::default());
        let zones = judged::zones(&shares);
        let sliver = data::sliver();
        let ruling = judge(&Case {
            shape,
            balance: &shares.balance,
            zones: &zones,
            overlays: &[],
            themes_without_data: &[],
            border: &[],
            streets: &[],
            sector: None,
            norms: &self.norms,
            proposal: None,
            sliver: (sliver.area_m2, sliver.proportion),
        });
        let stated = |parameter| {
            ruling
                .parameters
                .iter()
                .find(|stated| stated.parameter == parameter)
        };
        let (lot, front) = (stated(Parameter::MinLot), stated(Parameter::MinFront));
        let basis = lot
            .and_then(|lot| lot.limits.first())
            .map(|limit| &limit.limit.basis);
        let slack = lot
            .and_then(|lot| lot.limits.first())
            .map(|limit| (limit.area_tolerance_pct, limit.length_tolerance_m));
        Minimum {
            lot_m2: lot.and_then(strictest),
            front_m: front.and_then(strictest),
            ordinance: basis.map(|basis| basis.norma.to_string()),
            article: basis.and_then(|basis| basis.articulo.as_deref().map(str::to_owned)),
            slack: slack.unwrap_or_default(),
            unknown_front: front.is_some_and(|front| strictest(front).is_none()),
        }
    }
}

/// The strictest of the limits that rule; none where one of them is not known.
fn strictest(stated: &Stated) -> Option<f64> {
    let numbers = stated.limits.iter().map(|limit| match limit.limit.value {
        LimitValue::Number(number) => Some(number),
        _ => None,
    });
    numbers.reduce(|a, b| Some(stated.parameter.stricter(a?, b?)))?
}

impl Minimum {
    /// Whether a lot keeps it.
    pub(crate) fn verdict(&self, area_m2: f64, front_m: Option<f64>) -> &'static str {
        let (area_pct, length_m) = self.slack;
        let large = self
            .lot_m2
            .map(|lot| area_m2 >= lot * (1.0 - area_pct / 100.0));
        let wide = match (self.front_m, front_m) {
            (Some(asked), Some(front)) => Some(front >= asked - length_m),
            (Some(_), None) => None,
            (None, _) => (!self.unknown_front).then_some(true),
        };
        match (large, wide) {
            (Some(false), _) | (_, Some(false)) => "no_cumple",
            (Some(true), Some(true)) => "cumple",
            _ => "sin_datos",
        }
    }
}
