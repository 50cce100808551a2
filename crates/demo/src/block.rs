//! A block cut into lots.
//!
//! Lots are drawn on the unit square (`s` along the block, `t` across it, both from 0 to 1) and put on the ground
//! through the block's corners. Wherever a lot's corner lies on another lot's side, that side gets the corner too, so
//! neighbours share every vertex, no millimetre is lost between them, and the areas of the lots add up to the block's.

use std::collections::BTreeSet;

use geo_types::{Coord, LineString, Polygon};

use crate::{
    grid::{Cell, Grid, to_millimetre, whole},
    noise::{Draw, Noise},
    purpose::Purpose,
};

/// A lot as drawn on the unit square.
#[derive(Clone, Debug, PartialEq)]
pub struct Lot {
    /// Corners against the clock, the first not repeated.
    ring: Vec<[f64; 2]>,
    /// Side of the block at which it has its front.
    pub side: Side,
    /// Metres from the west or south end of that side to the middle of its front.
    pub along_m: f64,
}

/// Side of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Towards the street in the south.
    South,
    /// Towards the street in the east.
    East,
    /// Towards the street in the north.
    North,
    /// Towards the street in the west.
    West,
}

/// A block with its lots.
#[derive(Clone, Debug)]
pub struct Block {
    corners: [Coord<f64>; 4],
    /// The lots, around the block from its south-western corner.
    pub lots: Vec<Lot>,
}

/// Depth of the lots that face the short sides of a block, in metres.
const END_DEPTH_M: (f64, f64) = (20.0, 26.0);
/// Of what an L-shaped lot's neighbour keeps of its depth.
const SHORTENED: f64 = 0.58;

impl Block {
    /// The block of a cell, all of it.
    pub fn cut(grid: &Grid, cell: Cell) -> Self {
        let corners = grid.block_corners(cell);
        let length = f64::midpoint(width(corners, 0), width(corners, 2));
        let depth = f64::midpoint(width(corners, 1), width(corners, 3));
        let lots = if Purpose::of(grid, cell) == Purpose::Lots {
            Cut {
                noise: grid.noise().inside(Draw::Cut, cell.0, cell.1),
                length,
                depth,
            }
            .lots()
        } else {
            vec![undivided(length)]
        };
        Self { corners, lots }
    }

    /// The block of a cell cut into `count` lots and no more: the last block of a town.
    pub fn cut_into(grid: &Grid, cell: Cell, count: usize) -> Self {
        let corners = grid.block_corners(cell);
        let length = width(corners, 0);
        let lots = if count < 2 {
            vec![undivided(length)]
        } else {
            let even = |n: usize| (0..=n).map(|k| k as f64 / n as f64).collect::<Vec<_>>();
            let mut lots = row(&even(count - count / 2), 0.0, 0.5, Side::South, length);
            lots.extend(
                row(&even(count / 2), 0.5, 1.0, Side::North, length)
                    .into_iter()
                    .rev(),
            );
            lots
        };
        Self { corners, lots }
    }

    /// The ground of each lot, in EPSG:32718, in the order of `lots`.
    pub fn shapes(&self) -> Vec<Polygon<f64>> {
        let corners: BTreeSet<[u64; 2]> = self
            .lots
            .iter()
            .flat_map(|lot| &lot.ring)
            .map(|at| at.map(f64::to_bits))
            .collect();
        let corners: Vec<[f64; 2]> = corners
            .into_iter()
            .map(|at| at.map(f64::from_bits))
            .collect();
        self.lots
            .iter()
            .map(|lot| self.on_ground(&lot.ring, &corners))
            .collect()
    }

    /// The ground of the block, with a vertex at each border between two lots.
    pub fn shape(&self) -> Polygon<f64> {
        let corners: Vec<[f64; 2]> = self
            .lots
            .iter()
            .flat_map(|lot| &lot.ring)
            .copied()
            .collect();
        self.on_ground(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], &corners)
    }

    #[expect(
        clippy::float_cmp,
        reason = "corners on one line have the same number, copied and never computed twice"
    )]
    fn on_ground(&self, ring: &[[f64; 2]], corners: &[[f64; 2]]) -> Polygon<f64> {
        let mut line = Vec::with_capacity(ring.len() + 4);
        let ends = ring.iter().skip(1).chain(ring.first());
        for (from, to) in ring.iter().zip(ends) {
            line.push(self.ground(*from));
            // Sides run along one axis of the square: `still` is the coordinate that does not change.
            let still = usize::from(from[0] == to[0]) ^ 1;
            let moving = 1 - still;
            let (low, high) = (from[moving].min(to[moving]), from[moving].max(to[moving]));
            let mut between: Vec<f64> = corners
                .iter()
                .filter(|at| at[still] == from[still] && low < at[moving] && at[moving] < high)
                .map(|at| at[moving])
                .collect();
            between.sort_by(f64::total_cmp);
            between.dedup();
            if from[moving] > to[moving] {
                between.reverse();
            }
            line.extend(between.into_iter().map(|value| {
                let mut at = *from;
                at[moving] = value;
                self.ground(at)
            }));
        }
        Polygon::new(LineString(line), Vec::new())
    }

    fn ground(&self, [s, t]: [f64; 2]) -> Coord<f64> {
        let [sw, se, ne, nw] = self.corners;
        let at = (sw * (1.0 - s) + se * s) * (1.0 - t) + (nw * (1.0 - s) + ne * s) * t;
        Coord {
            x: to_millimetre(at.x),
            y: to_millimetre(at.y),
        }
    }
}

fn width(corners: [Coord<f64>; 4], side: usize) -> f64 {
    let step = corners[(side + 1) % 4] - corners[side];
    (step.x * step.x + step.y * step.y).sqrt()
}

fn undivided(length: f64) -> Lot {
    Lot {
        ring: vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
        side: Side::South,
        along_m: length / 2.0,
    }
}

fn rectangle(s: [f64; 2], t: [f64; 2]) -> Vec<[f64; 2]> {
    vec![[s[0], t[0]], [s[1], t[0]], [s[1], t[1]], [s[0], t[1]]]
}

/// A row of lots between two depths, from west to east.
fn row(cuts: &[f64], bottom: f64, top: f64, side: Side, length: f64) -> Vec<Lot> {
    let lot = |pair: &[f64]| Lot {
        ring: rectangle([pair[0], pair[1]], [bottom, top]),
        side,
        along_m: f64::midpoint(pair[0], pair[1]) * length,
    };
    cuts.windows(2).map(lot).collect()
}

/// How one block is cut.
struct Cut {
    noise: Noise,
    length: f64,
    depth: f64,
}

impl Cut {
    fn draw(&self, what: i32, low: f64, high: f64) -> f64 {
        self.noise.between(Draw::Cut, what, 0, low, high)
    }

    fn lots(&self) -> Vec<Lot> {
        let middle = self.draw(0, 0.45, 0.55);
        let west = self.end(1);
        let east = 1.0 - self.end(2);
        let mut lots = self.long_row(3, [west, east], [0.0, middle], Side::South);
        if east < 1.0 {
            lots.extend(self.short_row(4, [east, 1.0], Side::East));
        }
        lots.extend(
            self.long_row(5, [west, east], [middle, 1.0], Side::North)
                .into_iter()
                .rev(),
        );
        if west > 0.0 {
            lots.extend(self.short_row(6, [0.0, west], Side::West).into_iter().rev());
        }
        lots
    }

    /// The share of the block's length that faces the street at one end: often none.
    fn end(&self, what: i32) -> f64 {
        if self.noise.one_in(3, Draw::Cut, what, 1) {
            return 0.0;
        }
        self.draw(what, END_DEPTH_M.0, END_DEPTH_M.1) / self.length
    }

    fn short_row(&self, what: i32, s: [f64; 2], side: Side) -> Vec<Lot> {
        let cuts = self.fronts(what, 0.0, 1.0, self.depth);
        let lot = |pair: &[f64]| Lot {
            ring: rectangle(s, [pair[0], pair[1]]),
            side,
            along_m: f64::midpoint(pair[0], pair[1]) * self.depth,
        };
        cuts.windows(2).map(lot).collect()
    }

    fn long_row(
        &self,
        what: i32,
        [west, east]: [f64; 2],
        [bottom, top]: [f64; 2],
        side: Side,
    ) -> Vec<Lot> {
        let mut cuts = self.fronts(what, west, east, self.length);
        // Now and then an owner holds two lots side by side.
        if cuts.len() > 5 && self.noise.one_in(4, Draw::Cut, what, 2) {
            let inner = cuts.len() - 2;
            cuts.remove(1 + self.pick(what, 3, inner));
        }
        let mut lots = row(&cuts, bottom, top, side, self.length);
        if lots.len() > 4 && self.noise.one_in(3, Draw::Cut, what, 4) {
            let first = 1 + self.pick(what, 5, lots.len() - 3);
            bend(&mut lots, first, [bottom, top], side);
        }
        lots
    }

    fn pick(&self, what: i32, which: i32, among: usize) -> usize {
        usize::try_from(self.noise.bits(Draw::Cut, what, which) % among as u64).unwrap_or_default()
    }

    /// Cuts between lots from `low` to `high`, which are shares of `length` metres.
    fn fronts(&self, what: i32, low: f64, high: f64, length: f64) -> Vec<f64> {
        let wanted = self.draw(what, 7.2, 9.8);
        let count = whole((high - low) * length / wanted).max(1);
        let weights: Vec<f64> = (0..count)
            .map(|k| self.noise.between(Draw::Cut, what, 10 + k, 0.85, 1.15))
            .collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let mut cuts = vec![low];
        for weight in &weights[1..] {
            sum += weight;
            cuts.push(low + (high - low) * sum / total);
        }
        cuts.push(high);
        cuts
    }
}

/// Gives the rear of the lot after `first` to `first`, which takes the shape of an L.
fn bend(lots: &mut [Lot], first: usize, [bottom, top]: [f64; 2], side: Side) {
    let [near, far] = if side == Side::South {
        [bottom, top]
    } else {
        [top, bottom]
    };
    let depth = near + (far - near) * SHORTENED;
    let [a, b] = [lots[first].ring[0][0], lots[first].ring[1][0]];
    let c = lots[first + 1].ring[1][0];
    let mut ring = vec![
        [a, near],
        [b, near],
        [b, depth],
        [c, depth],
        [c, far],
        [a, far],
    ];
    if side != Side::South {
        // Mirrored: the same corners run with the clock.
        ring.reverse();
    }
    lots[first].ring = ring;
    let [low, high] = if depth < near {
        [depth, near]
    } else {
        [near, depth]
    };
    lots[first + 1].ring = rectangle([b, c], [low, high]);
}
