//! Certificates: what an officer signs of a place, for as long as the law says.
//!
//! To add a kind: 1. a variant and its name in [`Kind`]; 2. its file in `data/certificados/`, which says its title, its
//! law and its months.

mod alphabet;
pub mod canonical;
mod code;
mod kind;
mod number;
mod rules;
mod sheet;
mod standing;
mod state;

pub use code::{InvalidShortCode, ShortCode};
pub use kind::{Kind, UnknownKind};
pub use number::{CertificateNumber, InvalidNumber};
pub use rules::{Field, FieldFault, Need, Prevails, Rules};
pub use sheet::{MapKind, MapShape, Sheet, Signatory};
pub use standing::{Annulment, Standing, expiry};
pub use state::{Illegal, State, Step};
