//! The doors over HTTP: `/ogc` for GIS clients, `/api` for programs, `/` for people.
//!
//! A handler reads what was asked, calls one act or one answer of the office, and writes one shape.

mod app;
mod ogc;
mod people;
mod problem;
mod programs;

pub use app::{router, serve};
