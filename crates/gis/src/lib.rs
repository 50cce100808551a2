//! GDAL and PROJ behind one safe door: files in, and coordinates between reference systems.
//!
//! Nothing here knows what a parcel is. [`file::Source`] opens a vector file and hands out rows; [`crs`] names the
//! one operation that brings a file's coordinates to the official system (EPSG:32718). Both libraries keep state per
//! thread or per handle: a [`file::Source`] can move to another thread but not be shared, and [`crs::ToOfficial`]
//! stays on the thread that made it.

// Links the system's PROJ (see build.rs): the crate itself is used through `proj`.
extern crate proj_sys as _;

pub mod crs;
pub mod export;
pub mod file;
mod library;
pub mod limits;
pub mod package;
