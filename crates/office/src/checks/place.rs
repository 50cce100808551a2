//! From what was asked to a place on the ground.

use domain::id::CadastralCode;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::{CheckRequest, Place, Shape, valid};
use crate::{Kind, Problem, parcels};

/// The place, in EPSG:32718.
pub(super) enum Asked {
    Parcel(CadastralCode),
    Shape(MultiPolygon<f64>),
    Point(Coord<f64>),
}

/// Reads the place of a request.
pub(super) fn asked(request: &mut CheckRequest) -> Result<Asked, Problem> {
    let place = request.place().ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            "Diga el lugar de una sola manera.",
            "Pase uno de estos miembros: «predio» (código), «geometria» (polígono GeoJSON) o «punto» ([longitud, latitud]).",
        )
    })?;
    match place {
        Place::Parcel(code) => parcels::parse(&code).map(Asked::Parcel),
        Place::Point([lon, lat]) => official(vec![vec![vec![vec![lon, lat]]]])
            .and_then(|mut rings| rings.pop()?.pop()?.0.pop())
            .map(Asked::Point)
            .ok_or_else(|| {
                Problem::new(
                    Kind::BadRequest,
                    "El punto no existe.",
                    "«punto» es [longitud, latitud] en grados, como [-76.97, -6.03].",
                )
            }),
        Place::Shape(drawn) => shape(drawn).map(Asked::Shape),
    }
}

/// A valid shape in EPSG:32718, from one in longitude and latitude.
pub(crate) fn shape(shape: Shape) -> Result<MultiPolygon<f64>, Problem> {
    drawn(shape).ok_or_else(not_a_shape).and_then(valid)
}

/// A shape in longitude and latitude, in EPSG:32718; none where it is not on the projection.
pub(super) fn drawn(shape: Shape) -> Option<MultiPolygon<f64>> {
    let polygons = match shape {
        Shape::Polygon(rings) => vec![rings],
        Shape::MultiPolygon(polygons) => polygons,
    };
    let polygons = official(polygons)?.into_iter().map(|rings| {
        let mut rings = rings.into_iter();
        Polygon::new(
            rings.next().unwrap_or_else(|| LineString(Vec::new())),
            rings.collect(),
        )
    });
    Some(MultiPolygon(polygons.collect()))
}

/// Rings of longitude and latitude in EPSG:32718.
fn official(polygons: Vec<Vec<Vec<Vec<f64>>>>) -> Option<Vec<Vec<LineString<f64>>>> {
    let ring = |positions: Vec<Vec<f64>>| {
        let mut coords = Vec::with_capacity(positions.len());
        for position in positions {
            let [lon, lat, ..] = position[..] else {
                return None;
            };
            if !(-180.0..=180.0).contains(&lon) || !(-90.0..=90.0).contains(&lat) {
                return None;
            }
            coords.push(Coord { x: lon, y: lat });
        }
        gis::crs::from_lon_lat(&mut coords).ok()?;
        Some(LineString(coords))
    };
    polygons
        .into_iter()
        .map(|rings| rings.into_iter().map(ring).collect())
        .collect()
}

pub(super) fn not_a_shape() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "«geometria» no es un polígono en longitud y latitud.",
        "Pase un Polygon o MultiPolygon de GeoJSON (RFC 7946), con coordenadas como [-76.97, -6.03].",
    )
}

pub(crate) fn no_municipality() -> Problem {
    Problem::new(
        Kind::NotFound,
        "El lugar no está en ningún municipio del servicio.",
        "Compruebe las coordenadas: primero la longitud y después la latitud, en grados.",
    )
}
