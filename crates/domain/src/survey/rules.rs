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
//! | `linea_abierta`, `rotulo`, `vertices_invalidos`, `vertices_dudosos` | what a row is put together of | [`drawn`] |
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
//! | `sin_zona` | parcels and zones | `zone` |
//! | `hijos_no_completan`, `codigo_en_uso`, `editado_a_la_vez` | what a file changes | [`succession`] |
//!
//! Rules without a link look at the fabric, and are asked by [`super::fabric::check`]; [`parcel`] asks those of one
//! valid shape.

pub(super) mod block;
pub(super) mod border;
pub mod code;
pub mod declared_area;
pub mod drawn;
pub(super) mod gap;
pub(super) mod overlap;
pub mod place;
pub mod plausible;
pub mod repeated;
pub(super) mod road;
mod said;
#[cfg(test)]
pub(crate) mod samples;
pub mod shape;
pub mod sliver;
pub mod succession;
pub mod vertices;
pub(super) mod zone;

use super::{Finding, Tolerances, fabric::Lot};

/// All findings of the rules about one parcel's valid shape.
pub fn parcel(lot: &Lot<'_>, tolerances: &Tolerances) -> impl Iterator<Item = Finding> + use<> {
    [
        vertices::repeated_vertices(lot, tolerances.repeated_vertex),
        vertices::spike(lot, &tolerances.spike),
        vertices::short_sides(lot, tolerances.short_side, tolerances.repeated_vertex),
        sliver::sliver(lot, tolerances.sliver),
    ]
    .into_iter()
    .flatten()
}
