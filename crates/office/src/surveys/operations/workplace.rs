//! What somebody has before them when they choose an operation: the parcel, who lies beside it, what its zone asks.

use domain::{
    collection::Collection,
    feature::Feature,
    geometry::{area_m2, areas, bounds},
    operation::{common_border, join},
    parcel::{TechnicalData, technical_data},
    people::{Action, Actor},
};
use geo_types::{Coord, LineString, MultiPolygon, Rect};

use crate::{
    Office, Problem,
    checks::{Minimum, ZoneLaw},
    documents::land::Archive,
    parcels,
    people::{require, require_somewhere},
};

/// A parcel in force, ready to be worked on.
pub struct Workplace {
    /// Its code.
    pub code: String,
    /// Its ground in EPSG:32718.
    pub shape: MultiPolygon<f64>,
    /// Its sides.
    pub data: TechnicalData,
    /// Lots around it, itself left out.
    pub around: Vec<Feature>,
    /// Street axes around it.
    pub streets: Vec<Feature>,
    /// Parcels with which it has a border in common, by code.
    pub beside: Vec<Beside>,
    /// What its zone asks of a lot.
    pub minimum: Minimum,
}

/// A neighbour.
pub struct Beside {
    /// Its code.
    pub code: String,
    /// The border between the two, the longest stretch of it.
    pub border: LineString<f64>,
    /// The ground of both, where they can be joined.
    pub both: Option<MultiPolygon<f64>>,
}

/// What is shown around a parcel, in parts of its size.
const AROUND: f64 = 0.8;
/// And at least so far, in metres.
const AROUND_M: f64 = 15.0;

impl Office {
    /// Refuses who maintains no parcels anywhere.
    pub fn may_maintain(&self, actor: &Actor) -> Result<(), Problem> {
        require_somewhere(actor, &[Action::UploadSurvey]).map(|_| ())
    }

    /// The parcel that somebody is about to work on.
    pub async fn workplace(&self, actor: &Actor, code: &str) -> Result<Workplace, Problem> {
        self.may_maintain(actor)?;
        let code = parcels::parse(code)?;
        let archive = Archive::of(self, None, None)?;
        let parcel = archive
            .feature(&Collection::Parcels, &code, code.as_str())
            .await?
            .ok_or_else(|| parcels::absent(&code))?;
        require(
            actor,
            Action::upload_to(&Collection::Parcels),
            Some(parcel.ubigeo),
        )?;
        let shape = areas(&parcel.geometry).ok_or_else(|| parcels::absent(&code))?;
        let near = near(&shape);
        let mut around = archive.within(Collection::Parcels, near).await?;
        around.retain(|other| other.code != parcel.code);
        let law = ZoneLaw::around(&self.store, parcel.ubigeo, &parcel.geometry).await?;
        Ok(Workplace {
            code: code.as_str().to_owned(),
            data: technical_data(&shape),
            beside: beside(&shape, &around),
            streets: archive.within(Collection::Roads, near).await?,
            minimum: law.minimum(&shape),
            around,
            shape,
        })
    }
}

impl Workplace {
    /// Its area in the projection.
    pub fn area_m2(&self) -> f64 {
        area_m2(&self.shape)
    }

    /// The areas by which it is divided into so many equal parts: the last one is what remains.
    pub fn equal_areas(&self, parts: u32) -> Vec<f64> {
        let each = self.area_m2() / f64::from(parts.max(1));
        (1..parts).map(|_| each).collect()
    }

    /// A neighbour by its code.
    pub fn neighbour(&self, code: &str) -> Option<&Beside> {
        self.beside.iter().find(|beside| beside.code == code)
    }
}

fn near(shape: &MultiPolygon<f64>) -> Rect<f64> {
    let ground = bounds(shape).unwrap_or_else(|| Rect::new((0.0, 0.0), (0.0, 0.0)));
    let far = (ground.width().max(ground.height()) * AROUND).max(AROUND_M);
    let far = Coord::from((far, far));
    Rect::new(ground.min() - far, ground.max() + far)
}

fn beside(shape: &MultiPolygon<f64>, around: &[Feature]) -> Vec<Beside> {
    let grounds: Vec<(&Feature, MultiPolygon<f64>)> = around
        .iter()
        .filter_map(|other| Some((other, areas(&other.geometry)?)))
        .collect();
    let reach = Coord::from((1.0, 1.0));
    let Some(own) = bounds(shape).map(|own| Rect::new(own.min() - reach, own.max() + reach)) else {
        return Vec::new();
    };
    let meets = |ground: &MultiPolygon<f64>| {
        bounds(ground).is_some_and(|other| {
            own.min().x <= other.max().x
                && other.min().x <= own.max().x
                && own.min().y <= other.max().y
                && other.min().y <= own.max().y
        })
    };
    let mut found: Vec<Beside> = grounds
        .iter()
        .filter(|(_, ground)| meets(ground))
        .filter_map(|(other, ground)| {
            let border = common_border(shape, ground).into_iter().next()?;
            let third: Vec<&MultiPolygon<f64>> = grounds
                .iter()
                .filter(|(one, _)| one.code != other.code)
                .map(|(_, ground)| ground)
                .collect();
            Some(Beside {
                code: other.code.to_string(),
                border,
                both: join(&[shape, ground], &third)
                    .ok()
                    .map(|both| MultiPolygon(vec![both])),
            })
        })
        .collect();
    found.sort_by(|a, b| a.code.cmp(&b.code));
    found
}
