//! The doors over HTTP: `/ogc` for GIS clients, `/api` for programs, `/` for people.
//!
//! A handler reads what was asked, calls one act or one answer of the office, and writes one shape.

mod app;
mod doors;
mod hygiene;
mod ogc;
mod people;
mod problem;
mod programs;
mod serve;
mod session;

pub use app::router;
pub use doors::{Doors, Practice, Settings};
pub use hygiene::limits::PerMinute;
pub use serve::serve;
