//! Lines as a network: nodes, and pieces between them that meet only at nodes.

use std::collections::{HashMap, HashSet};

use geo_types::{Coord, LineString};
use rstar::{AABB, RTree, RTreeObject};

use super::Tangled;

/// A network of pieces.
pub(super) struct Network {
    pub(super) nodes: Vec<Coord<f64>>,
    /// Pieces between two nodes, the lower first, none twice.
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a line.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The line that it is of; the first, where several run over each other.
    pub(super) line: usize,
}

/// A straight part of a line, before it is cut.
#[derive(Clone, Copy)]
struct Segment {
    number: usize,
    from: usize,
    to: usize,
    line: usize,
    a: Coord<f64>,
    b: Coord<f64>,
}

impl RTreeObject for Segment {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.a.x, self.a.y], [self.b.x, self.b.y])
    }
}

impl Network {
    pub(super) fn of(
        lines: &[LineString<f64>],
        snap: f64,
        pieces_max: usize,
    ) -> Result<Self, Tangled> {
        let mut nodes = Nodes::new(snap);
        let mut segments = Vec::new();
        for (line, coords) in lines.iter().enumerate() {
            let mut before = None;
            for at in coords
                .0
                .iter()
                .filter(|at| at.x.is_finite() && at.y.is_finite())
            {
                let node = nodes.at(*at);
                if let Some(from) = before.filter(|from| *from != node) {
                    segments.push(Segment {
                        number: segments.len(),
                        from,
                        to: node,
                        line,
                        a: nodes.places[from],
                        b: nodes.places[node],
                    });
                }
                before = Some(node);
            }
        }
        let limit = pieces_max;
        if segments.len() > limit {
            return Err(Tangled { limit });
        }
        let cuts = cut(&segments, &mut nodes, limit)?;
        let mut seen = HashSet::new();
        let mut pieces = Vec::with_capacity(segments.len());
        for (segment, mut cuts) in segments.iter().zip(cuts) {
            let along = |node: usize| {
                let at = nodes.places[node];
                let (run, rise) = (segment.b.x - segment.a.x, segment.b.y - segment.a.y);
                (at.x - segment.a.x) * run + (at.y - segment.a.y) * rise
            };
            cuts.sort_by(|one, other| along(*one).total_cmp(&along(*other)));
            cuts.insert(0, segment.from);
            cuts.push(segment.to);
            cuts.dedup();
            for pair in cuts.windows(2) {
                let (from, to) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
                if from != to && seen.insert((from, to)) {
                    let line = segment.line;
                    pieces.push(Piece { from, to, line });
                }
            }
            if pieces.len() > limit {
                return Err(Tangled { limit });
            }
        }
        Ok(Self {
            nodes: nodes.places,
            pieces,
        })
    }
}

/// The nodes at which each segment is cut.
fn cut(segments: &[Segment], nodes: &mut Nodes, limit: usize) -> Result<Vec<Vec<usize>>, Tangled> {
    let tree = RTree::bulk_load(segments.to_vec());
    let snap = nodes.snap;
    let mut cuts = vec![Vec::new(); segments.len()];
    let mut count = 0;
    for segment in segments {
        let around = segment.envelope();
        let (low, high) = (around.lower(), around.upper());
        let around = AABB::from_corners(
            [low[0] - snap, low[1] - snap],
            [high[0] + snap, high[1] + snap],
        );
        for other in tree.locate_in_envelope_intersecting(around) {
            if other.number == segment.number {
                continue;
            }
            // An end of the other that lies on this one.
            for node in [other.from, other.to] {
                if node != segment.from
                    && node != segment.to
                    && is_on(nodes.places[node], segment, snap)
                {
                    cuts[segment.number].push(node);
                    count += 1;
                }
            }
            // Each pair once.
            if other.number > segment.number
                && let Some(at) = crossing(segment, other)
            {
                let node = nodes.at(at);
                cuts[segment.number].push(node);
                cuts[other.number].push(node);
                count += 2;
            }
            // Where lines run over each other the same node is found many times.
            if count > limit.saturating_mul(4) {
                return Err(Tangled { limit });
            }
        }
    }
    for (segment, cuts) in segments.iter().zip(&mut cuts) {
        cuts.sort_unstable();
        cuts.dedup();
        cuts.retain(|node| *node != segment.from && *node != segment.to);
    }
    Ok(cuts)
}

fn is_on(at: Coord<f64>, segment: &Segment, snap: f64) -> bool {
    distance(at, segment.a, segment.b) <= snap
}

/// Distance of a place from a segment.
pub(super) fn distance(at: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
    let near = nearest(at, a, b);
    (near.x - at.x).hypot(near.y - at.y)
}

/// The place of a segment that is nearest to another.
pub(super) fn nearest(at: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
    let (run, rise) = (b.x - a.x, b.y - a.y);
    let length = run * run + rise * rise;
    if length == 0.0 {
        return a;
    }
    let part = (((at.x - a.x) * run + (at.y - a.y) * rise) / length).clamp(0.0, 1.0);
    Coord {
        x: a.x + part * run,
        y: a.y + part * rise,
    }
}

/// Where two segments cross within both.
fn crossing(one: &Segment, other: &Segment) -> Option<Coord<f64>> {
    // From the first end: coordinates of millions lose the digits that matter here.
    let (p, r) = (
        one.a,
        Coord {
            x: one.b.x - one.a.x,
            y: one.b.y - one.a.y,
        },
    );
    let (q, s) = (
        other.a,
        Coord {
            x: other.b.x - other.a.x,
            y: other.b.y - other.a.y,
        },
    );
    let turn = r.x * s.y - r.y * s.x;
    if turn == 0.0 {
        return None;
    }
    let (dx, dy) = (q.x - p.x, q.y - p.y);
    let along = (dx * s.y - dy * s.x) / turn;
    let across = (dx * r.y - dy * r.x) / turn;
    let within = 0.0..=1.0;
    (within.contains(&along) && within.contains(&across)).then_some(Coord {
        x: p.x + along * r.x,
        y: p.y + along * r.y,
    })
}

/// Places, of which those nearer than the tolerance are one: the first that came.
struct Nodes {
    snap: f64,
    places: Vec<Coord<f64>>,
    cells: HashMap<(i64, i64), Vec<usize>>,
}

impl Nodes {
    fn new(snap: f64) -> Self {
        Self {
            snap,
            places: Vec::new(),
            cells: HashMap::new(),
        }
    }

    fn at(&mut self, at: Coord<f64>) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "beyond it all is one cell")]
        let cell = |value: f64| (value / self.snap).floor() as i64;
        let (column, row) = (cell(at.x), cell(at.y));
        let mut found: Option<(f64, usize)> = None;
        for near_column in column.saturating_sub(1)..=column.saturating_add(1) {
            for near_row in row.saturating_sub(1)..=row.saturating_add(1) {
                for node in self
                    .cells
                    .get(&(near_column, near_row))
                    .into_iter()
                    .flatten()
                {
                    let place = self.places[*node];
                    let away = (place.x - at.x).hypot(place.y - at.y);
                    if away <= self.snap && found.is_none_or(|(nearest, _)| away < nearest) {
                        found = Some((away, *node));
                    }
                }
            }
        }
        found.map_or_else(
            || {
                self.places.push(at);
                let node = self.places.len() - 1;
                self.cells.entry((column, row)).or_default().push(node);
                node
            },
            |(_, node)| node,
        )
    }
}
