//! Coordinates that clients speak, and ours.

use geo_types::Coord;

use crate::{Kind, Problem};

/// Longitude and latitude to the official projection, in place.
pub fn official(coords: &mut [Coord<f64>]) -> Result<(), Problem> {
    gis::crs::from_lon_lat(coords).map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "Las coordenadas no existen.",
            "Primero va la longitud y después la latitud, en grados, como -76.97,-6.03.",
        )
    })
}

/// The official projection to longitude and latitude, in place.
pub fn lon_lat(coords: &mut [Coord<f64>]) -> Result<(), Problem> {
    gis::crs::to_lon_lat(coords).map_err(|error| {
        tracing::error!(%error, "land without a place");
        Problem::new(
            Kind::Internal,
            "La capa no se pudo escribir.",
            "El detalle está en el registro del servicio.",
        )
    })
}

pub use gis::crs::{DEFAULT, SERVED, STORAGE, Served};

/// The reference system with an address or a name, as a parameter of a request gives it.
///
/// # Errors
/// It is none of those that the service speaks.
pub fn system(text: &str, parameter: &str) -> Result<&'static Served, Problem> {
    Served::find(text).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            format!(
                "No se admite «{}» en «{parameter}».",
                text.chars().take(80).collect::<String>()
            ),
            format!(
                "Se admiten las direcciones que cada capa lista en «crs», como {}.",
                STORAGE.uri
            ),
        )
    })
}
