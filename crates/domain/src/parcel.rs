//! A parcel on paper: the table of its outline, and what it borders on.

pub mod boundary;
pub mod technical_data;
