//! What is asked.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// A check, as it comes in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// A parcel, by its code.
    pub predio: Option<String>,
    /// A free shape: GeoJSON polygon in longitude and latitude.
    pub geometria: Option<Shape>,
    /// A point: longitude and latitude.
    pub punto: Option<[f64; 2]>,
    /// What somebody wants to build or do there (`domain::urban::RawProposal`, and its footprint as «huella»).
    pub propuesta: Option<serde_json::Map<String, serde_json::Value>>,
    /// The day whose land and law are asked for.
    pub fecha: Option<NaiveDate>,
    /// What the service knew at that moment.
    pub conocido_a: Option<DateTime<Utc>>,
}

/// A GeoJSON polygon.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
pub enum Shape {
    /// One.
    Polygon(Vec<Vec<Vec<f64>>>),
    /// Several.
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
}

/// One of the three ways to name a place.
#[derive(Clone, Debug)]
pub enum Place {
    /// By code.
    Parcel(String),
    /// By shape.
    Shape(Shape),
    /// By point.
    Point([f64; 2]),
}

impl CheckRequest {
    /// A question about a parcel.
    pub fn of_parcel(code: &str, day: Option<NaiveDate>) -> Self {
        Self {
            predio: Some(code.to_owned()),
            fecha: day,
            ..Self::default()
        }
    }

    /// The one place that it names; none where it names none or several.
    pub(super) fn place(&mut self) -> Option<Place> {
        match (self.predio.take(), self.geometria.take(), self.punto.take()) {
            (Some(code), None, None) => Some(Place::Parcel(code)),
            (None, Some(shape), None) => Some(Place::Shape(shape)),
            (None, None, Some(point)) => Some(Place::Point(point)),
            _ => None,
        }
    }
}
