//! What every request passes, whatever it asks for.

pub mod address;
pub mod headers;
pub mod limits;
pub mod log;
pub mod tags;
