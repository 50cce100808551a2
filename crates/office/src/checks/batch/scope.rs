//! Which parcels are asked about.

use domain::{
    collection::Collection,
    id::{CadastralCode, Ubigeo},
};
use query::{Layer, Snapshot};

use super::BatchRequest;
use crate::{Kind, Problem, checks::World, parcels};

/// Codes in one list.
const CODES_MAX: usize = 10_000;

/// A parcel that is asked about.
pub(super) enum Item {
    /// A parcel by its place in the layer of a world.
    Parcel { world: usize, place: usize },
    /// A code without a parcel.
    Absent(String, Problem),
}

/// Which parcels.
pub(super) enum Scope {
    Codes(Vec<String>),
    /// Those whose codes begin so.
    Within(Ubigeo, String),
    All(Ubigeo),
}

impl Scope {
    pub(super) fn of(request: &BatchRequest) -> Result<Self, Problem> {
        let one_way = || {
            Problem::new(
                Kind::BadRequest,
                "Diga los predios de una sola manera.",
                "Pase uno de estos miembros: «predios» (lista de códigos), «manzana» (11 dígitos), «sector» (8 dígitos) o «ubigeo».",
            )
        };
        let within = |code: &str, digits: usize, what: &str| {
            let whole = code.len() == digits && code.bytes().all(|digit| digit.is_ascii_digit());
            match code.get(..6).and_then(|ubigeo| ubigeo.parse().ok()) {
                Some(ubigeo) if whole => Ok(Self::Within(ubigeo, code.to_owned())),
                _ => Err(Problem::new(
                    Kind::BadRequest,
                    format!("«{code}» no es el código de {what}."),
                    format!("Son {digits} dígitos, y los seis primeros el ubigeo."),
                )),
            }
        };
        match (
            &request.predios,
            &request.manzana,
            &request.sector,
            request.ubigeo,
        ) {
            (Some(codes), None, None, None) if codes.len() > CODES_MAX => Err(Problem::new(
                Kind::TooLarge,
                format!(
                    "La lista tiene {} predios; se admiten {CODES_MAX}.",
                    codes.len()
                ),
                "Pida una manzana, un sector o un municipio, o parta la lista.",
            )),
            (Some(codes), None, None, None) if !codes.is_empty() => Ok(Self::Codes(codes.clone())),
            (None, Some(code), None, None) => within(code, 11, "una manzana"),
            (None, None, Some(code), None) => within(code, 8, "un sector"),
            (None, None, None, Some(ubigeo)) => Ok(Self::All(ubigeo)),
            _ => Err(one_way()),
        }
    }

    /// The municipalities that are asked.
    pub(super) fn places(&self) -> Vec<Ubigeo> {
        match self {
            Self::Within(ubigeo, _) | Self::All(ubigeo) => vec![*ubigeo],
            Self::Codes(codes) => {
                let mut places: Vec<Ubigeo> = codes
                    .iter()
                    .filter_map(|code| code.parse::<CadastralCode>().ok()?.ubigeo().ok())
                    .collect();
                places.sort_unstable();
                places.dedup();
                places
            }
        }
    }

    /// Refuses a question about a municipality that is not there; in a list, a code of it has a line of its own.
    pub(super) fn needs(&self, ubigeo: Ubigeo) -> Result<(), Problem> {
        match self {
            Self::Codes(_) => Ok(()),
            Self::Within(..) | Self::All(_) => Err(no_municipality(ubigeo)),
        }
    }

    pub(super) fn places_now(&self, snapshot: &Snapshot) -> Result<Vec<World>, Problem> {
        let mut worlds = Vec::new();
        for ubigeo in self.places() {
            match snapshot.municipalities.get(&ubigeo) {
                Some(land) => worlds.push(World::now(snapshot, land)),
                None => self.needs(ubigeo)?,
            }
        }
        Ok(worlds)
    }

    pub(super) fn items(self, worlds: &[World]) -> Result<Vec<Item>, Problem> {
        let layer = |world: usize| worlds.get(world)?.land.layer(&Collection::Parcels);
        let all = |layer: &Layer, prefix: &str| -> Vec<Item> {
            // Codes are in order: those that begin alike are together.
            let features = layer.features();
            let from = features.partition_point(|parcel| *parcel.code < *prefix);
            let within = features[from..]
                .iter()
                .take_while(|parcel| parcel.code.starts_with(prefix))
                .count();
            (from..from + within)
                .map(|place| Item::Parcel { world: 0, place })
                .collect()
        };
        match self {
            Self::All(_) => Ok(layer(0).map_or_else(Vec::new, |layer| all(layer, ""))),
            Self::Within(_, prefix) => {
                let items = layer(0).map_or_else(Vec::new, |layer| all(layer, &prefix));
                if items.is_empty() {
                    return Err(Problem::new(
                        Kind::NotFound,
                        format!("No hay ningún predio cuyo código empiece por {prefix}."),
                        "Compruebe el código de la manzana o del sector, y la fecha.",
                    ));
                }
                Ok(items)
            }
            Self::Codes(codes) => Ok(codes
                .into_iter()
                .map(|code| {
                    let parsed = match parcels::parse(&code) {
                        Ok(parsed) => parsed,
                        Err(problem) => return Item::Absent(code, problem),
                    };
                    (0..worlds.len())
                        .find_map(|world| {
                            let place = layer(world)?.place_of(parsed.as_str())?;
                            Some(Item::Parcel { world, place })
                        })
                        .unwrap_or_else(|| {
                            let problem = parcels::absent(&parsed);
                            Item::Absent(code, problem)
                        })
                })
                .collect()),
        }
    }
}

pub(crate) fn no_municipality(ubigeo: Ubigeo) -> Problem {
    Problem::new(
        Kind::NotFound,
        format!("El servicio no tiene ningún municipio {ubigeo}."),
        "Los municipios están en /ogc/collections/municipios/items.",
    )
}
