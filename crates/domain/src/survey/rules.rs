//! The rules that a survey's rows must fulfil.
//!
//! To add a rule:
//! 1. write it as a pure function in `rules/<code>.rs`, with its tests and its source;
//! 2. give it a [`super::RuleCode`] and name it in the list below;
//! 3. write its entry (severity, source, sentence, remedy) in `data/reglas/levantamiento.json`.
//!
//! | rule | looks at | where |
//! | --- | --- | --- |
//! | `geometria_vacia`, `geometria_tipo`, `geometria_invalida` | one row's shape | [`shape`] |
//! | `codigo_invalido`, `codigo_ajeno` | one row's code | [`code`] |
//! | `codigo_duplicado`, `geometria_duplicada` | all rows of a file | [`repeated`] |
//! | `fuera_de_municipio` | one row's place | [`place`] |
//! | `traslape` | parcels beside each other, and beside what is in force | [`overlap`] |
//! | `hijos_no_completan`, `codigo_en_uso` | what a file changes | [`succession`] |
//! | `linea_abierta`, `rotulo`, `vertices_invalidos`, `vertices_dudosos` | what a row is put together of | [`drawn`] |

pub mod code;
pub mod drawn;
pub mod overlap;
pub mod place;
pub mod repeated;
pub mod shape;
pub mod succession;
