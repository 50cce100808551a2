//! What a block is for.

use crate::{
    grid::{Cell, Grid},
    noise::Draw,
};

/// What a block is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Purpose {
    /// Cut into lots.
    Lots,
    /// A square or a park.
    Park,
    /// A school.
    School,
    /// A health centre.
    Health,
    /// A market, a bus station, a cemetery.
    Service,
}

impl Purpose {
    /// What the block of a cell is for. The one at the seat is the main square.
    pub fn of(grid: &Grid, cell: Cell) -> Self {
        if cell == (0, 0) {
            return Self::Park;
        }
        match grid.noise().bits(Draw::Purpose, cell.0, cell.1) % 200 {
            0..=3 => Self::Park,
            4..=6 => Self::School,
            7 => Self::Health,
            8..=9 => Self::Service,
            _ => Self::Lots,
        }
    }

    /// The class of its zone, where it has one of its own.
    pub fn zone(self) -> Option<&'static str> {
        match self {
            Self::Lots => None,
            Self::Park => Some("ZRP"),
            Self::School => Some("E1"),
            Self::Health => Some("H2"),
            Self::Service => Some("OU"),
        }
    }

    /// The use of its one lot.
    pub fn land_use(self) -> Option<&'static str> {
        match self {
            Self::Lots => None,
            Self::Park => Some("recreación pública"),
            Self::School => Some("educación"),
            Self::Health => Some("salud"),
            Self::Service => Some("otros usos"),
        }
    }
}
