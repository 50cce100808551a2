//! Vector tiles of the land (Mapbox Vector Tile 2, the grid `WebMercatorQuad`), drawn from snapshots.
//!
//! A tile is a function of the features whose boxes meet it and of nothing else: that is what lets [`Cache`] drop exactly
//! the tiles that a publication changed.

mod attributes;
mod cache;
mod changes;
mod clip;
mod draw;
mod place;
mod projected;
mod shape;
mod tidy;
mod wire;

pub use cache::{Cache, Counts, Tile, Wanted};
pub use draw::{FEATURES_MAX, bytes_max, draw, draw_land, shows};
pub use place::{Place, ZOOM_MAX};
pub(crate) use projected::Projected;

/// Units along each side of a tile.
pub const EXTENT: i64 = 4_096;

/// Units around a tile that are drawn too, so that outlines do not show where tiles meet: eight pixels of 512.
pub const BUFFER: i64 = 64;

#[cfg(test)]
mod tests;
