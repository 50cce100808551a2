//! A parcel lies in a zone of the plans in force: where it lies in none, nobody can say what may be built on it.
//!
//! Source: the zoning plan and its rules say what each piece of urban ground is for (RATDUS, DS 012-2022-VIVIENDA).
//! Where no zone is in force there is no plan to ask, and nothing is said.

use geo_types::{Coord, Geometry};
use rstar::RTree;

use super::place::middle;
use crate::{
    geometry::{PreparedArea, Scratch, ledger_with},
    survey::{
        Finding, RuleCode,
        fabric::{Boxed, District, Members, boxed, grown},
    },
};

/// One finding for each parcel of the file without any ground in a zone.
pub(in crate::survey) fn zones(members: &Members<'_>, zones: &[District<'_>]) -> Vec<Finding> {
    if zones.is_empty() {
        return Vec::new();
    }
    let grounds: Vec<PreparedArea> = zones
        .iter()
        .map(|zone| PreparedArea::new(zone.shape))
        .collect();
    let boxes = grounds.iter().enumerate().filter_map(|(place, ground)| {
        let bounds = ground.bounds()?;
        Some(boxed(&grown(bounds.min(), bounds.max(), 0.0), place))
    });
    let tree: RTree<Boxed> = RTree::bulk_load(boxes.collect());
    let mut scratch = Scratch::default();
    let in_file = members.all.iter().filter(|member| member.in_file);
    in_file
        .filter(|member| {
            let around = grown(member.min, member.max, 0.0);
            let near: Vec<&PreparedArea> = tree
                .locate_in_envelope_intersecting(around)
                .filter_map(|found| grounds.get(found.data as usize))
                .collect();
            // Nearly every parcel has its first corner in a zone, which is far cheaper to ask than areas are.
            let corner = member.lot.shape.0.first().map(|part| part.exterior().0[0]);
            let stands_in = |at: Coord<f64>| near.iter().any(|zone| zone.point_in(at));
            !corner.is_some_and(stands_in)
                && ledger_with(&mut scratch, member.lot.shape, &near).covered_m2 <= 0.0
        })
        .map(|member| {
            let bounds = geo_types::Rect::new(member.min, member.max);
            Finding::new(RuleCode::NoZone, member.lot.row)
                .of(member.lot.code)
                .with("codigo", member.lot.code)
                .at(middle(&Geometry::Rect(bounds)))
        })
        .collect()
}
