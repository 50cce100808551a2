//! The street front nearest to a point: which street, how far, and the lot that faces it there.

use domain::{
    collection::Collection,
    feature::Feature,
    geometry::foot,
    urban::{Facing, Side},
};
use geo_types::{Coord, Geometry, LineString, Rect};
use serde::{Deserialize, Serialize};

use super::{
    judged::Subject,
    place::{self, Asked},
    request::CheckRequest,
    world::World,
};
use crate::{Kind, Office, Problem};

/// A point, as it comes in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontRequest {
    /// Longitude and latitude.
    pub punto: [f64; 2],
}

/// What is nearest to a point.
#[derive(Debug, Serialize)]
pub struct FrontAnswer {
    /// The point that was asked for.
    pub punto: [f64; 2],
    /// The municipality that it belongs to.
    pub ubigeo: String,
    /// The street whose axis is nearest; none within 400 m.
    pub via: Option<NearStreet>,
    /// The front that is nearest; none within 400 m, or where no lot's front is known.
    pub frente: Option<NearFront>,
    /// The last change that this answer knows.
    pub version_datos: i64,
}

/// The nearest street.
#[derive(Debug, Serialize)]
pub struct NearStreet {
    id: String,
    nombre: Option<String>,
    /// Between the borders of property.
    seccion_m: Option<f64>,
    /// To its axis.
    distancia_m: f64,
    /// The nearest place of its axis: longitude and latitude.
    punto: [f64; 2],
}

/// The nearest front.
#[derive(Debug, Serialize)]
pub struct NearFront {
    /// The lot.
    predio: String,
    /// The street that its front is on.
    via: Option<String>,
    /// Of the lot's whole front.
    longitud_m: f64,
    /// To the nearest place of it.
    distancia_m: f64,
    /// That place: longitude and latitude.
    punto: [f64; 2],
}

/// How far one looks, in metres: nearer first, so that a town is not searched for what is at hand.
const RADII_M: [f64; 3] = [50.0, 150.0, 400.0];

impl Office {
    /// The street and the front nearest to a point.
    pub fn front(&self, request: &FrontRequest) -> Result<FrontAnswer, Problem> {
        let asked = place::asked(&mut CheckRequest {
            punto: Some(request.punto),
            ..CheckRequest::default()
        })?;
        let Asked::Point(at) = asked else {
            return Err(place::no_municipality());
        };
        let snapshot = self.feed.snapshot();
        let land = snapshot
            .municipality_at(at)
            .ok_or_else(place::no_municipality)?;
        let world = World::now(&snapshot, land);
        Ok(FrontAnswer {
            punto: request.punto,
            ubigeo: world.land.municipality.ubigeo.to_string(),
            via: nearest_street(&world, at)?,
            frente: nearest_front(&world, at)?,
            version_datos: world.version,
        })
    }
}

/// The nearest of what `look` finds within a radius, tried with wider ones as long as something beyond could be nearer.
fn nearest<T>(
    at: Coord<f64>,
    look: impl Fn(Rect<f64>) -> Option<(f64, Coord<f64>, T)>,
) -> Option<(f64, Coord<f64>, T)> {
    let mut found = None;
    for radius in RADII_M {
        let reach = Coord {
            x: radius,
            y: radius,
        };
        found = look(Rect::new(at - reach, at + reach));
        // What a box touches may be farther than its half side: something beyond could then be nearer.
        found = found.filter(|(distance_m, ..)| *distance_m <= radius);
        if found.is_some() {
            break;
        }
    }
    found
}

fn nearest_street(world: &World, at: Coord<f64>) -> Result<Option<NearStreet>, Problem> {
    let Some(layer) = world.land.layer(&Collection::Roads) else {
        return Ok(None);
    };
    let found = nearest(at, |area| {
        let near = layer.ready_near(area).into_iter();
        near.filter_map(|street| {
            let (distance_m, place) = to_lines(at, &street.feature.geometry)?;
            Some((distance_m, place, street))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
    });
    let Some((distance_m, place, street)) = found else {
        return Ok(None);
    };
    Ok(Some(NearStreet {
        id: street.feature.code.to_string(),
        nombre: street.ready.text("nombre").map(str::to_owned),
        seccion_m: street
            .ready
            .attributes
            .get("seccion_m")
            .and_then(serde_json::Value::as_f64),
        distancia_m: to_cm(distance_m),
        punto: lon_lat(place)?,
    }))
}

fn nearest_front(world: &World, at: Coord<f64>) -> Result<Option<NearFront>, Problem> {
    let Some(layer) = world.land.layer(&Collection::Parcels) else {
        return Ok(None);
    };
    let found = nearest(at, |area| {
        let near = layer.near(area).map(|place| &layer.features()[place]);
        near.filter_map(|parcel| front_of(world, parcel, at))
            .min_by(|a, b| a.0.total_cmp(&b.0))
    });
    let Some((distance_m, place, front)) = found else {
        return Ok(None);
    };
    Ok(Some(NearFront {
        distancia_m: to_cm(distance_m),
        punto: lon_lat(place)?,
        ..front
    }))
}

/// How far a parcel's front is, its nearest place, and the front.
fn front_of(
    world: &World,
    parcel: &Feature,
    at: Coord<f64>,
) -> Option<(f64, Coord<f64>, NearFront)> {
    let shape = Subject::Parcel(parcel).shape()?;
    let streets = world.streets(shape);
    let border = world.border(Some(&parcel.code), shape, &streets);
    let fronts = || border.iter().filter(|stretch| stretch.side == Side::Front);
    let street = fronts().find_map(|stretch| match stretch.facing {
        Facing::Street(Some(street)) => streets.get(street)?.name,
        _ => None,
    });
    let (distance_m, place) = fronts()
        .map(|stretch| to_piece(at, stretch.from, stretch.to))
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    let front = NearFront {
        predio: parcel.code.to_string(),
        via: street.map(str::to_owned),
        longitud_m: to_cm(fronts().map(domain::urban::Stretch::length_m).sum()),
        distancia_m: 0.0,
        punto: [0.0, 0.0],
    };
    Some((distance_m, place, front))
}

fn to_lines(at: Coord<f64>, axis: &Geometry<f64>) -> Option<(f64, Coord<f64>)> {
    let lines: &[LineString<f64>] = match axis {
        Geometry::LineString(line) => std::slice::from_ref(line),
        Geometry::MultiLineString(lines) => &lines.0,
        _ => &[],
    };
    lines
        .iter()
        .flat_map(LineString::lines)
        .map(|piece| to_piece(at, piece.start, piece.end))
        .min_by(|a, b| a.0.total_cmp(&b.0))
}

fn to_piece(at: Coord<f64>, start: Coord<f64>, end: Coord<f64>) -> (f64, Coord<f64>) {
    let place = foot(at, start, end);
    let off = at - place;
    (off.x.hypot(off.y), place)
}

fn lon_lat(place: Coord<f64>) -> Result<[f64; 2], Problem> {
    let mut places = [place];
    gis::crs::to_lon_lat(&mut places).map_err(|error| {
        tracing::error!(%error, "front");
        Problem::new(
            Kind::Internal,
            "El lugar no se pudo llevar a longitud y latitud.",
            "El detalle está en el registro del servicio.",
        )
    })?;
    let to_mm = |degrees: f64| (degrees * 1e9).round() / 1e9;
    Ok([to_mm(places[0].x), to_mm(places[0].y)])
}

fn to_cm(length_m: f64) -> f64 {
    (length_m * 1e2).round() / 1e2
}
