//! The river of a town.

use geo_types::Coord;

use crate::{
    noise::{Draw, Noise, wave},
    place::Place,
};

/// On each side of the river's axis nothing is built within this distance, in metres.
const FREE_M: f64 = 38.0;

/// A river that runs through a town from west to east, on the town's own axes.
#[derive(Clone, Copy, Debug)]
pub struct River {
    off: f64,
    swing: f64,
    length: f64,
    phase: f64,
}

impl River {
    /// The river of a town of about `radius` metres; none where the town has no river strip.
    pub fn of(place: &Place, noise: Noise, radius: f64) -> Option<Self> {
        let side = if noise.one_in(2, Draw::Freehand, 0, 0) {
            1.0
        } else {
            -1.0
        };
        place.themes.contains(&"faja_marginal").then(|| Self {
            off: side * radius * noise.between(Draw::Freehand, 0, 1, 0.45, 0.6),
            swing: noise.between(Draw::Freehand, 0, 2, 50.0, 80.0),
            length: noise.between(Draw::Freehand, 0, 3, 1_300.0, 1_700.0),
            phase: noise.unit(Draw::Freehand, 0, 4),
        })
    }

    /// Where it is at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.off + self.swing * wave(x / self.length + self.phase)
    }

    /// Whether a place is in its bed or too near to be built on.
    pub fn keeps_free(&self, own: Coord<f64>) -> bool {
        (own.y - self.at(own.x)).abs() < FREE_M
    }
}
