//! The polygons that loose lines enclose: a survey drawn in CAD is lines, and each lot is what lies between them.
//!
//! Ends that come within the tolerance of each other, or of a line, meet there; lines that cross are cut. What then bounds
//! nothing on one side or the other is left out, and its open ends are told with the place nearest to them.

mod faces;
mod network;
mod open;

use geo_types::{LineString, Polygon};

use self::network::Network;
pub use self::open::OpenEnd;

/// What came of some lines.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Polygonised {
    /// Each a face of the network: none overlaps another; holes are where other faces are not.
    pub polygons: Vec<Polygon<f64>>,
    /// Ends that meet nothing.
    pub open: Vec<OpenEnd>,
}

/// The lines cut each other into more pieces than was allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("more than {limit} pieces")]
pub struct Tangled {
    /// The limit.
    pub limit: usize,
}

/// Builds the polygons that `lines` enclose; `snap` is the distance below which two places are one. Coordinates that are
/// no numbers are passed over.
pub fn polygonise(
    lines: &[LineString<f64>],
    snap: f64,
    pieces_max: usize,
) -> Result<Polygonised, Tangled> {
    let mut network = Network::of(lines, snap, pieces_max)?;
    let open = open::ends(&network, lines, snap);
    let polygons = faces::polygons(&mut network, snap);
    Ok(Polygonised { polygons, open })
}

#[cfg(test)]
mod tests;
