//! What can be wrong with a shape.

use geo_types::Coord;

/// The first fault found in a shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Where; for some kinds one place of several.
    pub at: Coord<f64>,
}

/// Why a shape is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// There is no ring, or a part has none.
    Empty,
    /// A coordinate is not a number, infinite, or beyond [`COORDINATE_MAX_M`](super::COORDINATE_MAX_M).
    NotFinite,
    /// A ring does not end where it began. `Polygon` closes its rings, so none comes that way today.
    NotClosed,
    /// A ring has fewer than three different corners in a row.
    TooFewPoints,
    /// Two borders cross, or run along each other.
    SelfIntersection,
    /// A ring goes out to a point and comes back on the same line. GEOS calls it a self-intersection.
    Spike,
    /// A ring meets itself at a point.
    RingSelfTouch,
    /// Two rings have the very same corners.
    DuplicateRings,
    /// A hole lies outside its shell.
    HoleOutsideShell,
    /// A hole lies inside another one.
    NestedHoles,
    /// A part lies on the ground of another one.
    NestedShells,
    /// Rings that touch cut the ground into pieces.
    DisconnectedInterior,
}

impl FaultKind {
    pub(super) fn at(self, at: Coord<f64>) -> Fault {
        Fault { kind: self, at }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {} {}", self.kind, self.at.x, self.at.y)
    }
}

impl std::error::Error for Fault {}
