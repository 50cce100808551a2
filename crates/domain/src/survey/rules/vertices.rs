//! No vertex stands twice, no border goes out and back, no side is too short to have been measured.
//!
//! Source: no vertex pair closer than the survey's resolution; the technical table gives sides in metres with two
//! decimals. All are about valid shapes but [`cleaned`], which proposes a repair for one that is not.

use geo_types::{Coord, Geometry, LineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::said;
use crate::{
    geometry::{ParcelShape, edges_of},
    survey::{
        Finding, RuleCode,
        fabric::Lot,
        tolerances::{RepeatedVertex, ShortSide, Spike},
    },
};

/// Vertices that repeat the one before, or stand nearly there; proposes the ring without them.
pub fn repeated_vertices(lot: &Lot<'_>, tolerances: RepeatedVertex) -> Option<Finding> {
    let apart = tolerances.apart.get();
    let repeated: Vec<Coord<f64>> = rings(lot.shape)
        .flat_map(|ring| {
            ring.0
                .windows(2)
                .filter(|pair| distance(pair[0], pair[1]) <= apart)
        })
        .map(|pair| pair[1])
        .collect();
    let first = *repeated.first()?;
    let without = map_rings(lot.shape, |ring| {
        let mut corners = ring.0.clone();
        corners.dedup_by(|next, kept| distance(*next, *kept) <= apart);
        // The last vertex is the first again, and gives way to it.
        if let (Some(&start), true) = (ring.0.first(), corners.len() > 3) {
            while corners.len() > 3 && distance(corners[corners.len() - 1], start) <= apart {
                corners.pop();
            }
            corners.push(start);
        }
        corners
    });
    Some(
        of(RuleCode::RepeatedVertex, lot)
            .with("cantidad", repeated.len())
            .with("distancia", said::metres(apart))
            .at(first)
            .fault(points(repeated))
            .repair(valid(without).map(Geometry::MultiPolygon)),
    )
}

/// The longest place where the border goes out and comes back on nearly the same line; proposes the ring without it.
pub fn spike(lot: &Lot<'_>, tolerances: &Spike) -> Option<Finding> {
    let (mut worst, mut width): (Option<(f64, Coord<f64>)>, f64) = (None, 0.0);
    for ring in rings(lot.shape) {
        for [before, tip, after] in corners(ring) {
            let Some((length, apart)) = arms(before, tip, after) else {
                continue;
            };
            let is_spike = length >= tolerances.length.get() && apart <= tolerances.width.get();
            if is_spike && worst.is_none_or(|(longest, _)| length > longest) {
                (worst, width) = (Some((length, tip)), apart);
            }
        }
    }
    let (length, tip) = worst?;
    let without = map_rings(lot.shape, |ring| {
        ring.0
            .iter()
            .copied()
            .filter(|&corner| corner != tip)
            .collect()
    });
    Some(
        of(RuleCode::Spike, lot)
            .with("largo", said::metres(length))
            .with("ancho", said::metres(width))
            .at(tip)
            .fault(Geometry::Point(tip.into()))
            .repair(valid(without).map(Geometry::MultiPolygon)),
    )
}

/// Sides that are too short; those that only repeat a vertex are said apart.
pub fn short_sides(
    lot: &Lot<'_>,
    tolerances: ShortSide,
    repeated: RepeatedVertex,
) -> Option<Finding> {
    let mut short: Vec<(f64, Coord<f64>)> = rings(lot.shape)
        .flat_map(edges_of)
        .map(|side| (distance(side.from, side.to), side.from))
        .filter(|(length, _)| *length > repeated.apart.get() && *length < tolerances.length.get())
        .collect();
    short.sort_by(|a, b| a.0.total_cmp(&b.0));
    let &(least, at) = short.first()?;
    Some(
        of(RuleCode::ShortSide, lot)
            .with("cantidad", short.len())
            .with("limite", said::metres(tolerances.length.get()))
            .with("largo", said::metres(least))
            .at(at)
            .fault(points(short.into_iter().map(|(_, at)| at).collect())),
    )
}

/// An invalid shape without repeated vertices, spikes of no width and holes of no area, if that makes it valid.
/// None of these holds ground, so that nothing but the drawing changes.
pub fn cleaned(shape: &MultiPolygon<f64>) -> Option<MultiPolygon<f64>> {
    valid(map_rings(shape, |ring| {
        let mut kept: Vec<Coord<f64>> = Vec::with_capacity(ring.0.len());
        let open = ring.0.split_last().map_or(&[][..], |(_, open)| open);
        for &corner in open {
            kept.push(corner);
            retract(&mut kept);
        }
        // Spikes over the ring's beginning, taken back from both ends.
        let mut first = 0;
        while let [start, next, .., before, last] = kept[first..] {
            if last == start || goes_back(before, last, start) {
                kept.pop();
            } else if goes_back(last, start, next) {
                first += 1;
            } else {
                break;
            }
        }
        kept.drain(..first);
        kept.extend(kept.first().copied());
        kept
    }))
}

/// Takes back the end of a line while it repeats itself or goes back on its own way.
fn retract(kept: &mut Vec<Coord<f64>>) {
    loop {
        let count = kept.len();
        if count >= 2 && kept[count - 1] == kept[count - 2] {
            kept.pop();
        } else if count >= 3 && goes_back(kept[count - 3], kept[count - 2], kept[count - 1]) {
            kept.remove(count - 2);
        } else {
            return;
        }
    }
}

/// Whether the way from `tip` to `after` is exactly the way back to `before`, as far as the shorter goes.
fn goes_back(before: Coord<f64>, tip: Coord<f64>, after: Coord<f64>) -> bool {
    use geo::kernels::{Kernel as _, Orientation, RobustKernel};
    let (back, on) = (before - tip, after - tip);
    RobustKernel::orient2d(before, tip, after) == Orientation::Collinear
        && back.x * on.x + back.y * on.y > 0.0
}

/// The length of the shorter arm of a corner that turns back, and how far its end is from the other arm.
fn arms(before: Coord<f64>, tip: Coord<f64>, after: Coord<f64>) -> Option<(f64, f64)> {
    let (back, on) = (before - tip, after - tip);
    if back.x * on.x + back.y * on.y <= 0.0 {
        return None;
    }
    let (a, b) = (back.x.hypot(back.y), on.x.hypot(on.y));
    let apart = (back.x * on.y - back.y * on.x).abs() / a.max(b);
    Some((a.min(b), apart))
}

/// Each corner of a ring with its neighbours.
fn corners(ring: &LineString<f64>) -> impl Iterator<Item = [Coord<f64>; 3]> + '_ {
    let mut open: Vec<Coord<f64>> = edges_of(ring).map(|side| side.from).collect();
    open.dedup();
    let count = open.len();
    (0..count).map(move |place| {
        [
            open[(place + count - 1) % count],
            open[place],
            open[(place + 1) % count],
        ]
    })
}

fn map_rings(
    shape: &MultiPolygon<f64>,
    change: impl Fn(&LineString<f64>) -> Vec<Coord<f64>>,
) -> MultiPolygon<f64> {
    let parts = shape.iter().map(|part| {
        let holes = part.interiors().iter().map(|hole| LineString(change(hole)));
        Polygon::new(
            LineString(change(part.exterior())),
            holes.filter(|hole| hole.0.len() > 3).collect(),
        )
    });
    MultiPolygon(parts.collect())
}

fn valid(shape: MultiPolygon<f64>) -> Option<MultiPolygon<f64>> {
    ParcelShape::parse(shape).ok().map(ParcelShape::into_inner)
}

fn rings(shape: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    shape
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
}

fn distance(a: Coord<f64>, b: Coord<f64>) -> f64 {
    (b - a).x.hypot((b - a).y)
}

fn points(places: Vec<Coord<f64>>) -> Geometry<f64> {
    Geometry::MultiPoint(MultiPoint(places.into_iter().map(Point::from).collect()))
}

fn of(rule: RuleCode, lot: &Lot<'_>) -> Finding {
    Finding::new(rule, lot.row)
        .of(lot.code)
        .with("codigo", lot.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::rules::samples::{lot, rectangle, shape, tolerances};

    const SQUARE: [(f64, f64); 4] = [(0., 0.), (10., 0.), (10., 10.), (0., 10.)];

    fn with(extra: &[(f64, f64)]) -> MultiPolygon<f64> {
        // Between the second corner and the third.
        shape(&[&SQUARE[..2], extra, &SQUARE[2..]].concat())
    }

    fn is_square(repair: Option<&Geometry<f64>>) -> bool {
        repair == Some(&Geometry::MultiPolygon(rectangle(0., 0., 10., 10.)))
    }

    #[test]
    fn a_vertex_that_stands_twice_is_proposed_away() {
        let check = |extra: &[(f64, f64)], expected: Option<&str>| {
            let shape = with(extra);
            let found = repeated_vertices(&lot(&shape), tolerances().repeated_vertex);
            let count = found.as_ref().map(|finding| finding.values[1].1.clone());
            assert_eq!(count.as_deref(), expected, "{extra:?}");
            assert!(found.is_none_or(|finding| is_square(finding.repair.as_ref())));
        };
        check(&[], None);
        check(&[(10., 0.)], Some("1"));
        check(&[(10., 0.0004), (10., 0.0008)], Some("2"));
        check(&[(10., 0.02)], None);
    }

    #[test]
    fn a_border_that_goes_out_and_back_is_a_spike() {
        let check = |extra: &[(f64, f64)], expected: Option<&str>| {
            let shape = with(extra);
            let found = spike(&lot(&shape), &tolerances().spike);
            let length = found.as_ref().map(|finding| finding.values[1].1.clone());
            assert_eq!(length.as_deref(), expected, "{extra:?}");
        };
        check(&[], None);
        check(&[(10., 5.), (13., 5.), (10., 5.01)], Some("3.00"));
        check(&[(10., 5.), (13., 5.), (10., 6.)], None);
        check(&[(10., 5.), (10.05, 5.), (10., 5.01)], None);
    }

    #[test]
    fn a_side_of_centimetres_was_never_measured() {
        let check = |extra: &[(f64, f64)], expected: Option<&str>| {
            let shape = with(extra);
            let limits = tolerances();
            let found = short_sides(&lot(&shape), limits.short_side, limits.repeated_vertex);
            let least = found.as_ref().map(|finding| finding.values[3].1.clone());
            assert_eq!(least.as_deref(), expected, "{extra:?}");
        };
        check(&[], None);
        check(&[(10., 0.03)], Some("0.03"));
        check(&[(10., 0.06)], None);
        check(&[(10., 0.0005)], None);
    }

    #[test]
    fn a_repair_is_valid_or_there_is_none() {
        let spiked = with(&[(10., 5.), (14., 5.), (12., 5.), (10., 5.)]);
        assert_eq!(
            cleaned(&spiked),
            Some(with(&[(10., 5.)])),
            "the foot stays, the spike goes"
        );
        let over_the_start = shape(&[
            (-3., 0.),
            (0., 0.),
            (10., 0.),
            (10., 10.),
            (0., 10.),
            (0., 0.),
        ]);
        assert_eq!(
            cleaned(&over_the_start).map(|shape| crate::geometry::area_m2(&shape)),
            Some(100.0)
        );
        let bow = shape(&[(0., 0.), (10., 10.), (10., 0.), (0., 10.)]);
        assert_eq!(cleaned(&bow), None);
        let line = shape(&[(0., 0.), (10., 0.), (5., 0.)]);
        assert_eq!(cleaned(&line), None);
        assert_eq!(cleaned(&MultiPolygon(vec![])), None);
    }
}
