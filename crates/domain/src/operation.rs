//! Maintenance of parcels without a file: divided, joined, their common border corrected. Metres in EPSG:32718.
//!
//! Source: maintenance operations of the cadastre (Ley 28294 and DS 005-2006-JUS); lots share their borders exactly
//! (R. 05-2010-SNCP/CNC). Nothing here decides: what comes out is examined and approved like any survey.

mod codes;
mod cut;
mod front;
mod join;

use geo_types::{Coord, Polygon};

pub(crate) use self::cut::rings;
pub use self::{
    codes::{NoCodeLeft, next_codes},
    cut::{by_areas, by_line},
    front::front_m,
    join::{common_border, correct_border, join},
};

/// An end of a drawn line within so many metres of the border reaches it: nobody clicks to the millimetre.
pub const REACH_M: f64 = 0.5;
/// Places this near each other are one, in metres: rounding, far below what a survey resolves.
const SAME_PLACE_M: f64 = 1e-6;
/// Pieces that one operation may cut: a parcel has thousands of sides at most.
const PIECES_MAX: usize = 200_000;

/// Why an operation cannot be done as it is asked for.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The line leaves the parcel whole. With the end that falls short the most, and by how many metres.
    #[error("the line does not divide the parcel")]
    DoesNotDivide {
        /// The end inside of the parcel that is farthest from its border, if one is.
        short: Option<(Coord<f64>, f64)>,
    },
    /// The areas that were asked for are more than there is.
    #[error("{asked_m2} m² asked of {there_m2} m²")]
    NotEnough {
        /// Square metres asked for.
        asked_m2: f64,
        /// Square metres there are.
        there_m2: f64,
    },
    /// No area, or one that is no size.
    #[error("no areas")]
    NoAreas,
    /// A part would be in pieces: the parcel is bent across the cuts.
    #[error("part {part} would be in pieces")]
    InPieces {
        /// Its place among the parts, from 1.
        part: usize,
    },
    /// The parcels do not lie beside each other along a border.
    #[error("the parcels do not share a border")]
    Apart,
    /// The new border makes other than two parcels of the two.
    #[error("the border makes {parts} parts of two parcels")]
    OtherParts {
        /// How many.
        parts: usize,
    },
    /// The shapes cut each other into too many pieces.
    #[error("too many pieces")]
    Tangled,
}

/// What came of an operation.
pub type Parts = Result<Vec<Polygon<f64>>, Refusal>;

#[cfg(test)]
mod tests;
