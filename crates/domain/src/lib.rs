//! The words and the rules of the cadastre: pure, with no I/O and no running clock.
//!
//! Start at [`survey`] for what a file must fulfil, at [`geometry`] for areas and shapes, at [`id`] for codes.
//! Lengths are metres and areas square metres on the official projection (EPSG:32718) unless a name says otherwise.

pub mod audit;
pub mod certificate;
pub mod collection;
pub mod feature;
pub mod filter;
pub mod geometry;
pub mod id;
pub mod inspection;
pub mod institute;
pub mod news;
pub mod observation;
pub mod operation;
pub mod parcel;
pub mod people;
pub mod plan;
pub mod province;
pub mod survey;
pub mod time;
pub mod urban;
