//! The scale of a map, and the ground that it shows.

use geo_types::{Coord, Rect};

/// The scales of maps: 1 to so many.
const SCALES: [u32; 20] = [
    50, 75, 100, 125, 200, 250, 500, 750, 1000, 1250, 2000, 2500, 5000, 7500, 10_000, 15_000,
    20_000, 25_000, 50_000, 100_000,
];

/// A map of some size on paper.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Frame {
    /// One to so many.
    pub denominator: u32,
    /// The ground of the map in EPSG:32718.
    pub window: Rect<f64>,
}

impl Frame {
    /// The largest scale at which some ground fits in the middle of a map of this width and height, with so much around it;
    /// millimetres of paper. None where no scale holds it.
    pub(crate) fn of([width, height]: [f64; 2], around: f64, ground: Rect<f64>) -> Option<Self> {
        let room = |mm: f64| (mm - 2.0 * around) / 1000.0;
        let denominator = SCALES.into_iter().find(|denominator| {
            let holds = |metres: f64, mm: f64| metres <= room(mm) * f64::from(*denominator);
            holds(ground.width(), width) && holds(ground.height(), height)
        })?;
        let half = |mm: f64| mm / 2000.0 * f64::from(denominator);
        let reach = Coord {
            x: half(width),
            y: half(height),
        };
        Some(Self {
            denominator,
            window: Rect::new(ground.center() - reach, ground.center() + reach),
        })
    }
}
