//! The words of the black-box tests: an office with its own folder, what is typed there, and what its service answers.

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on ends here"
)]

mod data;
mod office;
mod service;

pub use data::shared;
pub use office::{Answer, Office, count};
pub use service::{Reply, Service};
