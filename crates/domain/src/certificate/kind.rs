use std::{fmt, str::FromStr};

/// What a certificate is of. Its law, its months and its title are data (`data/certificados/<name>.json`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Urban and building parameters.
    Parameters,
    /// Zoning and roads, for a habilitación urbana.
    ZoningAndRoads,
    /// The property line against the street.
    Alignment,
    /// Whether an activity may be in the place.
    CompatibleUse,
    /// The number of a door.
    DoorNumber,
    /// The name of a street or place.
    PlaceName,
    /// No parcel is registered in the place.
    NotRegistered,
    /// A parcel is registered in the place.
    Registered,
    /// Somebody possesses the parcel.
    Possession,
    /// Plans agree with the cadastre.
    PlansSeen,
}

/// The text names no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such kind of certificate")]
pub struct UnknownKind;

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Parameters,
        Self::ZoningAndRoads,
        Self::Alignment,
        Self::CompatibleUse,
        Self::DoorNumber,
        Self::PlaceName,
        Self::NotRegistered,
        Self::Registered,
        Self::Possession,
        Self::PlansSeen,
    ];

    /// The name that people and files know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parameters => "parametros",
            Self::ZoningAndRoads => "zonificacion_vias",
            Self::Alignment => "alineamiento",
            Self::CompatibleUse => "compatibilidad_uso",
            Self::DoorNumber => "numeracion",
            Self::PlaceName => "nomenclatura",
            Self::NotRegistered => "catastro_negativo",
            Self::Registered => "catastro_positivo",
            Self::Possession => "constancia_posesion",
            Self::PlansSeen => "visacion_planos",
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or(UnknownKind)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
