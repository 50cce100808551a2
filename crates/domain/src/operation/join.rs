//! Parcels beside each other become one, or agree on another border between them.

use std::collections::{HashMap, HashSet};

use geo::InteriorPoint as _;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::{
    PIECES_MAX, Parts, Refusal, SAME_PLACE_M,
    cut::{by_line, rings},
};
use crate::geometry::{PreparedArea, ledger, polygonise, to_side_m};

/// Borders up to so far apart are one border, in metres: two people have drawn it.
const ONE_BORDER_M: f64 = 0.01;
/// A vertex this near to the line between its neighbours bends nothing, in metres.
const STRAIGHT_M: f64 = 1e-3;

/// A place, to be looked up: the same vertex has the same bits.
type Place = (u64, u64);

fn place(at: Coord<f64>) -> Place {
    (at.x.to_bits(), at.y.to_bits())
}

/// Joins parcels that lie beside each other. The outer border stays as it is, but for vertices at which the inner one
/// ended and the outer one does not bend: they go, unless one of the parcels around has them.
pub fn join(
    parcels: &[&MultiPolygon<f64>],
    around: &[&MultiPolygon<f64>],
) -> Result<Polygon<f64>, Refusal> {
    // Parcels that share their border to the last bit are not touched by what others need.
    welded(parcels, around, SAME_PLACE_M).or_else(|_| welded(parcels, around, ONE_BORDER_M))
}

fn welded(
    parcels: &[&MultiPolygon<f64>],
    around: &[&MultiPolygon<f64>],
    one_place_m: f64,
) -> Result<Polygon<f64>, Refusal> {
    let network: Vec<LineString<f64>> = parcels.iter().flat_map(|p| rings(p)).cloned().collect();
    let faces = polygonise(&network, one_place_m, PIECES_MAX).map_err(|_| Refusal::Tangled)?;
    let grounds: Vec<PreparedArea> = parcels.iter().map(|p| PreparedArea::new(p)).collect();
    let is_own = |face: &Polygon<f64>| {
        face.interior_point()
            .is_some_and(|point| grounds.iter().any(|ground| ground.point_in(point.0)))
    };
    let own: Vec<Polygon<f64>> = faces.polygons.into_iter().filter(is_own).collect();
    let (outer, inner_ends) = border(&own);
    if inner_ends.is_empty() && parcels.len() > 1 {
        return Err(Refusal::Apart);
    }
    let faces = polygonise(&outer, SAME_PLACE_M, PIECES_MAX).map_err(|_| Refusal::Tangled)?;
    let mut whole: Vec<Polygon<f64>> = faces.polygons.into_iter().filter(is_own).collect();
    let Some(joined) = whole.pop().filter(|_| whole.is_empty()) else {
        return Err(Refusal::Apart);
    };
    let kept: HashSet<Place> = around
        .iter()
        .flat_map(|shape| rings(shape))
        .flat_map(|ring| ring.0.iter().map(|at| place(*at)))
        .collect();
    let loose = |at: Coord<f64>| inner_ends.contains(&place(at)) && !kept.contains(&place(at));
    let holes = joined
        .interiors()
        .iter()
        .map(|ring| straightened(ring, loose));
    Ok(Polygon::new(
        straightened(joined.exterior(), loose),
        holes.collect(),
    ))
}

/// The sides of some faces that have one of them on one side only, and the ends of all others.
fn border(faces: &[Polygon<f64>]) -> (Vec<LineString<f64>>, HashSet<Place>) {
    let sides = || {
        faces
            .iter()
            .flat_map(|face| std::iter::once(face.exterior()).chain(face.interiors()))
            .flat_map(LineString::lines)
    };
    let undirected = |a: Coord<f64>, b: Coord<f64>| {
        let (a, b) = (place(a), place(b));
        (a.min(b), a.max(b))
    };
    let mut once = HashSet::new();
    let mut twice = HashSet::new();
    for side in sides() {
        let key = undirected(side.start, side.end);
        if !once.insert(key) {
            twice.insert(key);
        }
    }
    let outer = sides()
        .filter(|side| !twice.contains(&undirected(side.start, side.end)))
        .map(|side| LineString(vec![side.start, side.end]));
    (
        outer.collect(),
        twice.iter().flat_map(|(a, b)| [*a, *b]).collect(),
    )
}

/// A ring without those of its loose vertices at which it does not bend.
fn straightened(ring: &LineString<f64>, loose: impl Fn(Coord<f64>) -> bool) -> LineString<f64> {
    let open = &ring.0[..ring.0.len().saturating_sub(1)];
    let count = open.len();
    let bends = |at: usize| {
        let (before, after) = (open[(at + count - 1) % count], open[(at + 1) % count]);
        to_side_m(open[at], before, after) > STRAIGHT_M
    };
    let kept = (0..count).filter(|at| !loose(open[*at]) || bends(*at));
    let mut kept: Vec<Coord<f64>> = kept.map(|at| open[at]).collect();
    kept.extend(kept.first().copied());
    LineString(kept)
}

/// The border that two neighbours have in common, the longest stretch first; none where they lie apart.
pub fn common_border(one: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> Vec<LineString<f64>> {
    let network: Vec<LineString<f64>> = rings(one).chain(rings(other)).cloned().collect();
    let grounds = [PreparedArea::new(one), PreparedArea::new(other)];
    let Ok(faces) = polygonise(&network, ONE_BORDER_M, PIECES_MAX) else {
        return Vec::new();
    };
    let owner = |face: &Polygon<f64>| {
        let point = face.interior_point()?;
        grounds.iter().position(|ground| ground.point_in(point.0))
    };
    // Sides by their ends in one order, with whose ground lies beside them.
    let mut sides: HashMap<(Place, Place), (LineString<f64>, [bool; 2])> = HashMap::new();
    for face in &faces.polygons {
        let Some(owner) = owner(face) else { continue };
        for side in std::iter::once(face.exterior())
            .chain(face.interiors())
            .flat_map(LineString::lines)
        {
            let (a, b) = (place(side.start), place(side.end));
            let entry = sides
                .entry((a.min(b), a.max(b)))
                .or_insert_with(|| (LineString(vec![side.start, side.end]), [false; 2]));
            entry.1[owner] = true;
        }
    }
    let common = sides
        .into_values()
        .filter(|(_, beside)| *beside == [true; 2]);
    let mut lines = chained(common.map(|(side, _)| side).collect());
    lines.sort_by(|a, b| length_m(b).total_cmp(&length_m(a)));
    lines
}

/// Sides put end to end.
fn chained(mut sides: Vec<LineString<f64>>) -> Vec<LineString<f64>> {
    let mut lines = Vec::new();
    while let Some(mut line) = sides.pop() {
        // At its end, then at what was its beginning.
        for _ in 0..2 {
            while let Some(end) = line.0.last().copied().map(place) {
                let next = sides
                    .iter()
                    .position(|side| side.0.iter().any(|at| place(*at) == end));
                let Some(next) = next else { break };
                let side = sides.swap_remove(next);
                let beyond = side.0.iter().find(|at| place(**at) != end);
                line.0.extend(beyond.copied());
            }
            line.0.reverse();
        }
        lines.push(line);
    }
    lines
}

fn length_m(line: &LineString<f64>) -> f64 {
    let sides = line.lines().map(|side| side.end - side.start);
    sides.map(|along| along.x.hypot(along.y)).sum()
}

/// Gives two neighbours another border between them: the line divides what they have together. Their parts come in the
/// order of the parcels, and have together exactly what the parcels had.
pub fn correct_border(
    one: &MultiPolygon<f64>,
    other: &MultiPolygon<f64>,
    line: &LineString<f64>,
    around: &[&MultiPolygon<f64>],
) -> Parts {
    let both = MultiPolygon(vec![join(&[one, other], around)?]);
    let mut parts = by_line(&both, line)?;
    if parts.len() != 2 {
        return Err(Refusal::OtherParts { parts: parts.len() });
    }
    let of_one = |part: &Polygon<f64>| {
        let ground = PreparedArea::new(one);
        ledger(&MultiPolygon(vec![part.clone()]), &[&ground]).covered_m2
    };
    if of_one(&parts[0]) < of_one(&parts[1]) {
        parts.swap(0, 1);
    }
    Ok(parts)
}
