//! The streets of a town as a bent grid: crossings, widths and what lies between them.
//!
//! All corners come from [`Grid::node`] or are put between corners by [`Grid::place`], each rounded once to the
//! millimetre: who shares a corner shares its bits.

use geo_types::Coord;

use crate::{
    noise::{Draw, Noise, wave},
    place::Place,
};

/// A cell of the grid by the street at its west and the street at its south: what lies between four streets.
pub type Cell = (i32, i32);

/// From street to street along a block, in metres.
pub const PITCH_ALONG: f64 = 112.0;
/// From street to street across a block: two rows of lots and a street.
pub const PITCH_ACROSS: f64 = 62.0;
/// Every so many streets an avenue.
const AVENUE_EVERY: i32 = 7;
const AVENUE_M: f64 = 20.0;

/// The grid of one town.
#[derive(Clone, Debug)]
pub struct Grid {
    noise: Noise,
    seat: Coord<f64>,
    cos: f64,
    sin: f64,
}

/// A street of the grid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Street {
    /// The one between the cells `i - 1` and `i`.
    Across(i32),
    /// The one between the cells `j - 1` and `j`.
    Along(i32),
}

impl Street {
    /// Whether it is a wide one.
    pub fn is_avenue(self) -> bool {
        let (Self::Across(number) | Self::Along(number)) = self;
        number.rem_euclid(AVENUE_EVERY) == 0
    }
}

impl Grid {
    /// The grid of a town under its chance.
    pub fn new(place: &Place, noise: Noise) -> Self {
        let squared = place.turn * place.turn;
        Self {
            noise,
            seat: Coord {
                x: place.seat.0,
                y: place.seat.1,
            },
            cos: (1.0 - squared) / (1.0 + squared),
            sin: 2.0 * place.turn / (1.0 + squared),
        }
    }

    /// The chance of this town.
    pub fn noise(&self) -> Noise {
        self.noise
    }

    /// From the town's own axes (metres from its seat) to EPSG:32718, rounded to the millimetre.
    pub fn place(&self, own: Coord<f64>) -> Coord<f64> {
        Coord {
            x: to_millimetre(self.seat.x + own.x * self.cos - own.y * self.sin),
            y: to_millimetre(self.seat.y + own.x * self.sin + own.y * self.cos),
        }
    }

    /// Where two streets cross, on the town's own axes. The seat is in the middle of the cell (0, 0).
    pub fn own_node(&self, i: i32, j: i32) -> Coord<f64> {
        let flat = Coord {
            x: (f64::from(i) - 0.5) * PITCH_ALONG,
            y: (f64::from(j) - 0.5) * PITCH_ACROSS,
        };
        // Bends stay below one in eight and lines move by less than a twelfth of a block: cells stay convex.
        let bend = Coord {
            x: 16.0 * wave(flat.y / 1_450.0 + 0.1),
            y: 14.0 * wave(flat.x / 1_700.0 + 0.3),
        };
        let line = Coord {
            x: self.noise.between(Draw::LineAcross, i, 0, -9.0, 9.0),
            y: self.noise.between(Draw::LineAlong, 0, j, -4.0, 4.0),
        };
        let tremble = Coord {
            x: self.noise.between(Draw::Node, i, j, -1.0, 1.0),
            y: self.noise.between(Draw::Node, j, !i, -1.0, 1.0),
        };
        flat + bend + line + tremble
    }

    /// Where two streets cross, in EPSG:32718.
    pub fn node(&self, (i, j): Cell) -> Coord<f64> {
        self.place(self.own_node(i, j))
    }

    /// The middle of a cell on the town's own axes.
    pub fn own_centre(&self, (i, j): Cell) -> Coord<f64> {
        (self.own_node(i, j) + self.own_node(i + 1, j + 1)) / 2.0
    }

    /// Width of a street between the fronts of its two sides, in metres.
    pub fn width_m(&self, street: Street) -> f64 {
        if street.is_avenue() {
            return AVENUE_M;
        }
        let (i, j) = match street {
            Street::Across(i) => (i, 0),
            Street::Along(j) => (0, j),
        };
        // Whole half metres, as a plan of streets says them.
        (self.noise.between(Draw::Width, i, j, 9.6, 12.4) * 2.0).round() / 2.0
    }

    /// The corners of the block in a cell, in EPSG:32718: south-west, south-east, north-east, north-west.
    pub fn block_corners(&self, (i, j): Cell) -> [Coord<f64>; 4] {
        let nodes =
            [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| self.own_node(i, j));
        let streets = [
            Street::Along(j),
            Street::Across(i + 1),
            Street::Along(j + 1),
            Street::Across(i),
        ];
        let fronts: [Front; 4] = std::array::from_fn(|side| {
            Front::beside(
                nodes[side],
                nodes[(side + 1) % 4],
                self.width_m(streets[side]) / 2.0,
            )
        });
        std::array::from_fn(|corner| self.place(fronts[(corner + 3) % 4].meets(fronts[corner])))
    }
}

/// The line of a side's fronts.
#[derive(Clone, Copy)]
struct Front {
    start: Coord<f64>,
    step: Coord<f64>,
}

impl Front {
    /// The line at `distance` to the left of the axis from `a` to `b`.
    fn beside(a: Coord<f64>, b: Coord<f64>, distance: f64) -> Self {
        let step = b - a;
        let length = (step.x * step.x + step.y * step.y).sqrt();
        let left = Coord {
            x: -step.y,
            y: step.x,
        } * (distance / length);
        Self {
            start: a + left,
            step,
        }
    }

    fn meets(self, other: Self) -> Coord<f64> {
        let cross = self.step.x * other.step.y - self.step.y * other.step.x;
        let apart = other.start - self.start;
        let along = (apart.x * other.step.y - apart.y * other.step.x) / cross;
        self.start + self.step * along
    }
}

/// The whole number nearest to a value that is known to be small: cells, blocks, metres along a street.
#[expect(
    clippy::cast_possible_truncation,
    reason = "an f64 saturates, and no town has two thousand million streets"
)]
pub fn whole(value: f64) -> i32 {
    value.round() as i32
}

/// The one rounding of a coordinate.
pub fn to_millimetre(metres: f64) -> f64 {
    (metres * 1_000.0).round() / 1_000.0
}
