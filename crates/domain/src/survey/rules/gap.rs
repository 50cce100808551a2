//! Between the borders of neighbours there is no ground that is nobody's.
//!
//! Source: lots of a block share borders exactly. Two ways to find such ground: bare borders that close around a hole,
//! small or thin, or landlocked; and bare borders that face each other nearer than any passage is wide.

use std::collections::{BTreeMap, BTreeSet};

use geo::InteriorPoint as _;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use rstar::RTree;

use super::said;
use crate::{
    geometry::area::signed_ring_area_m2,
    survey::{
        Finding, RuleCode,
        fabric::{
            Boxed, Exposed, Facing, Index, Member, Members, TooManyOverlaps, boxed, facing,
            grown_side, is_ground, loops, nobodys_share,
        },
        tolerances::Gap,
    },
};

/// Borders of two parcels that were cut at a neighbour end up to so many times the snapping tolerance apart.
const ENDS_APART: f64 = 3.0;
/// How many bare borders come near another one on average, at most.
const NEAR_MAX: u64 = 1_000;
/// How many are always looked at.
const NEAR_FREE: u64 = 1_000_000;
/// So much of the ground between two borders must be nobody's: a parcel that lies across makes it another matter.
const EMPTY_SHARE: f64 = 0.9;
/// Neighbours that a sentence names.
const NAMED_MAX: usize = 4;

/// One finding for each hole, and one for each two parcels with a gap between them.
pub(in crate::survey) fn gaps(
    members: &Members<'_>,
    index: &Index,
    exposed: &[Exposed],
    tolerances: &Gap,
) -> Result<Vec<Finding>, TooManyOverlaps> {
    let mut findings = Vec::new();
    let mut told = vec![false; exposed.len()];
    for ring in loops(exposed, ENDS_APART * tolerances.snap.get()) {
        if let Some(finding) = hole(members, index, exposed, &ring, tolerances) {
            findings.push(finding);
            for &border in &ring {
                told[border] = true;
            }
        }
    }
    for ((a, b), parts) in between(members, index, exposed, &told, tolerances)? {
        findings.extend(gap(&members.all[a], &members.all[b], parts, tolerances));
    }
    Ok(findings)
}

/// The hole that a ring of bare borders closes around, if it is one and nobody's.
fn hole(
    members: &Members<'_>,
    index: &Index,
    exposed: &[Exposed],
    ring: &[usize],
    tolerances: &Gap,
) -> Option<Finding> {
    let mut corners: Vec<Coord<f64>> = ring
        .iter()
        .flat_map(|&border| [exposed[border].side.from, exposed[border].side.to])
        .collect();
    corners.dedup();
    let ground = Polygon::new(LineString(corners), Vec::new());
    let area_m2 = -signed_ring_area_m2(ground.exterior());
    let perimeter_m = said::ring_length_m(ground.exterior());
    if area_m2 <= 0.0 || perimeter_m <= 0.0 {
        return None;
    }
    let width_m = 2.0 * area_m2 / perimeter_m;
    let is_small = area_m2 <= tolerances.area.get() || width_m <= tolerances.width.get();
    if area_m2 > tolerances.enclosed.get() && !is_small || width_m <= tolerances.snap.get() {
        return None;
    }
    let inside = Coord::from(ground.interior_point()?);
    if is_ground(members, index, inside) {
        return None;
    }
    if nobodys_share(members, index, &ground) < EMPTY_SHARE {
        return None;
    }
    let around: BTreeSet<usize> = ring
        .iter()
        .map(|&border| exposed[border].member as usize)
        .collect();
    let around: Vec<&Member<'_>> = around.iter().map(|&number| &members.all[number]).collect();
    finding(&around, area_m2, width_m, inside, Geometry::Polygon(ground))
        .map(|finding| finding.lesser(!is_small))
}

type Between = BTreeMap<(usize, usize), Vec<Facing>>;

/// Empty ground between bare borders of two parcels that face each other.
fn between(
    members: &Members<'_>,
    index: &Index,
    exposed: &[Exposed],
    told: &[bool],
    tolerances: &Gap,
) -> Result<Between, TooManyOverlaps> {
    let boxes = exposed
        .iter()
        .enumerate()
        .map(|(number, border)| boxed(&grown_side(&border.side, 0.0), number));
    let tree: RTree<Boxed> = RTree::bulk_load(boxes.collect());
    let limit = NEAR_MAX * exposed.len() as u64 + NEAR_FREE;
    let mut looks = 0_u64;
    let mut between = Between::new();
    let mut near: Vec<usize> = Vec::new();
    for (number, border) in exposed.iter().enumerate() {
        let reach = grown_side(&border.side, tolerances.width.get());
        near.clear();
        for found in tree.locate_in_envelope_intersecting(reach) {
            looks += 1;
            if looks > limit {
                return Err(TooManyOverlaps {
                    lots: members.all.len(),
                    limit,
                });
            }
            near.push(found.data as usize);
        }
        near.sort_unstable();
        for &other in near.iter().filter(|&&other| {
            exposed[other].member > border.member && !(told[number] && told[other])
        }) {
            let theirs = &exposed[other];
            let pair = (border.member as usize, theirs.member as usize);
            if !members.all[pair.0].in_file && !members.all[pair.1].in_file {
                continue;
            }
            if let Some(part) = facing(&border.side, &theirs.side, tolerances)
                && !is_ground(members, index, part.middle)
                && nobodys_share(members, index, &part.ground) >= EMPTY_SHARE
            {
                between.entry(pair).or_default().push(part);
            }
        }
    }
    Ok(between)
}

fn gap(a: &Member<'_>, b: &Member<'_>, parts: Vec<Facing>, tolerances: &Gap) -> Option<Finding> {
    let length_m: f64 = parts.iter().map(|part| part.length_m).sum();
    let area_m2: f64 = parts.iter().map(|part| part.area_m2).sum();
    let width_m = area_m2 / length_m;
    if length_m < tolerances.length.get() || width_m <= tolerances.snap.get() {
        return None;
    }
    let longest = parts
        .iter()
        .max_by(|p, q| p.length_m.total_cmp(&q.length_m))?
        .middle;
    let ground = MultiPolygon(parts.into_iter().map(|part| part.ground).collect());
    finding(
        &[a, b],
        area_m2,
        width_m,
        longest,
        Geometry::MultiPolygon(ground),
    )
}

fn finding(
    around: &[&Member<'_>],
    area_m2: f64,
    width_m: f64,
    at: Coord<f64>,
    ground: Geometry<f64>,
) -> Option<Finding> {
    let mut around = around.to_vec();
    around.sort_by_key(|member| (!member.in_file, member.lot.row, member.lot.code));
    let (own, others) = around.split_first().filter(|(own, _)| own.in_file)?;
    let named: Vec<&str> = others
        .iter()
        .take(NAMED_MAX)
        .map(|other| other.lot.code)
        .collect();
    let own_code = own.lot.code;
    let place = match (named.len(), others.len().saturating_sub(NAMED_MAX)) {
        (0, _) => format!("Dentro del lote {own_code}"),
        (1, _) => format!("Entre el lote {own_code} y el lote {}", named[0]),
        (_, 0) => format!("Entre el lote {own_code} y los lotes {}", named.join(", ")),
        (_, more) => format!(
            "Entre el lote {own_code} y los lotes {} y {more} más",
            named.join(", ")
        ),
    };
    let finding = Finding::new(RuleCode::Gap, own.lot.row)
        .of(own.lot.code)
        .with("codigo", own.lot.code)
        .with("lugar", place)
        .with("area", said::square_metres(area_m2))
        .with("ancho", said::metres(width_m))
        .at(at)
        .fault(ground);
    Some(
        others
            .iter()
            .fold(finding, |finding, other| finding.and(other.lot.code)),
    )
}
