//! The words of the black-box tests: an office with its own folder, what is typed there, and what its service answers.

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on ends here"
)]

mod browser;
pub mod comodoro;
mod data;
mod demonstration;
pub mod desk;
pub mod edits;
pub mod federation;
mod identity;
pub mod institute;
mod mailbox;
pub mod norms;
mod office;
pub mod pages;
pub mod participation;
mod people;
mod service;
pub mod shelf;
pub mod town;
pub mod window;
pub mod writes;

pub use browser::Browser;
pub use data::shared;
pub use identity::IdentityProvider;
pub use mailbox::{Mail, Mailbox};
pub use office::{Answer, Office, count};
pub use people::{sample, wait_until_examined};
pub use service::{Call, Reply, Service, encoded, ids};
