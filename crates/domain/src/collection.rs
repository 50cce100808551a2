//! The layers of the service, as people and clients name them.

use std::{fmt, str::FromStr};

/// A published layer: the closed list that the service knows rules for, and any further one that an ingest registers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Collection {
    /// Municipalities. They come from the provinces' files, never from a survey.
    Municipalities,
    /// Cadastral sectors.
    Sectors,
    /// Blocks.
    Manzanas,
    /// Parcels of land.
    Parcels,
    /// Zones of a plan in force.
    Zones,
    /// Overlays: what limits the use of land besides its zone.
    Overlays,
    /// Road axes.
    Roads,
    /// Perimeters of plan instruments.
    Plans,
    /// Footprints of projects of investment.
    Investments,
    /// Networks and planned works of water, sewage, power, roads and waste.
    Services,
    /// Any other layer, by its name.
    Other(LayerName),
}

/// Name of a further layer: a lower-case letter, then up to 39 lower-case letters, digits or `_`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LayerName(String);

/// The text names no layer and cannot name one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a layer's name is lower-case letters, digits and _")]
pub struct InvalidLayerName;

/// What shapes a layer holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShapeKind {
    /// Polygons and multipolygons.
    Areas,
    /// Lines and multilines.
    Lines,
    /// Anything.
    Any,
}

impl Collection {
    /// The layers of land that exist from the first day, in the order in which they are listed.
    pub const KNOWN: [Self; 9] = [
        Self::Sectors,
        Self::Manzanas,
        Self::Parcels,
        Self::Zones,
        Self::Overlays,
        Self::Roads,
        Self::Plans,
        Self::Investments,
        Self::Services,
    ];

    /// The name in paths and files.
    pub fn name(&self) -> &str {
        match self {
            Self::Municipalities => "municipios",
            Self::Sectors => "sectores",
            Self::Manzanas => "manzanas",
            Self::Parcels => "lotes",
            Self::Zones => "zonificacion",
            Self::Overlays => "restricciones",
            Self::Roads => "vias",
            Self::Plans => "planes",
            Self::Investments => "inversiones",
            Self::Services => "servicios",
            Self::Other(name) => &name.0,
        }
    }

    /// Whether its features share borders and hand ground on to each other: no two of them lie on one place.
    pub fn has_fabric(&self) -> bool {
        matches!(self, Self::Parcels | Self::Manzanas | Self::Sectors)
    }

    /// What shapes it takes.
    pub fn shapes(&self) -> ShapeKind {
        match self {
            Self::Municipalities
            | Self::Sectors
            | Self::Manzanas
            | Self::Parcels
            | Self::Zones
            | Self::Overlays
            | Self::Plans => ShapeKind::Areas,
            Self::Roads => ShapeKind::Lines,
            Self::Investments | Self::Services | Self::Other(_) => ShapeKind::Any,
        }
    }
}

impl FromStr for Collection {
    type Err = InvalidLayerName;

    fn from_str(text: &str) -> Result<Self, InvalidLayerName> {
        if text == Self::Municipalities.name() {
            return Ok(Self::Municipalities);
        }
        if let Some(known) = Self::KNOWN.iter().find(|known| known.name() == text) {
            return Ok(known.clone());
        }
        let mut bytes = text.bytes();
        let well_formed = bytes.next().is_some_and(|b| b.is_ascii_lowercase())
            && text.len() <= 40
            && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if well_formed {
            Ok(Self::Other(LayerName(text.to_owned())))
        } else {
            Err(InvalidLayerName)
        }
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_layers_read_back_and_others_are_named_with_care() {
        for known in Collection::KNOWN {
            assert_eq!(known.name().parse(), Ok(known));
        }
        assert!("postes_luz".parse::<Collection>().is_ok());
        for wrong in ["", "1abc", "Lotes", "a b", "drop;", "ñandu"] {
            assert!(wrong.parse::<Collection>().is_err(), "{wrong:?}");
        }
    }
}
