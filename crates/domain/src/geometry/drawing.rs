//! Shapes drawn with letters, for tests: a letter is 10 m by 10 m at a fixed place in Moyobamba, a point nobody's.

use std::collections::BTreeMap;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

/// Easting of the lower left corner of a drawing.
pub(super) const X0: f64 = 279_000.0;
/// Northing of it.
pub(super) const Y0: f64 = 9_331_000.0;
const CELL: f64 = 10.0;

/// Each letter's cells, joined: borders between cells of one letter vanish, holes become holes.
pub(crate) fn blocks(drawing: &str) -> Vec<(char, MultiPolygon<f64>)> {
    let rows: Vec<&str> = drawing
        .lines()
        .map(str::trim)
        .filter(|row| !row.is_empty())
        .collect();
    let mut cells: BTreeMap<char, Vec<(usize, usize)>> = BTreeMap::new();
    for (up, row) in rows.iter().rev().enumerate() {
        for (right, letter) in row.chars().enumerate().filter(|(_, letter)| *letter != '.') {
            cells.entry(letter).or_default().push((right, up));
        }
    }
    cells
        .into_iter()
        .map(|(letter, cells)| {
            (
                letter,
                geo::unary_union(&cells.into_iter().map(cell).collect::<Vec<_>>()),
            )
        })
        .collect()
}

fn cell((right, up): (usize, usize)) -> Polygon<f64> {
    let corner = |across: usize, above: usize| Coord {
        x: X0 + CELL * (right + across) as f64,
        y: Y0 + CELL * (up + above) as f64,
    };
    Polygon::new(
        LineString(vec![corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)]),
        vec![],
    )
}
