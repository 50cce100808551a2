//! The memoria descriptiva.

use serde::Serialize;

use crate::{
    border::{self, Told},
    parcel::{Head, Parcel},
    press::{Document, Misprint, Template},
    table::Table,
};

#[derive(Serialize)]
struct Data {
    predio: Head,
    orientacion: String,
    linderos: Vec<Told>,
    cuadro: Table,
    partes: usize,
    excluidos: usize,
}

/// The memoria of a parcel: where it lies, its boundaries by the four sides, its areas, its table.
pub fn memoria(parcel: &Parcel<'_>) -> Result<Document, Misprint> {
    let holes = parcel.shape.iter().map(|part| part.interiors().len()).sum();
    Document::new(
        Template::Memoria,
        &Data {
            predio: Head::of(parcel),
            orientacion: border::orientation(&parcel.boundaries.orientation),
            linderos: border::told(parcel.boundaries),
            cuadro: Table::of(parcel.data),
            partes: parcel.shape.0.len(),
            excluidos: holes,
        },
    )
}
