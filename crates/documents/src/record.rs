//! The ficha of a parcel: all that is public of it.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    border::{self, Told},
    parcel::{Head, Kin, Parcel, further},
    press::{Document, Misprint, Template},
    text::shown,
    words::day,
};

/// Parcels of one kind of kin that a ficha names; of more it says how many.
const KIN_MAX: usize = 40;

#[derive(Serialize)]
struct Data {
    predio: Head,
    atributos: Vec<Value>,
    linderos: Vec<Told>,
    vertices: usize,
    antecesores: Vec<Value>,
    sucesores: Vec<Value>,
    antecesores_mas: usize,
    sucesores_mas: usize,
}

/// The ficha of a parcel.
pub fn record(parcel: &Parcel<'_>) -> Result<Document, Misprint> {
    Document::new(
        Template::Record,
        &Data {
            predio: Head::of(parcel),
            atributos: further(parcel),
            linderos: border::told(parcel.boundaries),
            vertices: parcel
                .data
                .rings
                .iter()
                .map(|ring| ring.vertices.len())
                .sum(),
            antecesores: kin(&parcel.ancestors),
            sucesores: kin(&parcel.descendants),
            antecesores_mas: parcel.ancestors.len().saturating_sub(KIN_MAX),
            sucesores_mas: parcel.descendants.len().saturating_sub(KIN_MAX),
        },
    )
}

fn kin(kin: &[Kin]) -> Vec<Value> {
    kin.iter()
        .take(KIN_MAX)
        .map(|one| {
            json!({"codigo": one.code, "operacion": shown(&one.operation, 30), "fecha": day(one.day)})
        })
        .collect()
}
