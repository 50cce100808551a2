//! All that is public of a parcel, on one day as it was known at one moment: its card.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    collection::Collection,
    feature::Feature,
    geometry::{areas, bounds},
    id::CadastralCode,
    parcel::{Around, Boundaries, STREET_REACH_M, TechnicalData, boundaries, technical_data},
    survey::rules::declared_area::Nature,
    time::AsOf,
};
use geo_types::{Coord, MultiLineString, MultiPolygon, Rect};
use serde_json::{Map, Value};

use crate::{
    Kind, Office, Problem,
    checks::CheckRequest,
    data,
    documents::land::{Archive, named},
    parcels,
    view::{Check, History},
};

/// A parcel's card.
pub struct Card {
    /// Its code.
    pub code: CadastralCode,
    /// The point on both axes of which it tells.
    pub as_of: AsOf,
    /// Whether that is now.
    pub is_now: bool,
    /// All its versions, and its kin; none while the database does not answer.
    pub history: Option<History>,
    /// The parcel; none where no such parcel was in force then.
    pub standing: Option<Standing>,
}

/// A parcel in force.
pub struct Standing {
    /// Name of its municipality.
    pub municipality: String,
    /// Attributes with their Spanish names.
    pub attributes: Map<String, Value>,
    /// First day on which this version of it holds.
    pub valid_from: NaiveDate,
    /// The last change that is known.
    pub version: i64,
    /// Its ground in EPSG:32718.
    pub shape: MultiPolygon<f64>,
    /// Its sides.
    pub data: TechnicalData,
    /// On whom it borders.
    pub borders: Boundaries,
    /// Its areas by its papers.
    pub papers: Vec<PaperArea>,
    /// Zones, overlays, parameters and certificates.
    pub check: Check,
    /// What lies around it.
    pub around: Surroundings,
}

/// An area by the papers of a parcel, held against the measured one.
pub struct PaperArea {
    /// Whether it is that of the public registry; otherwise it is what was declared.
    pub is_registered: bool,
    /// Square metres.
    pub area_m2: f64,
    /// The measured area less this one.
    pub difference_m2: f64,
    /// By how much they may differ.
    pub accepted_m2: f64,
}

/// What lies around a parcel.
#[derive(Default)]
pub struct Surroundings {
    /// Lots, the parcel left out.
    pub parcels: Vec<Feature>,
    /// Blocks.
    pub blocks: Vec<Feature>,
    /// Street axes.
    pub streets: Vec<Feature>,
    /// Zones.
    pub zones: Vec<Feature>,
    /// Overlays.
    pub overlays: Vec<Feature>,
}

/// What is shown around a parcel, in parts of its longer side.
const AROUND: f64 = 0.6;

impl Office {
    /// The card of a parcel; refuses a code that never was one.
    pub async fn card(
        &self,
        code: &str,
        day: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Card, Problem> {
        let history = match self.history(code).await {
            Ok(history) => Some(history),
            // The land of today is in memory.
            Err(problem) if problem.kind == Kind::Unavailable => None,
            Err(problem) => return Err(problem),
        };
        let code = parcels::parse(code)?;
        let is_now = crate::moment::of(day, known_at)?.is_none();
        let archive = Archive::of(self, day, known_at)?;
        let parcel = archive
            .feature(&Collection::Parcels, &code, code.as_str())
            .await?;
        let standing = match parcel {
            Some(parcel) => self.standing(&archive, parcel, (day, known_at)).await?,
            None => None,
        };
        if history.is_none() && standing.is_none() {
            return Err(parcels::absent(&code));
        }
        Ok(Card {
            as_of: archive.point(),
            is_now,
            history,
            standing,
            code,
        })
    }

    async fn standing(
        &self,
        archive: &Archive<'_>,
        parcel: Feature,
        (day, known_at): (Option<NaiveDate>, Option<DateTime<Utc>>),
    ) -> Result<Option<Standing>, Problem> {
        let (Some(shape), Some(ground)) = (areas(&parcel.geometry), bounds(&parcel.geometry))
        else {
            return Ok(None);
        };
        let asked = CheckRequest {
            predio: Some(parcel.code.to_string()),
            fecha: day,
            conocido_a: known_at,
            ..CheckRequest::default()
        };
        let check = match self.check(asked).await {
            Ok(check) => check,
            // A change came between the two readings, and took it out of force.
            Err(problem) if problem.kind == Kind::NotFound => return Ok(None),
            Err(problem) => return Err(problem),
        };
        let around = surroundings(archive, &parcel, ground).await?;
        let attributes: Map<String, Value> =
            serde_json::from_str(&parcel.attributes).unwrap_or_default();
        let data = technical_data(&shape);
        let borders = borders(&data, &around, &attributes);
        Ok(Some(Standing {
            municipality: archive.municipality(&parcel).await?.name,
            papers: papers(&attributes, data.area_m2)?,
            valid_from: parcel.valid_from,
            version: archive.version().await?,
            attributes,
            shape,
            data,
            borders,
            check,
            around,
        }))
    }
}

async fn surroundings(
    archive: &Archive<'_>,
    parcel: &Feature,
    ground: Rect<f64>,
) -> Result<Surroundings, Problem> {
    let far = (ground.width().max(ground.height()) * AROUND).max(STREET_REACH_M);
    let far = Coord::from((far, far));
    let near = Rect::new(ground.min() - far, ground.max() + far);
    let mut around = Surroundings::default();
    for (layer, into) in [
        (Collection::Parcels, &mut around.parcels),
        (Collection::Manzanas, &mut around.blocks),
        (Collection::Roads, &mut around.streets),
        (Collection::Zones, &mut around.zones),
        (Collection::Overlays, &mut around.overlays),
    ] {
        *into = match archive.within(layer, near).await {
            // More than can be shown: the card goes on without them.
            Err(problem) if problem.kind == Kind::Refused => Vec::new(),
            found => found?,
        };
    }
    around.parcels.retain(|other| other.code != parcel.code);
    Ok(around)
}

fn borders(
    data: &TechnicalData,
    around: &Surroundings,
    attributes: &Map<String, Value>,
) -> Boundaries {
    let parcels: Vec<(&str, MultiPolygon<f64>)> = around
        .parcels
        .iter()
        .filter_map(|other| Some((&*other.code, areas(&other.geometry)?)))
        .collect();
    let streets: Vec<(String, MultiLineString<f64>)> = around
        .streets
        .iter()
        .filter_map(|street| {
            let axis = domain::geometry::lines(&street.geometry)?;
            Some((named(street)?, axis))
        })
        .collect();
    boundaries(
        data,
        &Around {
            parcels: parcels.iter().map(|(code, shape)| (*code, shape)).collect(),
            streets: streets.iter().map(|(name, axis)| (&**name, axis)).collect(),
            address: attributes.get("direccion").and_then(Value::as_str),
        },
    )
}

/// The areas of its papers against the measured one. As in a survey, its land counts as urban.
fn papers(attributes: &Map<String, Value>, measured_m2: f64) -> Result<Vec<PaperArea>, Problem> {
    let bands = data::area_table()?;
    let of = |name: &str, is_registered: bool| {
        let area_m2 = attributes.get(name)?.as_f64()?;
        (area_m2.is_finite() && area_m2 > 0.0).then(|| PaperArea {
            is_registered,
            area_m2,
            difference_m2: measured_m2 - area_m2,
            accepted_m2: bands.accepted_m2(Nature::Urban, area_m2),
        })
    };
    Ok([
        of("area_declarada_m2", false),
        of("area_registrada_m2", true),
    ]
    .into_iter()
    .flatten()
    .collect())
}

impl PaperArea {
    /// Whether both may be measurements of one ground. What rounding alone makes is no difference.
    pub fn agrees(&self) -> bool {
        self.difference_m2.abs() <= self.accepted_m2 * (1.0 + 1e-12) + 0.005
    }
}
