//! Surveys: what a file brings, what is found in it and what it changes.
//!
//! A fault in someone's data is a [`Finding`]; it spoils its own row and never stops the rest.

mod catalogue;
mod changes;
pub mod compare;
pub mod conflict;
pub mod fabric;
mod finding;
pub mod reference;
mod row;
mod rule_code;
pub mod rules;
pub mod tolerances;

pub use catalogue::{Catalogue, CatalogueError, RuleEntry};
pub use changes::{ChangeCounts, ChangeKind};
pub use finding::{Finding, Severity, Tally, TallyEntry};
pub use row::RawShape;
pub use rule_code::RuleCode;
pub use rules::declared_area::AreaTable;
pub use tolerances::Tolerances;
