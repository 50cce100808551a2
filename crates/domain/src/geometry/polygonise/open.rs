//! Ends of lines that meet nothing.

use geo_types::{Coord, LineString};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

use super::network::{Network, Piece, distance, nearest};

/// An end that meets nothing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct OpenEnd {
    /// Where it is.
    pub at: Coord<f64>,
    /// Which of the lines it ends.
    pub line: usize,
    /// The place of another line that is nearest to it, or the other end of its own.
    pub nearest: Option<Coord<f64>>,
}

/// Ends for which the nearest place is looked up; people mend some, and try again.
const LOOKED_UP_MAX: usize = 1_000;

struct Indexed {
    line: usize,
    a: Coord<f64>,
    b: Coord<f64>,
}

impl RTreeObject for Indexed {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.a.x, self.a.y], [self.b.x, self.b.y])
    }
}

impl PointDistance for Indexed {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        let at = Coord {
            x: point[0],
            y: point[1],
        };
        distance(at, self.a, self.b).powi(2)
    }
}

/// The open ends of a network.
pub(super) fn ends(network: &Network, lines: &[LineString<f64>], snap: f64) -> Vec<OpenEnd> {
    let mut meeting = vec![0_u32; network.nodes.len()];
    for piece in &network.pieces {
        meeting[piece.from] += 1;
        meeting[piece.to] += 1;
    }
    let open: Vec<(usize, &Piece)> = network
        .pieces
        .iter()
        .flat_map(|piece| [(piece.from, piece), (piece.to, piece)])
        .filter(|(node, _)| meeting[*node] == 1)
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let tree = RTree::bulk_load(
        network
            .pieces
            .iter()
            .map(|piece| Indexed {
                line: piece.line,
                a: network.nodes[piece.from],
                b: network.nodes[piece.to],
            })
            .collect(),
    );
    open.into_iter()
        .enumerate()
        .map(|(count, (node, piece))| {
            let at = network.nodes[node];
            let found = (count < LOOKED_UP_MAX).then(|| {
                let other = tree
                    .nearest_neighbor_iter([at.x, at.y])
                    .find(|other| other.line != piece.line && distance(at, other.a, other.b) > snap)
                    .map(|other| corner(nearest(at, other.a, other.b), other, snap));
                let own = lines
                    .get(piece.line)
                    .and_then(|line| own_other_end(line, at));
                nearer(at, other, own)
            });
            OpenEnd {
                at,
                line: piece.line,
                nearest: found.flatten(),
            }
        })
        .collect()
}

/// An end of the other line rather than a place a hair beside it.
fn corner(at: Coord<f64>, other: &Indexed, snap: f64) -> Coord<f64> {
    let near = |end: &Coord<f64>| (end.x - at.x).hypot(end.y - at.y) <= snap;
    [other.a, other.b].into_iter().find(near).unwrap_or(at)
}

/// The other end of a line of several parts, which may be an outline that does not close.
fn own_other_end(line: &LineString<f64>, at: Coord<f64>) -> Option<Coord<f64>> {
    let (first, last) = (*line.0.first()?, *line.0.last()?);
    let away = |end: Coord<f64>| (end.x - at.x).hypot(end.y - at.y);
    let other = if away(first) < away(last) {
        last
    } else {
        first
    };
    (line.0.len() > 3).then_some(other)
}

fn nearer(
    at: Coord<f64>,
    one: Option<Coord<f64>>,
    other: Option<Coord<f64>>,
) -> Option<Coord<f64>> {
    let away = |place: &Coord<f64>| (place.x - at.x).hypot(place.y - at.y);
    [one, other]
        .into_iter()
        .flatten()
        .min_by(|a, b| away(a).total_cmp(&away(b)))
}
