//! Holes lie in their shell and not in each other, parts not on each other's ground, and the ground of a part is one piece.

use std::collections::HashMap;

use super::{
    Fault, FaultKind,
    crossings::Touch,
    rings::{Ring, RingToAsk, Rings},
};

/// Checks who lies in whom. Rings must not cross.
pub(super) fn check(rings: &Rings) -> Result<(), Fault> {
    if rings.rings.len() < 2 {
        return Ok(());
    }
    let parts: Vec<&[Ring]> = rings.rings.chunk_by(|a, b| a.part == b.part).collect();
    for part in &parts {
        check_holes(rings, part)?;
    }
    let shells: Vec<&Ring> = parts.iter().map(|part| &part[0]).collect();
    each_boxed_pair(&shells, |inner, outer| {
        let ground = RingToAsk::new(rings, outer);
        if rings.is_inside(inner, &ground) && !in_a_hole(rings, inner, parts[outer.part]) {
            return Err(FaultKind::NestedShells.at(rings.edges[inner.start].from));
        }
        Ok(())
    })
}

fn check_holes(rings: &Rings, part: &[Ring]) -> Result<(), Fault> {
    let [shell, holes @ ..] = part else {
        return Ok(());
    };
    if holes.is_empty() {
        return Ok(());
    }
    let ground = RingToAsk::new(rings, shell);
    if let Some(hole) = holes.iter().find(|hole| !rings.is_inside(hole, &ground)) {
        return Err(FaultKind::HoleOutsideShell.at(rings.edges[hole.start].from));
    }
    each_boxed_pair(&holes.iter().collect::<Vec<_>>(), |inner, outer| {
        if rings.is_inside(inner, &RingToAsk::new(rings, outer)) {
            return Err(FaultKind::NestedHoles.at(rings.edges[inner.start].from));
        }
        Ok(())
    })
}

fn in_a_hole(rings: &Rings, shell: &Ring, part: &[Ring]) -> bool {
    part[1..].iter().any(|hole| {
        shell.box_is_within(hole) && rings.is_inside(shell, &RingToAsk::new(rings, hole))
    })
}

/// Calls `judge` for every two rings of which one's box lies within the other's, the inner one first.
fn each_boxed_pair(
    rings: &[&Ring],
    mut judge: impl FnMut(&Ring, &Ring) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut by_left = rings.to_vec();
    by_left.sort_unstable_by(|a, b| a.min.x.total_cmp(&b.min.x));
    let mut active: Vec<&Ring> = Vec::new();
    for ring in by_left {
        active.retain(|other| other.max.x >= ring.min.x);
        for other in &active {
            if ring.box_is_within(other) {
                judge(ring, other)?;
            }
            if other.box_is_within(ring) {
                judge(other, ring)?;
            }
        }
        active.push(ring);
    }
    Ok(())
}

/// Rings and the points where they touch, as a net: a closed loop in it fences off a piece of ground.
pub(super) fn check_connected(rings: &Rings, touches: Vec<Touch>) -> Result<(), Fault> {
    let mut touches = touches;
    touches.retain(|touch| rings.rings[touch.rings[0]].part == rings.rings[touch.rings[1]].part);
    if touches.is_empty() {
        return Ok(());
    }
    let mut points: HashMap<[u64; 2], usize> = HashMap::new();
    let mut links = Vec::with_capacity(touches.len() * 2);
    for touch in &touches {
        // Adding zero makes one of the two zeros.
        let next = rings.rings.len() + points.len();
        let point = *points
            .entry([(touch.at.x + 0.0).to_bits(), (touch.at.y + 0.0).to_bits()])
            .or_insert(next);
        links.extend(touch.rings.map(|ring| (ring, point, touch.at)));
    }
    links.sort_unstable_by_key(|(ring, point, _)| (*ring, *point));
    links.dedup_by_key(|(ring, point, _)| (*ring, *point));

    let mut towards: Vec<usize> = (0..rings.rings.len() + points.len()).collect();
    for (ring, point, at) in links {
        let (a, b) = (root(&mut towards, ring), root(&mut towards, point));
        if a == b {
            return Err(FaultKind::DisconnectedInterior.at(at));
        }
        towards[a] = b;
    }
    Ok(())
}

fn root(towards: &mut [usize], mut node: usize) -> usize {
    while towards[node] != node {
        towards[node] = towards[towards[node]];
        node = towards[node];
    }
    node
}
