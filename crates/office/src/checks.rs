//! The control-urbano check: which zones and overlays a piece of ground lies in, with exact areas.
//!
//! The snapshot answers for now and the archive for the past; what is measured and said is the same for both.

mod judged;
mod minimum;
mod place;
mod proposal;
mod request;
mod said;

use chrono::Utc;
use domain::{
    collection::Collection,
    feature::Feature,
    geometry::{PreparedArea, Scratch},
    id::Ubigeo,
    plan::{Theme, book::NormBook},
    province::Municipality,
    survey::{RawShape, rules},
    time::AsOf,
    urban::Proposal,
};
use geo_types::{Coord, Geometry, MultiPolygon, Point, Rect};
use query::{Ground, Shares, Snapshot, measure, prepare};
use store::{Store, norms::NormRow};

pub use request::{CheckRequest, Place, Shape};

use crate::{
    Kind, Office, Problem, certificates::with_certificates, data, moment, parcels, view::Check,
};
pub use minimum::Minimum;
pub(crate) use minimum::ZoneLaw;
use place::Asked;

impl Office {
    /// Answers a check.
    pub async fn check(&self, request: CheckRequest) -> Result<Check, Problem> {
        match moment::of(request.fecha, request.conocido_a)? {
            None => {
                let check = now(&self.feed.snapshot(), request)?;
                if self.feed.is_fresh() {
                    with_certificates(&self.store, check).await
                } else {
                    // The land is answered while the database is away; its certificates are then not known.
                    Ok(check)
                }
            }
            Some(as_of) => {
                let check = in_archive(&self.store, as_of, request, None).await?;
                with_certificates(&self.store, check).await
            }
        }
    }
}

/// Answers a check from the database alone, for a program that has no snapshot.
pub async fn from_database(store: &Store, request: CheckRequest) -> Result<Check, Problem> {
    let now = Utc::now();
    let as_of = moment::of(request.fecha, request.conocido_a)?.unwrap_or(AsOf {
        day: moment::day_at(now),
        known_at: now,
    });
    let check = in_archive(store, as_of, request, None).await?;
    with_certificates(store, check).await
}

/// Answers a check as if a norm were in force that is not published yet.
pub(crate) async fn with_norm(
    store: &Store,
    as_of: AsOf,
    request: CheckRequest,
    norm: &NormRow,
) -> Result<Check, Problem> {
    in_archive(store, as_of, request, Some(norm)).await
}

/// An attribute of a feature as text.
pub(crate) fn attribute(feature: &Feature, name: &str) -> Option<String> {
    said::text(&said::attributes(feature), name)
}

/// What an answer is made of, wherever it comes from.
pub(crate) struct Evidence<'a> {
    pub(crate) municipality: &'a Municipality,
    pub(crate) parcel: Option<&'a Feature>,
    /// The ground in EPSG:32718; a point has none.
    pub(crate) ground: Option<&'a MultiPolygon<f64>>,
    /// What the ground shares.
    pub(crate) shares: Option<Shares<'a>>,
    /// Blocks and streets near it.
    pub(crate) blocks: Vec<&'a Feature>,
    /// Streets near it.
    pub(crate) streets: Vec<&'a Feature>,
    /// The norms in force.
    pub(crate) norms: &'a NormBook,
    /// What is proposed.
    pub(crate) proposal: Option<Proposal>,
    /// What a point without ground lies in.
    pub(crate) at_point: Option<(Vec<&'a Feature>, Vec<&'a Feature>)>,
    /// The newest day of each theme that has data.
    pub(crate) theme_days: Vec<(String, chrono::NaiveDate)>,
    pub(crate) themes: &'a [Theme],
    pub(crate) as_of: AsOf,
    pub(crate) version: i64,
}

/// How far from the ground a street can be that it faces, in metres.
const STREETS_WITHIN_M: f64 = 45.0;

fn now(snapshot: &Snapshot, mut request: CheckRequest) -> Result<Check, Problem> {
    let known_at = Utc::now();
    let as_of = AsOf {
        day: moment::day_at(known_at),
        known_at,
    };
    let asked = place::asked(&mut request)?;
    let proposal = proposal::read(request.propuesta)?;
    let (land, parcel) = match &asked {
        Asked::Parcel(code) => {
            let (land, parcel) = snapshot
                .feature(&Collection::Parcels, code.as_str())
                .ok_or_else(|| parcels::absent(code))?;
            (land, Some(parcel))
        }
        Asked::Shape(shape) => {
            let middle =
                rules::place::middle(&Geometry::MultiPolygon(shape.clone())).unwrap_or_default();
            (
                snapshot
                    .municipality_at(middle)
                    .ok_or_else(place::no_municipality)?,
                None,
            )
        }
        Asked::Point(point) => match snapshot.parcel_at(*point) {
            Some((land, parcel)) => (land, Some(parcel)),
            None => (
                snapshot
                    .municipality_at(*point)
                    .ok_or_else(place::no_municipality)?,
                None,
            ),
        },
    };
    let shape = place::ground(&asked, parcel);
    let ground = match (&shape, &asked) {
        (Some(shape), _) => Ground::around(land, shape),
        (None, Asked::Point(point)) => Ground::around(land, &dot(*point)),
        (None, _) => Ground {
            zones: Vec::new(),
            overlays: Vec::new(),
        },
    };
    let near = |collection: &Collection| -> Vec<&Feature> {
        let (Some(shape), Some(layer)) = (&shape, land.layer(collection)) else {
            return Vec::new();
        };
        let mut places: Vec<usize> = around(shape)
            .map(|bounds| layer.near(bounds).collect())
            .unwrap_or_default();
        places.sort_unstable();
        places
            .into_iter()
            .map(|place| &layer.features()[place])
            .collect()
    };
    let theme_days = land
        .layer(&Collection::Overlays)
        .map(|layer| said::theme_days(layer.features()))
        .unwrap_or_default();
    Ok(said::check(&Evidence {
        municipality: &land.municipality,
        parcel,
        ground: shape.as_ref(),
        blocks: near(&Collection::Manzanas),
        streets: near(&Collection::Roads),
        norms: land.norms.on(as_of.day),
        proposal,
        shares: shape
            .as_ref()
            .map(|shape| measure(shape, &ground, &mut Scratch::default())),
        at_point: at_point(shape.as_ref(), &asked, &ground),
        theme_days,
        themes: &snapshot.themes,
        as_of,
        version: snapshot.change.0,
    }))
}

async fn in_archive(
    store: &Store,
    as_of: AsOf,
    mut request: CheckRequest,
    instead: Option<&NormRow>,
) -> Result<Check, Problem> {
    let asked = place::asked(&mut request)?;
    let proposal = proposal::read(request.propuesta)?;
    let municipalities = store.municipalities().await?;
    let (ubigeo, parcel) = match &asked {
        Asked::Parcel(code) => {
            let parcel = parcels::parcel_as_of(store, code, as_of)
                .await?
                .ok_or_else(|| parcels::absent(code))?;
            (parcel.ubigeo, Some(parcel))
        }
        Asked::Shape(shape) => {
            let middle =
                rules::place::middle(&Geometry::MultiPolygon(shape.clone())).unwrap_or_default();
            let ubigeo = municipality_at(store, &municipalities, middle, as_of).await?;
            (ubigeo, None)
        }
        Asked::Point(point) => {
            let ubigeo = municipality_at(store, &municipalities, *point, as_of).await?;
            let near = store
                .features_as_of(
                    &Collection::Parcels,
                    ubigeo,
                    &Geometry::Point(Point(*point)),
                    as_of,
                )
                .await?;
            (
                ubigeo,
                near.into_iter()
                    .find(|parcel| prepare(&parcel.geometry).point_in(*point)),
            )
        }
    };
    let municipality = municipalities
        .iter()
        .find(|municipality| municipality.ubigeo == ubigeo)
        .ok_or_else(place::no_municipality)?;
    let shape = place::ground(&asked, parcel.as_ref());
    let around = match (&shape, &asked) {
        (Some(shape), _) => Geometry::MultiPolygon(shape.clone()),
        (None, Asked::Point(point)) => Geometry::Point(Point(*point)),
        (None, _) => return Err(place::no_municipality()),
    };
    let zones = store
        .features_as_of(&Collection::Zones, ubigeo, &around, as_of)
        .await?;
    let overlays = store
        .features_as_of(&Collection::Overlays, ubigeo, &around, as_of)
        .await?;
    let wide = shape.as_ref().and_then(self::around).map_or_else(
        || around.clone(),
        |bounds| Geometry::Polygon(bounds.to_polygon()),
    );
    let blocks = store
        .features_as_of(&Collection::Manzanas, ubigeo, &wide, as_of)
        .await?;
    let streets = store
        .features_as_of(&Collection::Roads, ubigeo, &wide, as_of)
        .await?;
    let mut norms = store.norms_as_of(ubigeo, as_of).await?;
    if let Some(norm) = instead {
        norms.retain(|known| known.instrument != norm.instrument);
        norms.push(norm.clone());
    }
    let norms = query::norms::book(&norms);
    let zone_areas: Vec<PreparedArea> = zones.iter().map(|zone| prepare(&zone.geometry)).collect();
    let overlay_areas: Vec<PreparedArea> = overlays
        .iter()
        .map(|overlay| prepare(&overlay.geometry))
        .collect();
    let ground = Ground {
        zones: zones.iter().zip(&zone_areas).collect(),
        overlays: overlays.iter().zip(&overlay_areas).collect(),
    };
    Ok(said::check(&Evidence {
        municipality,
        parcel: parcel.as_ref(),
        ground: shape.as_ref(),
        blocks: blocks.iter().collect(),
        streets: streets.iter().collect(),
        norms: &norms,
        proposal,
        shares: shape
            .as_ref()
            .map(|shape| measure(shape, &ground, &mut Scratch::default())),
        at_point: at_point(shape.as_ref(), &asked, &ground),
        theme_days: store.theme_days_as_of(ubigeo, as_of).await?,
        themes: &store.themes().await?,
        as_of,
        version: store.change_as_of(as_of).await?.0,
    }))
}

/// The box around ground and the streets that it may face.
fn around(shape: &MultiPolygon<f64>) -> Option<Rect<f64>> {
    let bounds = domain::geometry::bounds(shape)?;
    let wider = Coord {
        x: STREETS_WITHIN_M,
        y: STREETS_WITHIN_M,
    };
    Some(Rect::new(bounds.min() - wider, bounds.max() + wider))
}

/// What a point lies in, where it is in no parcel.
fn at_point<'a>(
    shape: Option<&MultiPolygon<f64>>,
    asked: &Asked,
    ground: &Ground<'a>,
) -> Option<(Vec<&'a Feature>, Vec<&'a Feature>)> {
    let (None, Asked::Point(point)) = (shape, asked) else {
        return None;
    };
    let around = |areas: &[(&'a Feature, &'a PreparedArea)]| {
        areas
            .iter()
            .filter(|(_, area)| area.point_in(*point))
            .map(|(feature, _)| *feature)
            .collect()
    };
    Some((around(&ground.zones), around(&ground.overlays)))
}

/// As [`Snapshot::municipality_at`]: generalised outlines have the last word only.
async fn municipality_at(
    store: &Store,
    municipalities: &[Municipality],
    point: Coord<f64>,
    as_of: AsOf,
) -> Result<Ubigeo, Problem> {
    let place = Geometry::Point(Point(point));
    for collection in [Collection::Parcels, Collection::Zones] {
        for municipality in municipalities {
            let near = store
                .features_as_of(&collection, municipality.ubigeo, &place, as_of)
                .await?;
            if near
                .iter()
                .any(|feature| prepare(&feature.geometry).point_in(point))
            {
                return Ok(municipality.ubigeo);
            }
        }
    }
    municipalities
        .iter()
        .find(|municipality| PreparedArea::new(&municipality.outline).point_in(point))
        .map(|municipality| municipality.ubigeo)
        .ok_or_else(place::no_municipality)
}

/// The ground that a question names without a parcel, in EPSG:32718; none where it names one.
pub(crate) fn ground_of(mut request: CheckRequest) -> Result<Option<Geometry<f64>>, Problem> {
    Ok(match place::asked(&mut request)? {
        Asked::Parcel(_) => None,
        Asked::Shape(shape) => Some(Geometry::MultiPolygon(shape)),
        Asked::Point(point) => Some(Geometry::Point(Point(point))),
    })
}

/// A shape of no area around which to look.
fn dot(point: Coord<f64>) -> MultiPolygon<f64> {
    MultiPolygon(vec![geo_types::Polygon::new(
        vec![point; 4].into(),
        Vec::new(),
    )])
}

/// A free shape must be as valid as a parcel.
pub(crate) fn valid(shape: MultiPolygon<f64>) -> Result<MultiPolygon<f64>, Problem> {
    let raw = RawShape::Geometry(Geometry::MultiPolygon(shape));
    match rules::shape::shape(raw, domain::collection::ShapeKind::Areas, 1) {
        Ok(Geometry::MultiPolygon(shape)) => Ok(shape),
        Ok(_) => Err(place::not_a_shape()),
        Err(finding) => {
            let sentence = data::catalogue()?.sentence(&finding);
            Err(Problem::new(
                Kind::BadRequest,
                sentence,
                "Corrija «geometria» y vuelva a preguntar.",
            ))
        }
    }
}
