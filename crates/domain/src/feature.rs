//! A published feature, as every room passes it on.

use chrono::NaiveDate;
use geo_types::Geometry;

use crate::{id::Ubigeo, time::ChangeNumber};

/// One version of a feature that holds today, as known now.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// The municipality that it belongs to.
    pub ubigeo: Ubigeo,
    /// Stable identifier in its layer; for parcels the cadastral code.
    pub code: Box<str>,
    /// Shape in EPSG:32718.
    pub geometry: Geometry<f64>,
    /// Attributes with their Spanish names: the text of one JSON object.
    pub attributes: Box<str>,
    /// First day on which this version holds.
    pub valid_from: NaiveDate,
    /// The change that published this version.
    pub change: ChangeNumber,
}
