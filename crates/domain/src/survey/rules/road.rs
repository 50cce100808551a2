//! No parcel lies on a public road.
//!
//! Source: lots do not lie on public roads. An axis is drawn along the middle of its road, so that one inside a
//! parcel says that the parcel or the axis is misplaced.

use std::collections::BTreeMap;

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Rect};
use rstar::RTree;

use super::said;
use crate::{
    geometry::{Edge, PreparedArea, Scratch, ledger_with},
    survey::{
        Finding, RuleCode,
        fabric::{Boxed, Member, Members, Road, boxed, grown, grown_side},
        tolerances::OverRoad,
    },
};

/// One finding for each parcel of the file and each road over it.
pub(in crate::survey) fn roads(
    members: &Members<'_>,
    roads: &[Road<'_>],
    tolerances: &OverRoad,
) -> Vec<Finding> {
    let mut pieces: Vec<(usize, Edge)> = Vec::new();
    let mut areas: Vec<(usize, MultiPolygon<f64>, PreparedArea)> = Vec::new();
    for (number, road) in roads.iter().enumerate() {
        collect(number, road.shape, &mut pieces, &mut areas);
    }
    let axes: RTree<Boxed> = RTree::bulk_load(
        pieces
            .iter()
            .enumerate()
            .map(|(place, (_, piece))| boxed(&grown_side(piece, 0.0), place))
            .collect(),
    );
    let grounds: RTree<Boxed> = RTree::bulk_load(
        areas
            .iter()
            .enumerate()
            .filter_map(|(place, (.., area))| {
                let bounds = area.bounds()?;
                Some(boxed(&grown(bounds.min(), bounds.max(), 0.0), place))
            })
            .collect(),
    );
    let mut scratch = Scratch::default();
    let mut findings = Vec::new();
    for member in members.all.iter().filter(|member| member.in_file) {
        let around = grown(member.min, member.max, 0.0);
        let mut inside: BTreeMap<usize, Vec<Edge>> = BTreeMap::new();
        let mut ground = None;
        for found in axes.locate_in_envelope_intersecting(around) {
            let (road, piece) = &pieces[found.data as usize];
            let ground = ground.get_or_insert_with(|| PreparedArea::new(member.lot.shape));
            clip(ground, piece, inside.entry(*road).or_default());
        }
        for (road, parts) in inside {
            let length_m: f64 = parts.iter().map(length).sum();
            if length_m > tolerances.length.get() {
                findings.push(over_axis(member, &roads[road], parts, length_m));
            }
        }
        for found in grounds.locate_in_envelope_intersecting(around) {
            let (road, shape, area) = &areas[found.data as usize];
            let ledger = ledger_with(&mut scratch, member.lot.shape, &[area]);
            if ledger.covered_m2 > tolerances.area.get() {
                findings.push(over_ground(member, &roads[*road], shape, ledger.covered_m2));
            }
        }
    }
    findings
}

fn collect(
    number: usize,
    shape: &Geometry<f64>,
    pieces: &mut Vec<(usize, Edge)>,
    areas: &mut Vec<(usize, MultiPolygon<f64>, PreparedArea)>,
) {
    let mut line = |line: &LineString<f64>| {
        pieces.extend(crate::geometry::edges_of(line).map(|piece| (number, piece)));
    };
    match shape {
        Geometry::LineString(axis) => line(axis),
        Geometry::MultiLineString(axes) => axes.iter().for_each(line),
        Geometry::Polygon(ground) => {
            let ground = MultiPolygon(vec![ground.clone()]);
            areas.push((number, ground.clone(), PreparedArea::new(&ground)));
        }
        Geometry::MultiPolygon(ground) => {
            areas.push((number, ground.clone(), PreparedArea::new(ground)));
        }
        _ => {}
    }
}

/// The parts of a piece of axis that lie on a parcel's ground.
fn clip(ground: &PreparedArea, piece: &Edge, inside: &mut Vec<Edge>) {
    let along = piece.to - piece.from;
    let mut cuts = vec![0.0, 1.0];
    let (low, high) = (
        Coord {
            x: piece.x_min(),
            y: piece.y_min(),
        },
        Coord {
            x: piece.x_max(),
            y: piece.y_max(),
        },
    );
    ground.each_edge_near(Rect::new(low, high), |side| {
        let run = side.to - side.from;
        let from = side.from - piece.from;
        let slant = along.x * run.y - along.y * run.x;
        let share = (from.x * run.y - from.y * run.x) / slant;
        // Sides that run with the axis cut it nowhere; their neighbours do.
        if share > 0.0 && share < 1.0 {
            cuts.push(share);
        }
    });
    cuts.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| piece.from + along * share;
    for pair in cuts.windows(2).filter(|pair| pair[0] < pair[1]) {
        if ground.point_in(at(f64::midpoint(pair[0], pair[1]))) {
            inside.push(Edge {
                from: at(pair[0]),
                to: at(pair[1]),
            });
        }
    }
}

fn length(piece: &Edge) -> f64 {
    (piece.to - piece.from).x.hypot((piece.to - piece.from).y)
}

fn over_axis(member: &Member<'_>, road: &Road<'_>, parts: Vec<Edge>, length_m: f64) -> Finding {
    let mut parts = parts;
    parts.sort_by(|a, b| {
        length(b)
            .total_cmp(&length(a))
            .then(a.from.x.total_cmp(&b.from.x))
            .then(a.from.y.total_cmp(&b.from.y))
    });
    let at = parts.first().map(|part| Coord {
        x: f64::midpoint(part.from.x, part.to.x),
        y: f64::midpoint(part.from.y, part.to.y),
    });
    let lines = parts
        .iter()
        .map(|part| LineString(vec![part.from, part.to]))
        .collect();
    over(
        member,
        road,
        format!("{} m de su eje", said::metres(length_m)),
    )
    .at(at)
    .fault(Geometry::MultiLineString(MultiLineString(lines)))
}

fn over_ground(
    member: &Member<'_>,
    road: &Road<'_>,
    shape: &MultiPolygon<f64>,
    area_m2: f64,
) -> Finding {
    use geo::{BooleanOps as _, InteriorPoint as _};
    let ground = member.lot.shape.intersection(shape);
    over(
        member,
        road,
        format!("{} m² de su área", said::square_metres(area_m2)),
    )
    .at(ground.interior_point().map(Coord::from))
    .fault(Geometry::MultiPolygon(ground))
}

fn over(member: &Member<'_>, road: &Road<'_>, measured: String) -> Finding {
    Finding::new(RuleCode::OverRoad, member.lot.row)
        .of(member.lot.code)
        .with("codigo", member.lot.code)
        .with("via", road.name)
        .with("medida", measured)
}
