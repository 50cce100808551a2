//! Identifiers, made once at a door and right ever after.

mod cadastral_code;
mod ubigeo;

pub use cadastral_code::{CadastralCode, InvalidCode, LotCode, ProvisionalCode};
pub use ubigeo::{InvalidUbigeo, Ubigeo};
