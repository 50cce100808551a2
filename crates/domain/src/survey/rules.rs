//! The rules that a survey's rows must fulfil.
//!
//! To add a rule:
//! 1. write it as a pure function in `rules/<code>.rs`, with its tests and its source;
//! 2. give it a [`super::RuleCode`] and name it in the list below;
//! 3. write its entry (severity, source, sentence, remedy) in `data/reglas/levantamiento.json`, with its tolerances if
//!    it has any: their type goes to [`super::tolerances`].
//!
//! | rule | looks at | where |
//! | --- | --- | --- |
//! | `geometria_vacia`, `geometria_tipo`, `geometria_invalida` | one row's shape | [`shape`] |
//! | `vertice_repetido`, `espiga`, `lado_corto` | one row's valid shape | [`vertices`] |
//! | `astilla` | one row's valid shape | [`sliver`] |
//! | `area_declarada` | one row's shape and declared area | [`declared_area`] |
//! | `atributo_inverosimil` | one row's numbers | [`plausible`] |
//! | `codigo_invalido`, `codigo_ajeno` | one row's code | [`code`] |
//! | `codigo_duplicado`, `geometria_duplicada` | all rows of a file | [`repeated`] |
//! | `fuera_de_municipio` | one row's place | [`place`] |
//! | `traslape` | all parcels, file and in force | `overlap` |
//! | `hueco` | the same | `gap` |
//! | `borde_desigual` | the same | `border` |
//! | `fuera_de_manzana`, `manzana_desconocida`, `sector_desconocido`, `capa_vacia` | parcels, blocks, sectors | `block` |
//! | `sobre_via` | parcels and roads | `road` |
//! | `hijos_no_completan` | a parcel and its children | [`children`] |
//!
//! Rules without a link look at the fabric, and are asked by [`super::fabric::check`]; [`parcel`] asks those of one
//! valid shape.

pub(super) mod block;
pub(super) mod border;
pub mod children;
pub mod code;
pub mod declared_area;
#[cfg(test)]
pub(super) mod drawn;
pub(super) mod gap;
pub(super) mod overlap;
pub mod place;
pub mod plausible;
pub mod repeated;
pub(super) mod road;
mod said;
pub mod shape;
pub mod sliver;
pub mod vertices;

use super::{Finding, Tolerances, fabric::Lot};

/// All findings of the rules about one parcel's valid shape.
pub fn parcel(lot: &Lot<'_>, tolerances: &Tolerances) -> impl Iterator<Item = Finding> {
    [
        vertices::repeated_vertices(lot, tolerances.repeated_vertex),
        vertices::spike(lot, &tolerances.spike),
        vertices::short_sides(lot, tolerances.short_side, tolerances.repeated_vertex),
        sliver::sliver(lot, tolerances.sliver),
    ]
    .into_iter()
    .flatten()
}
