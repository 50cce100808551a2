//! A file becomes a survey: opened under limits, read through a profile, brought to the official projection, checked
//! row by row and compared with what is in force.
//!
//! [`open`](fn@open) → [`Readable::through`] → [`Opened::census`] → [`Opened::examine`]. Nothing here writes; rows to publish leave as bytes.

mod columns;
mod edit;
mod examine;
mod load;
mod normalise;
mod notes;
mod open;
mod outside;
mod personal;
pub mod profile;
mod refusal;
mod sample;
pub mod sandbox;
pub mod unpack;

pub use columns::{BASE_COLUMN, OTHERS_COLUMN};
pub use edit::{Edited, Feature, provisional_code};
pub use examine::{Examination, Settings, Stage};
pub use load::{Batch, version_digest};
pub use open::{CodeCensus, Opened, Opening, Readable, open, said};
pub use outside::{Outside, outside};
pub use profile::Profile;
pub use refusal::Refusal;
pub use sample::Sampled;
