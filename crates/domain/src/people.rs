//! Who may do what, and where. One table decides ([`permission::TABLE`]); the database holds the place again
//! underneath, row by row.

mod actor;
mod decider;
pub mod permission;
mod role;

pub use actor::{Account, Actor};
pub use decider::{Decider, SamePerson};
pub use permission::{Action, Denied, permit};
pub use role::{Grant, Grants, InvalidGrants, Role};
