//! The kinds of check, a file each.

pub(super) mod footprint;
pub(super) mod ground;
pub(super) mod limits;
pub(super) mod overlays;
pub(super) mod uses;
