//! The kinds of parameter that a zone may have: how each is measured and compared. Their numbers are data.
//!
//! To add a kind: 1. a variant here with its name, unit and bound; 2. how it is measured, in `urban/measures.rs`; 3. its
//! word in `schemas/norma.schema.json`.

use serde::{Deserialize, Serialize};

/// A quantity that a zone limits (RATDUS, DS 012-2022-VIVIENDA; Ley 29090 art. 14, contents of the certificate).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Parameter {
    /// Floors above ground.
    #[serde(rename = "altura_maxima_pisos")]
    MaxFloors,
    /// Height, in metres.
    #[serde(rename = "altura_maxima_m")]
    MaxHeight,
    /// Height at least, in metres.
    #[serde(rename = "altura_minima_m")]
    MinHeight,
    /// Floor area by lot area, in m²/m².
    #[serde(rename = "coeficiente_maximo")]
    MaxRatio,
    /// The same, at least.
    #[serde(rename = "coeficiente_minimo")]
    MinRatio,
    /// Ground without roof, in per cent of the lot.
    #[serde(rename = "area_libre_minima_pct")]
    MinOpen,
    /// From the border on a street, in metres.
    #[serde(rename = "retiro_frontal_m")]
    FrontSetback,
    /// From the borders on the right and left, in metres.
    #[serde(rename = "retiro_lateral_m")]
    SideSetback,
    /// From the rear border, in metres.
    #[serde(rename = "retiro_posterior_m")]
    RearSetback,
    /// Area of a lot, in square metres.
    #[serde(rename = "lote_normativo_m2")]
    MinLot,
    /// Front of a lot, in metres.
    #[serde(rename = "frente_minimo_m")]
    MinFront,
    /// People by hectare of lots.
    #[serde(rename = "densidad_neta_maxima_hab_ha")]
    MaxDensity,
    /// Places for cars.
    #[serde(rename = "estacionamientos")]
    Parking,
}

/// On which side of a limit is right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// The value is no more than the limit.
    AtMost,
    /// The value is no less.
    AtLeast,
}

impl Parameter {
    /// All kinds, in the order in which people read them.
    pub const ALL: [Self; 13] = [
        Self::MaxFloors,
        Self::MaxHeight,
        Self::MinHeight,
        Self::MaxRatio,
        Self::MinRatio,
        Self::MinOpen,
        Self::FrontSetback,
        Self::SideSetback,
        Self::RearSetback,
        Self::MinLot,
        Self::MinFront,
        Self::MaxDensity,
        Self::Parking,
    ];

    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::MaxFloors => "altura_maxima_pisos",
            Self::MaxHeight => "altura_maxima_m",
            Self::MinHeight => "altura_minima_m",
            Self::MaxRatio => "coeficiente_maximo",
            Self::MinRatio => "coeficiente_minimo",
            Self::MinOpen => "area_libre_minima_pct",
            Self::FrontSetback => "retiro_frontal_m",
            Self::SideSetback => "retiro_lateral_m",
            Self::RearSetback => "retiro_posterior_m",
            Self::MinLot => "lote_normativo_m2",
            Self::MinFront => "frente_minimo_m",
            Self::MaxDensity => "densidad_neta_maxima_hab_ha",
            Self::Parking => "estacionamientos",
        }
    }

    /// The name of the finding about it.
    pub fn finding(self) -> &'static str {
        match self {
            Self::MaxFloors => "altura_maxima",
            Self::MaxHeight => "altura_maxima_metros",
            Self::MinHeight => "altura_minima",
            Self::MaxRatio => "coeficiente_maximo",
            Self::MinRatio => "coeficiente_minimo",
            Self::MinOpen => "area_libre",
            Self::FrontSetback => "retiro_frontal",
            Self::SideSetback => "retiro_lateral",
            Self::RearSetback => "retiro_posterior",
            Self::MinLot => "lote_normativo",
            Self::MinFront => "frente_minimo",
            Self::MaxDensity => "densidad",
            Self::Parking => "estacionamientos",
        }
    }

    /// Its unit.
    pub fn unit(self) -> &'static str {
        match self {
            Self::MaxFloors => "pisos",
            Self::MaxHeight
            | Self::MinHeight
            | Self::FrontSetback
            | Self::SideSetback
            | Self::RearSetback
            | Self::MinFront => "m",
            Self::MaxRatio | Self::MinRatio => "m²/m²",
            Self::MinOpen => "%",
            Self::MinLot => "m²",
            Self::MaxDensity => "hab/ha",
            Self::Parking => "plazas",
        }
    }

    /// On which side of the limit is right.
    pub fn bound(self) -> Bound {
        match self {
            Self::MaxFloors | Self::MaxHeight | Self::MaxRatio | Self::MaxDensity => Bound::AtMost,
            Self::MinHeight
            | Self::MinRatio
            | Self::MinOpen
            | Self::FrontSetback
            | Self::SideSetback
            | Self::RearSetback
            | Self::MinLot
            | Self::MinFront
            | Self::Parking => Bound::AtLeast,
        }
    }

    /// Whether only whole numbers make sense: a limit between two is the stricter one.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::MaxFloors | Self::Parking)
    }

    /// The largest value that a file may give it without being taken for a slip of a finger.
    pub fn plausible_max(self) -> f64 {
        match self {
            // The tallest building of Peru has 34 floors and 144 m.
            Self::MaxFloors => 60.0,
            Self::MaxHeight | Self::MinHeight => 250.0,
            Self::MaxRatio | Self::MinRatio => 40.0,
            // Per cent, and metres.
            Self::MinOpen | Self::FrontSetback | Self::SideSetback | Self::RearSetback => 100.0,
            // Ten square kilometres, a rural holding.
            Self::MinLot => 1e7,
            Self::MinFront => 1_000.0,
            Self::MaxDensity => 10_000.0,
            Self::Parking => 100_000.0,
        }
    }

    /// The stricter of two limits.
    pub fn stricter(self, a: f64, b: f64) -> f64 {
        match self.bound() {
            Bound::AtMost => a.min(b),
            Bound::AtLeast => a.max(b),
        }
    }
}
