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

/// Longitude and latitude of a place that somebody typed: in degrees, `-76.97, -6.03`, or in metres of the official system
/// (UTM 18 S), `281580.50 9332796.27`.
pub fn typed(text: &str) -> Result<[f64; 2], Problem> {
    let parts: Vec<Option<f64>> = text
        .split([' ', ',', ';', '\t'])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok().filter(|number: &f64| number.is_finite()))
        .collect();
    match parts[..] {
        [Some(lon), Some(lat)] if lon.abs() <= 180.0 && lat.abs() <= 90.0 => Ok([lon, lat]),
        [Some(east), Some(north)]
            if (100_000.0..900_000.0).contains(&east) && (0.0..10_000_000.0).contains(&north) =>
        {
            let mut point = [Coord { x: east, y: north }];
            lon_lat(&mut point)?;
            Ok([point[0].x, point[0].y])
        }
        _ => Err(Problem::new(
            Kind::BadRequest,
            "El lugar no se entiende.",
            "Escriba el este y el norte en metros (UTM 18 S), como 281580.50 9332796.27, o la longitud y la latitud en grados, como -76.97, -6.03. Los decimales van con punto.",
        )),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_typed_in_degrees_or_in_metres() {
        for text in ["-76.97,-6.03", " -76.97, -6.03 ", "-76.97 -6.03"] {
            assert_eq!(typed(text), Ok([-76.97, -6.03]), "{text}");
        }
        let mut point = [Coord {
            x: -76.97,
            y: -6.03,
        }];
        official(&mut point).expect("a place");
        let metres = format!("{} {}", point[0].x, point[0].y);
        let [lon, lat] = typed(&metres).expect("a place");
        assert!(
            (lon + 76.97).abs() < 1e-9 && (lat + 6.03).abs() < 1e-9,
            "{lon} {lat}"
        );
        for text in [
            "",
            "-76.97",
            "a, b",
            "-76,97 -6,03",
            "NaN 1",
            "281580.50 99332796.27",
            "<b>",
        ] {
            assert!(typed(text).is_err(), "{text}");
        }
    }
}
