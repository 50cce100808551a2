//! Bare borders that close around empty ground.

use std::collections::HashMap;

use geo_types::Coord;

use super::borders::Exposed;
use crate::geometry::Edge;

/// The walk of a border that none has passed.
const UNSEEN: usize = usize::MAX;

/// Borders of one parcel follow each other, and where another parcel's begins they pass on to it: rings with empty
/// ground to their right. Those around a whole block turn to the left, those around a hole to the right.
///
/// Ends up to `snap` apart are one. Each ring is a list of numbers in `exposed`; no border is in two rings.
pub(in crate::survey) fn loops(exposed: &[Exposed], snap: f64) -> Vec<Vec<usize>> {
    let starts = Starts::new(exposed, snap);
    let next: Vec<Option<usize>> = exposed
        .iter()
        .map(|border| starts.after(&border.side))
        .collect();

    let mut walk_of = vec![UNSEEN; exposed.len()];
    let mut rings = Vec::new();
    for walk in 0..exposed.len() {
        let mut at = Some(walk);
        while let Some(border) = at.filter(|&border| walk_of[border] == UNSEEN) {
            walk_of[border] = walk;
            at = next[border];
        }
        // Come back on its own way: a ring begins here.
        if let Some(first) = at.filter(|&border| walk_of[border] == walk) {
            let mut ring = vec![first];
            while let Some(border) = next[ring[ring.len() - 1]].filter(|&border| border != first) {
                ring.push(border);
            }
            rings.push(ring);
        }
    }
    rings
}

/// Where borders begin, by place.
struct Starts<'a> {
    exposed: &'a [Exposed],
    snap: f64,
    by_cell: HashMap<(i64, i64), Vec<usize>>,
}

/// Cells are so many times `snap` wide: most look-ups then stay in one.
const CELL: f64 = 8.0;

impl<'a> Starts<'a> {
    fn new(exposed: &'a [Exposed], snap: f64) -> Self {
        let mut starts = Self {
            exposed,
            snap,
            by_cell: HashMap::with_capacity(exposed.len()),
        };
        for (number, border) in exposed.iter().enumerate() {
            let cell = starts.cell(border.side.from);
            starts.by_cell.entry(cell).or_default().push(number);
        }
        starts
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "coordinates are below 1e9 m"
    )]
    fn cell(&self, at: Coord<f64>) -> (i64, i64) {
        let width = CELL * self.snap;
        ((at.x / width).floor() as i64, (at.y / width).floor() as i64)
    }

    /// The border that goes on where a side ends; of several the one most to the right.
    fn after(&self, side: &Edge) -> Option<usize> {
        let reach = Coord {
            x: self.snap,
            y: self.snap,
        };
        let (low, high) = (self.cell(side.to - reach), self.cell(side.to + reach));
        let mut best: Option<(f64, f64, usize)> = None;
        for cell in (low.0..=high.0).flat_map(|x| (low.1..=high.1).map(move |y| (x, y))) {
            for &number in self.by_cell.get(&cell).map_or(&[][..], Vec::as_slice) {
                let start = &self.exposed[number].side;
                let apart = start.from - side.to;
                let apart = apart.x.hypot(apart.y);
                if apart > self.snap || start.to == side.to && start.from == side.from {
                    continue;
                }
                let candidate = (turn(side, start), apart, number);
                let is_better = best.is_none_or(|(turned, gap, number)| {
                    candidate
                        .0
                        .total_cmp(&turned)
                        .then(candidate.1.total_cmp(&gap))
                        .then(candidate.2.cmp(&number))
                        .is_lt()
                });
                if is_better {
                    best = Some(candidate);
                }
            }
        }
        best.map(|(.., number)| number)
    }
}

/// The angle from one side to the next, negative to the right. Straight back counts as to the right.
fn turn(side: &Edge, next: &Edge) -> f64 {
    let (a, b) = (side.to - side.from, next.to - next.from);
    let angle = (a.x * b.y - a.y * b.x).atan2(a.x * b.x + a.y * b.y);
    // Rounding decides the sign of a half turn.
    if angle > std::f64::consts::PI - 1e-6 {
        -angle
    } else {
        angle
    }
}
