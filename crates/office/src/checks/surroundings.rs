//! What lies on and around the ground of a check, to be drawn beside its answer.

use domain::{collection::Collection, feature::Feature, geometry};
use geo_types::{Coord, Geometry, Point, Rect};
use query::Layer;

use super::{
    found_now, found_then,
    place::{self, Asked},
    request::CheckRequest,
    world::World,
};
use crate::{Office, Problem, moment};

/// Ground with its neighbours, in EPSG:32718, as it is or was when it is asked about.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// What is asked about: the parcel, the free shape, or a point in no parcel.
    pub subject: Geometry<f64>,
    /// Code of the parcel.
    pub parcel: Option<String>,
    /// Name of the municipality.
    pub municipality: String,
    /// Lots around.
    pub lots: Vec<Feature>,
    /// Axes of streets.
    pub roads: Vec<Feature>,
    /// Zones.
    pub zones: Vec<Feature>,
    /// Overlays.
    pub overlays: Vec<Feature>,
}

/// Features of one layer.
const EACH_MAX: usize = 400;
/// So much is looked at on each side, in parts of the longer side, and at least in metres.
const BESIDE: f64 = 1.2;
const BESIDE_LEAST_M: f64 = 25.0;

impl Office {
    /// What lies on and around the ground that a check is about.
    pub async fn surroundings(&self, mut request: CheckRequest) -> Result<Surroundings, Problem> {
        let asked = place::asked(&mut request)?;
        let (world, subject, parcel) = match moment::of(request.fecha, request.conocido_a)? {
            None => {
                let snapshot = self.feed.snapshot();
                let (land, parcel) = found_now(&snapshot, &asked)?;
                let world = World::now(&snapshot, land);
                let subject = ground(&asked, parcel);
                (world, subject, parcel.map(|parcel| parcel.code.to_string()))
            }
            Some(as_of) => {
                let (ubigeo, parcel) = found_then(&self.store, &asked, as_of).await?;
                let subject = ground(&asked, parcel.as_ref());
                let area = beside(&subject).to_polygon().into();
                let world = World::as_of(&self.store, ubigeo, Some(&area), as_of).await?;
                (world, subject, parcel.map(|parcel| parcel.code.to_string()))
            }
        };
        let area = beside(&subject);
        let near = |collection| -> Vec<Feature> {
            let layer: Option<&Layer> = world.land.layer(&collection);
            let near = layer.into_iter().flat_map(|layer| {
                let places = layer.near(area).take(EACH_MAX);
                places.filter_map(|place| layer.features().get(place).cloned())
            });
            near.collect()
        };
        Ok(Surroundings {
            municipality: world.land.municipality.name.clone(),
            lots: near(Collection::Parcels),
            roads: near(Collection::Roads),
            zones: near(Collection::Zones),
            overlays: near(Collection::Overlays),
            subject,
            parcel,
        })
    }
}

fn ground(asked: &Asked, parcel: Option<&Feature>) -> Geometry<f64> {
    match (asked, parcel) {
        (Asked::Shape(shape), _) => Geometry::MultiPolygon(shape.clone()),
        (_, Some(parcel)) => parcel.geometry.clone(),
        (Asked::Point(point), None) => Geometry::Point(Point(*point)),
        // A parcel that was asked for by its code was found.
        (Asked::Parcel(_), None) => Geometry::Point(Point(Coord::default())),
    }
}

fn beside(subject: &Geometry<f64>) -> Rect<f64> {
    let ground =
        geometry::bounds(subject).unwrap_or_else(|| Rect::new(Coord::default(), Coord::default()));
    let beside = (ground.width().max(ground.height()) * BESIDE).max(BESIDE_LEAST_M);
    let reach = Coord {
        x: beside,
        y: beside,
    };
    Rect::new(ground.min() - reach, ground.max() + reach)
}
