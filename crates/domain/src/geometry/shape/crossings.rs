//! No two borders may cross or run along each other, and no ring may meet itself.

use geo_types::Coord;

use super::{
    Fault, FaultKind,
    rings::{Ring, Rings, meets},
};
use crate::geometry::{
    predicates::{Side, in_angle, side},
    stripes::{Edge, Stripes},
};

/// A point where two rings meet without crossing.
#[derive(Clone, Copy)]
pub(super) struct Touch {
    pub(super) rings: [usize; 2],
    pub(super) at: Coord<f64>,
}

/// Below this many edges each is held against each: about 300 comparisons of boxes, less than sorting costs.
const FEW_EDGES: usize = 24;

/// Holds the edges against each other; gives back where rings touch.
pub(super) fn check(rings: &Rings) -> Result<Vec<Touch>, Fault> {
    check_spikes(rings)?;
    let mut touches = Vec::new();
    let edges = &rings.edges;
    if edges.len() <= FEW_EDGES {
        for second in 1..edges.len() {
            for first in 0..second {
                if boxes_meet(&edges[first], &edges[second]) {
                    check_pair(rings, first, second, &mut touches)?;
                }
            }
        }
        return Ok(touches);
    }

    // Stripe by stripe, and in each from left to right: neither many tall nor many wide edges make it quadratic.
    let stripes = Stripes::new(edges);
    let mut row: Vec<u32> = Vec::new();
    let mut active: Vec<u32> = Vec::new();
    for stripe in 0..stripes.count() {
        row.clear();
        row.extend_from_slice(stripes.listed(stripe));
        row.sort_unstable_by(|&a, &b| {
            edges[a as usize]
                .x_min()
                .total_cmp(&edges[b as usize].x_min())
        });
        active.clear();
        for &number in &row {
            let edge = &edges[number as usize];
            active.retain(|&other| edges[other as usize].x_max() >= edge.x_min());
            for &other in &active {
                let neighbour = &edges[other as usize];
                // A pair in several stripes is met in the first they share.
                let shared = stripes.of(edge.y_min().max(neighbour.y_min()));
                if shared == stripe && boxes_meet(edge, neighbour) {
                    check_pair(rings, number as usize, other as usize, &mut touches)?;
                }
            }
            active.push(number);
        }
    }
    Ok(touches)
}

/// Two sides in a row that run together: asked first, because the foot of a spike looks like a ring touching itself.
fn check_spikes(rings: &Rings) -> Result<(), Fault> {
    for ring in &rings.rings {
        for (place, edge) in rings.edges(ring).iter().enumerate() {
            let before = rings.before(ring.start + place, ring);
            let (came, goes) = (before.to - before.from, edge.to - edge.from);
            let is_back = came.x * goes.x + came.y * goes.y < 0.0;
            if is_back && side(before.from, before.to, edge.to) == Side::On {
                return Err(FaultKind::Spike.at(edge.from));
            }
        }
    }
    Ok(())
}

fn boxes_meet(a: &Edge, b: &Edge) -> bool {
    a.x_min() <= b.x_max()
        && b.x_min() <= a.x_max()
        && a.y_min() <= b.y_max()
        && b.y_min() <= a.y_max()
}

fn check_pair(rings: &Rings, a: usize, b: usize, touches: &mut Vec<Touch>) -> Result<(), Fault> {
    let (edge_a, edge_b) = (&rings.edges[a], &rings.edges[b]);
    let at = match meeting(edge_a, edge_b) {
        Meeting::None => return Ok(()),
        Meeting::Along(at) => return Err(along(rings, a, b, at)),
        Meeting::Through(at) => return Err(FaultKind::SelfIntersection.at(at)),
        Meeting::AtEnd(at) => at,
    };
    let (number_a, number_b) = (rings.ring_of(a), rings.ring_of(b));
    let (ring_a, ring_b) = (&rings.rings[number_a], &rings.rings[number_b]);
    if number_a == number_b {
        let apart = a.abs_diff(b);
        return if apart == 1 || apart == ring_a.end - ring_a.start - 1 {
            Ok(())
        } else {
            Err(FaultKind::RingSelfTouch.at(at))
        };
    }
    // A meeting at an edge's end is one at the start of the next, and is judged there.
    if at == edge_a.to || at == edge_b.to {
        return Ok(());
    }
    let (back_a, back_b) = (back(rings, a, ring_a, at), back(rings, b, ring_b, at));
    if in_angle(at, back_a, edge_a.to, back_b) != in_angle(at, back_a, edge_a.to, edge_b.to) {
        return Err(FaultKind::SelfIntersection.at(at));
    }
    touches.push(Touch {
        rings: [number_a, number_b],
        at,
    });
    Ok(())
}

/// Where the ring comes from to a point on one of its edges, the edge's end not counted.
fn back(rings: &Rings, edge: usize, ring: &Ring, at: Coord<f64>) -> Coord<f64> {
    let from = rings.edges[edge].from;
    if from == at {
        rings.before(edge, ring).from
    } else {
        from
    }
}

enum Meeting {
    None,
    /// At one point that is an end of one or both.
    AtEnd(Coord<f64>),
    /// Inside both.
    Through(Coord<f64>),
    /// In more than a point.
    Along(Coord<f64>),
}

fn meeting(a: &Edge, b: &Edge) -> Meeting {
    let (b_from, b_to) = (side(a.from, a.to, b.from), side(a.from, a.to, b.to));
    if b_from == b_to && b_from != Side::On {
        return Meeting::None;
    }
    let (a_from, a_to) = (side(b.from, b.to, a.from), side(b.from, b.to, a.to));
    if a_from == a_to && a_from != Side::On {
        return Meeting::None;
    }
    if [a_from, a_to, b_from, b_to].contains(&Side::On) {
        let ends = [(a.from, b), (a.to, b), (b.from, a), (b.to, a)];
        let mut met = ends
            .into_iter()
            .filter(|(end, other)| meets(other, *end))
            .map(|(end, _)| end);
        return match (met.next(), met.next(), met.next()) {
            (None, ..) => Meeting::None,
            (Some(at), None, _) => Meeting::AtEnd(at),
            // Two ends that meet are one point, or the two ends of a common piece.
            (Some(at), Some(other), rest) => {
                if at == other && rest.is_none_or(|rest| rest == at) {
                    Meeting::AtEnd(at)
                } else {
                    Meeting::Along(at)
                }
            }
        };
    }
    Meeting::Through(crossing(a, b))
}

/// About where two edges cross: for people to look at, not to compute with.
fn crossing(a: &Edge, b: &Edge) -> Coord<f64> {
    let (along_a, along_b, between) = (a.to - a.from, b.to - b.from, b.from - a.from);
    let share = (between.x * along_b.y - between.y * along_b.x)
        / (along_a.x * along_b.y - along_a.y * along_b.x);
    a.from
        + along_a
            * if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                0.0
            }
}

/// Borders that run together: all the way round it is the same ring twice.
fn along(rings: &Rings, a: usize, b: usize, at: Coord<f64>) -> Fault {
    let (ring_a, ring_b) = (rings.ring_of(a), rings.ring_of(b));
    let corners = |ring: usize| {
        let mut corners: Vec<_> = rings
            .edges(&rings.rings[ring])
            .iter()
            .map(|edge| (edge.from.x, edge.from.y))
            .collect();
        corners.sort_unstable_by(|p, q| p.0.total_cmp(&q.0).then(p.1.total_cmp(&q.1)));
        corners
    };
    if ring_a != ring_b && corners(ring_a) == corners(ring_b) {
        FaultKind::DuplicateRings.at(at)
    } else {
        FaultKind::SelfIntersection.at(at)
    }
}
