//! Surveys: what a file brings, what is found in it and what it changes.
//!
//! A fault in someone's data is a [`Finding`]; it spoils its own row and never stops the rest.

mod bands;
mod catalogue;
mod changes;
pub mod compare;
mod finding;
mod row;
pub mod rules;

pub use bands::AreaBands;
pub use catalogue::{Catalogue, CatalogueError, RuleEntry, Tolerance};
pub use changes::{ChangeCounts, ChangeKind};
pub use finding::{Finding, RuleCode, Severity, Tally, TallyEntry};
pub use row::RawShape;
