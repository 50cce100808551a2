//! What a plan says of a parcel: its corners, sides and angles, and on whom each side borders. Metres in EPSG:32718.

mod boundaries;
mod technical_data;

pub use self::{
    boundaries::{
        Around, Boundaries, Facing, NEAR_M, Orientation, Piece, STREET_REACH_M, Stretch, Toward,
        boundaries,
    },
    technical_data::{Dms, Ring, RingKind, TechnicalData, Vertex, technical_data},
};
