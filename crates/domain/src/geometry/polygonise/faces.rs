//! The faces of a network, by walking around each with its ground on the left.

use std::collections::HashMap;

use geo_types::{Coord, LineString, Polygon};
use rstar::{AABB, RTree, RTreeObject};

use super::network::Network;

/// Polygons of all faces; takes away the pieces that bound none.
pub(super) fn polygons(network: &mut Network, snap: f64) -> Vec<Polygon<f64>> {
    loop {
        prune(network);
        let walks = Walks::of(network);
        if !walks.take_bridges(network) {
            return walks.polygons(network, snap);
        }
    }
}

/// Takes away what hangs by one end, and what then does.
fn prune(network: &mut Network) {
    let mut meeting = vec![0_u32; network.nodes.len()];
    let mut at_node: HashMap<usize, Vec<usize>> = HashMap::new();
    for (number, piece) in network.pieces.iter().enumerate() {
        for node in [piece.from, piece.to] {
            meeting[node] += 1;
            at_node.entry(node).or_default().push(number);
        }
    }
    let mut gone = vec![false; network.pieces.len()];
    let mut ends: Vec<usize> = (0..meeting.len())
        .filter(|node| meeting[*node] == 1)
        .collect();
    while let Some(end) = ends.pop() {
        let pieces = at_node.get(&end).into_iter().flatten();
        let Some(&piece) = pieces.into_iter().find(|piece| !gone[**piece]) else {
            continue;
        };
        gone[piece] = true;
        for node in [network.pieces[piece].from, network.pieces[piece].to] {
            meeting[node] -= 1;
            if meeting[node] == 1 {
                ends.push(node);
            }
        }
    }
    let mut gone = gone.into_iter();
    network.pieces.retain(|_| !gone.next().unwrap_or_default());
}

/// Half-edges in rings. Piece `p` is half-edge `2p` from its lower node and `2p + 1` back.
struct Walks {
    /// The ring that each half-edge is in.
    ring: Vec<usize>,
    rings: Vec<Vec<usize>>,
}

impl Walks {
    fn of(network: &Network) -> Self {
        let from = |half: usize| {
            let piece = network.pieces[half / 2];
            if half.is_multiple_of(2) {
                piece.from
            } else {
                piece.to
            }
        };
        let halves = network.pieces.len() * 2;
        let mut leaving: HashMap<usize, Vec<usize>> = HashMap::new();
        for half in 0..halves {
            leaving.entry(from(half)).or_default().push(half);
        }
        // After each half-edge comes, at its end, the one next to its way back, clockwise.
        let mut next = vec![0; halves];
        for (node, out) in &mut leaving {
            let centre = network.nodes[*node];
            let angle = |half: &usize| {
                let to = network.nodes[from(half ^ 1)];
                (to.y - centre.y).atan2(to.x - centre.x)
            };
            out.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
            for (place, half) in out.iter().enumerate() {
                let before = (place + out.len() - 1) % out.len();
                next[half ^ 1] = out[before];
            }
        }
        let mut ring = vec![usize::MAX; halves];
        let mut rings = Vec::new();
        for start in 0..halves {
            if ring[start] != usize::MAX {
                continue;
            }
            let mut walk = Vec::new();
            let mut half = start;
            while ring[half] == usize::MAX {
                ring[half] = rings.len();
                walk.push(from(half));
                half = next[half];
            }
            rings.push(walk);
        }
        Self { ring, rings }
    }

    /// Takes away pieces with the same face on both sides; says whether there were any.
    fn take_bridges(&self, network: &mut Network) -> bool {
        let before = network.pieces.len();
        let mut piece = 0;
        network.pieces.retain(|_| {
            piece += 1;
            self.ring[2 * piece - 2] != self.ring[2 * piece - 1]
        });
        network.pieces.len() < before
    }

    fn polygons(self, network: &Network, snap: f64) -> Vec<Polygon<f64>> {
        let mut shells = Vec::new();
        let mut holes = Vec::new();
        for walk in &self.rings {
            for nodes in simple(walk) {
                let ring = Ring::of(&nodes, network);
                // Two lines drawn for one border enclose a ribbon that is no land.
                if ring.area.abs() <= snap * ring.length / 2.0 {
                    continue;
                }
                if ring.area > 0.0 {
                    shells.push(ring);
                } else {
                    holes.push(ring);
                }
            }
        }
        let mut interiors: Vec<Vec<LineString<f64>>> = vec![Vec::new(); shells.len()];
        let tree = RTree::bulk_load(
            shells
                .iter()
                .enumerate()
                .map(|(number, shell)| Box {
                    number,
                    low: shell.low,
                    high: shell.high,
                })
                .collect(),
        );
        for hole in holes {
            // On the hole's own outline, and so on no border of a face around it.
            let at = hole.middle_of_first();
            let around = tree
                .locate_in_envelope_intersecting(AABB::from_point([at.x, at.y]))
                .map(|found| found.number)
                // A face that fills the hole is no larger than it.
                .filter(|shell| shells[*shell].area > hole.area.abs() * (1.0 + 1e-9))
                .filter(|shell| shells[*shell].contains(at))
                .min_by(|a, b| shells[*a].area.total_cmp(&shells[*b].area));
            if let Some(shell) = around {
                interiors[shell].push(LineString(hole.coords));
            }
        }
        shells
            .into_iter()
            .zip(interiors)
            .map(|(shell, holes)| Polygon::new(LineString(shell.coords), holes))
            .collect()
    }
}

/// A walk that comes by a node twice, as rings that do not.
fn simple(walk: &[usize]) -> Vec<Vec<usize>> {
    let mut rings = Vec::new();
    let mut path: Vec<usize> = Vec::new();
    let mut place: HashMap<usize, usize> = HashMap::new();
    for &node in walk {
        if let Some(&from) = place.get(&node) {
            let ring = path.split_off(from);
            for passed in &ring {
                place.remove(passed);
            }
            rings.push(ring);
        }
        place.insert(node, path.len());
        path.push(node);
    }
    rings.push(path);
    rings.retain(|ring| ring.len() > 2);
    rings
}

/// A closed ring, with its first place again at its end.
struct Ring {
    coords: Vec<Coord<f64>>,
    /// Positive where its ground is inside.
    area: f64,
    length: f64,
    low: Coord<f64>,
    high: Coord<f64>,
}

impl Ring {
    fn of(nodes: &[usize], network: &Network) -> Self {
        let mut coords: Vec<Coord<f64>> = nodes.iter().map(|node| network.nodes[*node]).collect();
        let first = coords[0];
        coords.push(first);
        let (mut area, mut length) = (0.0, 0.0);
        let (mut low, mut high) = (first, first);
        for pair in coords.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            area += (a.x - first.x) * (b.y - first.y) - (b.x - first.x) * (a.y - first.y);
            length += (b.x - a.x).hypot(b.y - a.y);
            low = Coord {
                x: low.x.min(b.x),
                y: low.y.min(b.y),
            };
            high = Coord {
                x: high.x.max(b.x),
                y: high.y.max(b.y),
            };
        }
        Self {
            coords,
            area: area / 2.0,
            length,
            low,
            high,
        }
    }

    fn middle_of_first(&self) -> Coord<f64> {
        let (a, b) = (self.coords[0], self.coords[1]);
        Coord {
            x: f64::midpoint(a.x, b.x),
            y: f64::midpoint(a.y, b.y),
        }
    }

    fn contains(&self, at: Coord<f64>) -> bool {
        let mut inside = false;
        for pair in self.coords.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x
            {
                inside = !inside;
            }
        }
        inside
    }
}

struct Box {
    number: usize,
    low: Coord<f64>,
    high: Coord<f64>,
}

impl RTreeObject for Box {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.low.x, self.low.y], [self.high.x, self.high.y])
    }
}
