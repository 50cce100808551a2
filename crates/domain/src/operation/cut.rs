//! A parcel is divided, by a drawn line or by areas.

use geo::{InteriorPoint as _, MapCoords as _};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::{PIECES_MAX, Parts, REACH_M, Refusal, SAME_PLACE_M};
use crate::geometry::{PreparedArea, area::polygon_area_m2, area_m2, bounds, polygonise};

/// Divides a parcel along a line, whose ends may stop up to [`REACH_M`] short of the border. Parts have the parcel's own
/// vertices and share those of the cut, to the last bit; they come from west to east, then from south to north.
pub fn by_line(parcel: &MultiPolygon<f64>, line: &LineString<f64>) -> Parts {
    by_lines(parcel, std::slice::from_ref(line))
}

fn by_lines(parcel: &MultiPolygon<f64>, lines: &[LineString<f64>]) -> Parts {
    // The parcel first: what comes later takes the places that are there.
    let mut network: Vec<LineString<f64>> = rings(parcel).cloned().collect();
    network.extend(lines.iter().map(reaching));
    let faces = polygonise(&network, SAME_PLACE_M, PIECES_MAX).map_err(|_| Refusal::Tangled)?;
    let ground = PreparedArea::new(parcel);
    let is_own = |face: &Polygon<f64>| {
        face.interior_point()
            .is_some_and(|point| ground.point_in(point.0))
    };
    let mut parts: Vec<Polygon<f64>> = faces.polygons.into_iter().filter(is_own).collect();
    if parts.len() <= parcel.0.len() {
        return Err(Refusal::DoesNotDivide {
            short: short_end(parcel, &ground, lines),
        });
    }
    parts.sort_by(|a, b| {
        let place =
            |part: &Polygon<f64>| bounds(part).map_or((0.0, 0.0), |b| (b.min().x, b.min().y));
        let ((ax, ay), (bx, by)) = (place(a), place(b));
        ax.total_cmp(&bx).then(ay.total_cmp(&by))
    });
    Ok(parts)
}

pub(crate) fn rings(shape: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    shape
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
}

/// A line with both ends drawn out: what reaches over the border cuts nothing there.
fn reaching(line: &LineString<f64>) -> LineString<f64> {
    let mut line = line.clone();
    line.0.dedup();
    let out = |end: Coord<f64>, before: Coord<f64>| {
        let along = end - before;
        let length = along.x.hypot(along.y);
        end + along * (REACH_M / length)
    };
    if let [first, second, ..] = line.0[..] {
        line.0[0] = out(first, second);
    }
    if let [.., before, last] = line.0[..] {
        let end = line.0.len() - 1;
        line.0[end] = out(last, before);
    }
    line
}

/// Of the ends inside of a parcel the one that is farthest from its border.
fn short_end(
    parcel: &MultiPolygon<f64>,
    ground: &PreparedArea,
    lines: &[LineString<f64>],
) -> Option<(Coord<f64>, f64)> {
    let border: Vec<&LineString<f64>> = rings(parcel).collect();
    let to_border = |at: Coord<f64>| {
        let sides = border.iter().flat_map(|ring| ring.lines());
        sides
            .map(|side| crate::geometry::to_side_m(at, side.start, side.end))
            .fold(f64::INFINITY, f64::min)
    };
    lines
        .iter()
        .flat_map(|line| [line.0.first(), line.0.last()])
        .flatten()
        .filter(|end| ground.point_in(**end))
        .map(|end| (*end, to_border(*end)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

/// An area is met to this many square metres: a hundredth of what plans give.
const AREA_SLACK_M2: f64 = 1e-4;
/// What remains below this, in square metres, is no part of its own.
const REST_MIN_M2: f64 = 0.01;
/// Halvings of the parcel's length: down to less than a millionth of a millimetre.
const HALVINGS: usize = 60;

/// Divides a parcel by parallel lines into parts of these areas, in square metres, and one of the rest where there is
/// one. `bearing_deg` is the direction of the lines, clockwise from north; parts are counted along the direction that
/// lies 90° clockwise of it.
pub fn by_areas(parcel: &MultiPolygon<f64>, areas_m2: &[f64], bearing_deg: f64) -> Parts {
    let there_m2 = area_m2(parcel);
    let asked_m2: f64 = areas_m2.iter().sum();
    if areas_m2.is_empty()
        || areas_m2
            .iter()
            .any(|area| !(area.is_finite() && *area > REST_MIN_M2))
    {
        return Err(Refusal::NoAreas);
    }
    if asked_m2 > there_m2 + REST_MIN_M2 {
        return Err(Refusal::NotEnough { asked_m2, there_m2 });
    }
    let (sin, cos) = bearing_deg.to_radians().sin_cos();
    // Along the lines, and across them.
    let (along, across) = (Coord { x: sin, y: cos }, Coord { x: cos, y: -sin });
    let origin = bounds(parcel)
        .map(geo_types::Rect::center)
        .ok_or(Refusal::NoAreas)?;
    let turned = parcel.map_coords(|at| {
        let from = at - origin;
        Coord {
            x: from.x * across.x + from.y * across.y,
            y: from.x * along.x + from.y * along.y,
        }
    });
    let box_ = bounds(&turned).ok_or(Refusal::NoAreas)?;
    let (mut before_m2, mut cuts) = (0.0, Vec::new());
    for area in areas_m2 {
        before_m2 += area;
        if there_m2 - before_m2 > REST_MIN_M2 {
            cuts.push(place_of(&turned, before_m2, (box_.min().x, box_.max().x)));
        }
    }
    if cuts.is_empty() {
        return Err(Refusal::DoesNotDivide { short: None });
    }
    let line = |x: f64| {
        let end = |y: f64| origin + across * x + along * y;
        LineString(vec![end(box_.min().y - 1.0), end(box_.max().y + 1.0)])
    };
    let lines: Vec<LineString<f64>> = cuts.iter().map(|x| line(*x)).collect();
    let mut parts = by_lines(parcel, &lines)?;
    let band = |part: &Polygon<f64>| {
        let middle = part.interior_point().map_or(origin, Coord::from) - origin;
        let x = middle.x * across.x + middle.y * across.y;
        cuts.iter().filter(|cut| **cut < x).count()
    };
    parts.sort_by_key(band);
    let doubled = (1..parts.len()).find(|at| band(&parts[*at]) == band(&parts[at - 1]));
    if let Some(at) = doubled {
        return Err(Refusal::InPieces {
            part: band(&parts[at]) + 1,
        });
    }
    debug_assert!(
        parts
            .iter()
            .zip(areas_m2)
            .all(|(part, asked)| (polygon_area_m2(part) - asked).abs() < 100.0 * AREA_SLACK_M2),
        "parts have the areas that were asked for"
    );
    Ok(parts)
}

/// Where a line across must lie so that so much of a turned shape lies before it.
fn place_of(turned: &MultiPolygon<f64>, area_m2: f64, (mut low, mut high): (f64, f64)) -> f64 {
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if before_m2(turned, middle) < area_m2 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The area of a shape west of a place, in square metres: each ring is cut off there, and holes count against it.
fn before_m2(shape: &MultiPolygon<f64>, x: f64) -> f64 {
    shape
        .iter()
        .map(|part| {
            let holes: f64 = part
                .interiors()
                .iter()
                .map(|ring| ring_before_m2(ring, x))
                .sum();
            ring_before_m2(part.exterior(), x) - holes
        })
        .sum()
}

fn ring_before_m2(ring: &LineString<f64>, x: f64) -> f64 {
    let doubled: f64 = ring
        .lines()
        .map(|side| {
            // The side with what lies beyond pressed onto the line.
            let (a, b) = (side.start, side.end);
            let at = |share: f64| a + (b - a) * share;
            let mut places = vec![a];
            if (a.x < x) != (b.x < x) {
                places.push(at((x - a.x) / (b.x - a.x)));
            }
            places.push(b);
            places
                .windows(2)
                .map(|pair| {
                    let (ax, bx) = (pair[0].x.min(x), pair[1].x.min(x));
                    (ax - x) * pair[1].y - (bx - x) * pair[0].y
                })
                .sum::<f64>()
        })
        .sum();
    (doubled / 2.0).abs()
}
