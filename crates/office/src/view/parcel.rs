//! A parcel: a GeoJSON feature with its Spanish properties.

use domain::{collection::Collection, feature::Feature};
use query::encode::geojson;
use serde_json::value::RawValue;

use crate::{Kind, Problem};

/// The parcel as a GeoJSON feature.
pub fn parcel(feature: &Feature) -> Result<Box<RawValue>, Problem> {
    let mut bytes = Vec::new();
    let broken = || {
        Problem::new(
            Kind::Internal,
            "El predio no se pudo escribir.",
            "El detalle está en el registro del servicio.",
        )
    };
    geojson::features(
        &Collection::Parcels,
        &[feature],
        &geojson::Form::default(),
        &mut bytes,
    )
    .map_err(|_| broken())?;
    let text = String::from_utf8(bytes).map_err(|_| broken())?;
    RawValue::from_string(text).map_err(|_| broken())
}
