//! The municipality that a survey is for.

use domain::{id::Ubigeo, province::Municipality};
use store::Store;

use crate::{Kind, Problem, data};

/// A municipality, and where its outline comes from.
pub(super) struct Place {
    pub(super) municipality: Municipality,
    pub(super) source: String,
}

pub(super) async fn place(store: &Store, ubigeo: Ubigeo) -> Result<Place, Problem> {
    let known = store
        .municipalities()
        .await?
        .into_iter()
        .find(|m| m.ubigeo == ubigeo);
    if let Some(municipality) = known {
        return Ok(Place {
            municipality,
            source: String::new(),
        });
    }
    match data::municipality(ubigeo)? {
        Some((municipality, source)) => Ok(Place {
            municipality,
            source,
        }),
        None => Err(Problem::new(
            Kind::Refused,
            format!("No conozco el municipio {ubigeo}."),
            "Compruebe el ubigeo (seis dígitos del INEI; 220101 es Moyobamba). Las provincias conocidas están en data/provincia.",
        )),
    }
}
