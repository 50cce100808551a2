//! What people do: one act, one function, one transaction; and the Spanish shapes and words they see.

pub mod checks;
pub mod data;
pub mod demonstration;
pub mod moment;
mod parcels;
pub mod past;
pub mod place;
pub mod problem;
pub mod setup;
pub mod surveys;
pub mod view;

use std::sync::Arc;

pub use problem::{Kind, Problem};

/// The office: acts and answers over one database and the snapshots made of it.
#[derive(Clone)]
pub struct Office {
    /// Where the land is kept.
    pub store: store::Store,
    /// What answers now.
    pub feed: Arc<query::Feed>,
}
