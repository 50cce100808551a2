//! Identifiers, made once at a door and right ever after.

mod cadastral_code;
mod ciiu;
mod ubigeo;

pub use cadastral_code::{CadastralCode, InvalidCode, LotCode, ProvisionalCode};
pub use ciiu::{Ciiu, InvalidCiiu};
pub use ubigeo::{InvalidUbigeo, Ubigeo};
