//! Reference systems, and the named operations between them.
//!
//! Coordinates are always east before north and longitude before latitude, whatever a registry says of the order.
//! The official system is EPSG:32718 (WGS 84 / UTM zone 18S).

mod lon_lat;
mod named;
mod operation;
mod served;
mod vertices;

pub use lon_lat::{LonLat, from_lon_lat, geometry_from_lon_lat, geometry_to_lon_lat, to_lon_lat};
pub use named::{Crs, UnknownCrs};
pub use operation::{NoOperation, ToOfficial};
pub use served::{DEFAULT, SERVED, STORAGE, Served};
pub use vertices::OutOfDomain;

/// The official system.
pub const OFFICIAL: &str = "EPSG:32718";

/// Longitude and latitude on WGS 84, in that order: what `GeoJSON` is in.
pub const CRS84: &str = "OGC:CRS84";
