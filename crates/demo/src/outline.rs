//! The outline of a set of grid cells: how sectors, zones and plans get borders that they share to the bit.

use std::collections::{BTreeMap, BTreeSet};

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use crate::grid::Cell;

/// The parts of a set of cells, each as a polygon through `node`, in the order of their first cell. Cells that meet
/// at a corner only are different parts.
pub fn parts(cells: &BTreeSet<Cell>, node: impl Fn(Cell) -> Coord<f64>) -> Vec<Polygon<f64>> {
    connected(cells)
        .iter()
        .map(|part| polygon(part, &node))
        .collect()
}

/// The same as one geometry; none for no cells.
pub fn geometry(
    cells: &BTreeSet<Cell>,
    node: impl Fn(Cell) -> Coord<f64>,
) -> Option<Geometry<f64>> {
    let mut polygons = parts(cells, node);
    match polygons.len() {
        0 => None,
        1 => polygons.pop().map(Geometry::Polygon),
        _ => Some(Geometry::MultiPolygon(MultiPolygon(polygons))),
    }
}

fn connected(cells: &BTreeSet<Cell>) -> Vec<BTreeSet<Cell>> {
    let mut left = cells.clone();
    let mut found = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut part = BTreeSet::new();
        let mut open = vec![first];
        while let Some((i, j)) = open.pop() {
            part.insert((i, j));
            let neighbours = [(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)];
            open.extend(neighbours.into_iter().filter(|cell| left.remove(cell)));
        }
        found.push(part);
    }
    found
}

/// One connected part. Its rings are walked with the ground on the left and cut where they meet themselves, which
/// leaves one shell against the clock and holes with it.
fn polygon(part: &BTreeSet<Cell>, node: &impl Fn(Cell) -> Coord<f64>) -> Polygon<f64> {
    let mut sides = border(part);
    let mut shell = LineString(Vec::new());
    let mut holes = Vec::new();
    while let Some((&start, _)) = sides.first_key_value() {
        for ring in walk(start, &mut sides) {
            let line = LineString(ring.iter().map(|&corner| node(corner)).collect());
            if turns_left(&ring) {
                shell = line;
            } else {
                holes.push(line);
            }
        }
    }
    Polygon::new(shell, holes)
}

/// Directions out of each corner: east, north, west, south as 0 to 3.
type Sides = BTreeMap<Cell, Vec<usize>>;

const STEPS: [Cell; 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

fn border(part: &BTreeSet<Cell>) -> Sides {
    let mut sides = Sides::new();
    for &(i, j) in part {
        // Corner where the side starts, and the cell beyond it, for the directions east, north, west, south.
        let around = [
            ((i, j), (i, j - 1)),
            ((i + 1, j), (i + 1, j)),
            ((i + 1, j + 1), (i, j + 1)),
            ((i, j + 1), (i - 1, j)),
        ];
        for (direction, (start, beyond)) in around.into_iter().enumerate() {
            if !part.contains(&beyond) {
                sides.entry(start).or_default().push(direction);
            }
        }
    }
    sides
}

/// Walks from `start` until it comes back, and gives each loop on its own.
fn walk(start: Cell, sides: &mut Sides) -> Vec<Vec<Cell>> {
    let mut rings = Vec::new();
    let mut path = vec![start];
    let mut came = 0;
    while let Some(&at) = path.last() {
        let Some(direction) = leave(at, came, sides) else {
            break;
        };
        came = direction;
        let next = (at.0 + STEPS[direction].0, at.1 + STEPS[direction].1);
        let Some(seen) = path.iter().position(|&corner| corner == next) else {
            path.push(next);
            continue;
        };
        let mut ring: Vec<Cell> = path.drain(seen..).collect();
        ring.push(next);
        rings.push(ring);
        path.push(next);
    }
    rings
}

/// Takes a side out of a corner, the leftmost first: so the walk stays with the cell it follows.
fn leave(at: Cell, came: usize, sides: &mut Sides) -> Option<usize> {
    let out = sides.get_mut(&at)?;
    let choice = out
        .iter()
        .enumerate()
        .min_by_key(|(_, direction)| (came + 1 + 4 - **direction) % 4)?
        .0;
    let direction = out.swap_remove(choice);
    if out.is_empty() {
        sides.remove(&at);
    }
    Some(direction)
}

fn turns_left(ring: &[Cell]) -> bool {
    ring.windows(2)
        .map(|side| {
            i64::from(side[0].0) * i64::from(side[1].1)
                - i64::from(side[1].0) * i64::from(side[0].1)
        })
        .sum::<i64>()
        > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws cells as letters, the first line in the north.
    fn check_outline(drawing: &str, expected: &str) {
        let rows: Vec<&str> = drawing.split_whitespace().rev().collect();
        let cells = rows.iter().zip(0..).flat_map(|(row, j)| {
            row.bytes()
                .zip(0..)
                .filter(|(byte, _)| *byte == b'x')
                .map(move |(_, i)| (i, j))
        });
        let node = |(i, j): Cell| Coord {
            x: f64::from(i),
            y: f64::from(j),
        };
        let said: Vec<String> = parts(&cells.collect(), node)
            .iter()
            .map(|part| {
                let corners = part.exterior().0.len() - 1;
                let holes: Vec<String> = part
                    .interiors()
                    .iter()
                    .map(|hole| (hole.0.len() - 1).to_string())
                    .collect();
                format!("{corners}({})", holes.join(" "))
            })
            .collect();
        assert_eq!(said.join(", "), expected, "{drawing}");
    }

    #[test]
    fn parts_and_holes_are_told_apart_and_rings_never_touch_themselves() {
        check_outline("x", "4()");
        check_outline("xx\nx.", "8()");
        check_outline("x.\n.x", "4(), 4()");
        check_outline("xxx\nx.x\nxxx", "12(4)");
        // Two holes that meet at a corner, and a bay that closes at a corner.
        check_outline("xxxx\nx.xx\nxx.x\nxxxx", "16(4 4)");
        check_outline("xxx.\nx..x\nx.x.\nxxx.", "20(), 4()");
        check_outline("xx.\nx.x\nxxx", "12(4)");
    }
}
