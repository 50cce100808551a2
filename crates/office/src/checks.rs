//! The control-urbano check: which zones and overlays a piece of ground lies in, with exact areas.
//!
//! The snapshot answers for now and the archive for the past; what is measured and said is the same for both.

mod batch;
mod front;
mod judged;
mod listing;
mod minimum;
mod place;
mod proposal;
mod reach;
mod request;
mod said;
mod surroundings;
mod sweep;
mod turns;
mod world;

use std::sync::Arc;

use domain::{
    collection::Collection,
    feature::Feature,
    geometry::{PreparedArea, Scratch},
    id::Ubigeo,
    province::Municipality,
    survey::{RawShape, rules},
    time::AsOf,
    urban::Proposal,
};
use geo_types::{Coord, Geometry, MultiPolygon, Point};
use query::{MunicipalityLand, Snapshot, prepare};
use store::{Store, norms::NormRow};

use self::place::Asked;
use crate::{
    Kind, Office, Problem,
    certificates::{put_certificates, with_certificates},
    data, moment, parcels,
    view::Check,
};

pub use batch::{Batch, BatchRequest, Detail, Lines};
pub use front::{FrontAnswer, FrontRequest};
pub use listing::Form;
pub use minimum::Minimum;
pub use reach::ReachRequest;
pub use request::{CheckRequest, Place, Shape};
pub use surroundings::Surroundings;

pub(crate) use batch::no_municipality;
pub(crate) use judged::{Judgement, Subject};
pub(crate) use listing::Listing;
pub(crate) use minimum::ZoneLaw;
pub(crate) use place::{no_municipality as no_place, shape as read_shape};
pub(crate) use proposal::read as read_proposal;
pub(crate) use said::attribute;
pub(crate) use sweep::each;
pub(crate) use turns::turn;
pub(crate) use world::World;

impl Office {
    /// Answers a check.
    pub async fn check(&self, request: CheckRequest) -> Result<Check, Problem> {
        match moment::of(request.fecha, request.conocido_a)? {
            None => {
                let snapshot = self.feed.snapshot();
                let mut check = now(&snapshot, request)?;
                // The land is answered while the database is away; one of its certificates may be annulled meanwhile.
                if self.feed.is_fresh() {
                    put_certificates(&mut check, &snapshot.certificates.protected)?;
                }
                Ok(check)
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
    let as_of = moment::of(request.fecha, request.conocido_a)?.unwrap_or_else(moment::now);
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

fn now(snapshot: &Snapshot, mut request: CheckRequest) -> Result<Check, Problem> {
    let asked = place::asked(&mut request)?;
    let proposal = proposal::read(request.propuesta)?;
    let (land, parcel) = found_now(snapshot, &asked)?;
    let world = World::now(snapshot, land);
    Ok(said(&world, &asked, parcel, proposal.as_ref()))
}

/// The municipality of what was asked, and the parcel that is there.
fn found_now<'a>(
    snapshot: &'a Snapshot,
    asked: &Asked,
) -> Result<(&'a Arc<MunicipalityLand>, Option<&'a Feature>), Problem> {
    Ok(match asked {
        Asked::Parcel(code) => {
            let (land, parcel) = snapshot.parcel(code).ok_or_else(|| parcels::absent(code))?;
            (land, Some(parcel))
        }
        Asked::Shape(shape) => {
            let land = snapshot.municipality_at(middle(shape));
            (land.ok_or_else(place::no_municipality)?, None)
        }
        Asked::Point(point) => {
            if let Some((land, parcel)) = snapshot.parcel_at(*point) {
                (land, Some(parcel))
            } else {
                let land = snapshot.municipality_at(*point);
                (land.ok_or_else(place::no_municipality)?, None)
            }
        }
    })
}

/// The same in the archive.
async fn found_then(
    store: &Store,
    asked: &Asked,
    as_of: AsOf,
) -> Result<(Ubigeo, Option<Feature>), Problem> {
    Ok(match asked {
        Asked::Parcel(code) => {
            let parcel = parcels::parcel_as_of(store, code, as_of)
                .await?
                .ok_or_else(|| parcels::absent(code))?;
            (parcel.ubigeo, Some(parcel))
        }
        Asked::Shape(shape) => (municipality_at(store, middle(shape), as_of).await?, None),
        Asked::Point(point) => {
            let ubigeo = municipality_at(store, *point, as_of).await?;
            let place = Geometry::Point(Point(*point));
            let near = store
                .features_as_of(&Collection::Parcels, ubigeo, &place, as_of)
                .await?;
            let mut near = near.into_iter();
            let parcel = near.find(|parcel| prepare(&parcel.geometry).point_in(*point));
            (ubigeo, parcel)
        }
    })
}

async fn in_archive(
    store: &Store,
    as_of: AsOf,
    mut request: CheckRequest,
    instead: Option<&NormRow>,
) -> Result<Check, Problem> {
    let asked = place::asked(&mut request)?;
    let proposal = proposal::read(request.propuesta)?;
    let (ubigeo, parcel) = found_then(store, &asked, as_of).await?;
    let around = match (subject(&asked, parcel.as_ref()), &asked) {
        (Some(subject), _) => subject
            .shape()
            .and_then(judged::around)
            .map(|bounds| Geometry::Polygon(bounds.to_polygon())),
        (None, Asked::Point(point)) => Some(Geometry::Point(Point(*point))),
        (None, _) => None,
    };
    let around = around.ok_or_else(place::no_municipality)?;
    let mut world = World::as_of(store, ubigeo, Some(&around), as_of).await?;
    if let Some(norm) = instead {
        world = world.with_norm(store, norm).await?;
    }
    Ok(said(&world, &asked, parcel.as_ref(), proposal.as_ref()))
}

/// What is judged of what was asked: of a point its parcel.
fn subject<'a>(asked: &'a Asked, parcel: Option<&'a Feature>) -> Option<Subject<'a>> {
    match (asked, parcel) {
        (Asked::Shape(shape), _) => Some(Subject::Shape(shape)),
        (_, Some(parcel)) => Some(Subject::Parcel(parcel)),
        _ => None,
    }
}

fn said(
    world: &World,
    asked: &Asked,
    parcel: Option<&Feature>,
    proposal: Option<&Proposal>,
) -> Check {
    match (subject(asked, parcel), asked) {
        (None, Asked::Point(point)) => world.check_at(*point),
        (Some(subject), _) => world.check(subject, proposal, &mut Scratch::default()),
        // A parcel that was asked for by its code was found.
        (None, _) => world.check_at(Coord::default()),
    }
}

/// A point inside a shape.
fn middle(shape: &MultiPolygon<f64>) -> Coord<f64> {
    rules::place::middle(&Geometry::MultiPolygon(shape.clone())).unwrap_or_default()
}

/// As [`Snapshot::municipality_at`]: generalised outlines have the last word only.
async fn municipality_at(store: &Store, point: Coord<f64>, as_of: AsOf) -> Result<Ubigeo, Problem> {
    let municipalities: Vec<Municipality> = store.municipalities().await?;
    let place = Geometry::Point(Point(point));
    for collection in [Collection::Parcels, Collection::Zones] {
        for municipality in &municipalities {
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
pub fn ground_of(mut request: CheckRequest) -> Result<Option<Geometry<f64>>, Problem> {
    Ok(match place::asked(&mut request)? {
        Asked::Parcel(_) => None,
        Asked::Shape(shape) => Some(Geometry::MultiPolygon(shape)),
        Asked::Point(point) => Some(Geometry::Point(Point(point))),
    })
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
