//! The rules that look at many parcels together: the fabric of a town.
//!
//! [`check`] asks them all, for the parcels of a file among those in force. Each rule is a file of
//! [`rules`]; here are the parcels in their order, who is near whom, and the work shared out.
//!
//! Source of the rules: lots of a block do not overlap, share borders exactly, lie in one block; blocks lie in one
//! sector; lots do not lie on public roads (Ley 28294 and its directives; `data/reglas/levantamiento.json` names the
//! source of each).

mod borders;
mod faces;
mod index;
mod loops;
mod meetings;
mod members;
mod work;

use geo::BoundingRect as _;
use geo_types::{Geometry, MultiPolygon};
use rstar::RTree;

pub(in crate::survey) use self::{
    borders::Exposed,
    faces::{Facing, facing},
    index::{Boxed, Index, boxed, grown, grown_side, is_ground, nobodys_share},
    loops::loops,
    members::{Member, Members},
};
use super::{Finding, Tolerances, rules};

/// A parcel as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Lot<'a> {
    /// Row of the file as a person counts, from 1; 0 for a parcel in force.
    pub row: u64,
    /// Its code: 14 digits, or a provisional one.
    pub code: &'a str,
    /// Its ground, a valid shape in EPSG:32718.
    pub shape: &'a MultiPolygon<f64>,
    /// The area that its papers say, in square metres.
    pub declared_area_m2: Option<f64>,
}

/// A block, a sector or a zone in force.
#[derive(Clone, Copy, Debug)]
pub struct District<'a> {
    /// Its code: 11 digits for a block, 8 for a sector; what its plan calls a zone.
    pub code: &'a str,
    /// Its ground, a valid shape in EPSG:32718.
    pub shape: &'a MultiPolygon<f64>,
}

/// A road in force: its axis as lines, or its ground as areas.
#[derive(Clone, Copy, Debug)]
pub struct Road<'a> {
    /// Its name or code, as people know it.
    pub name: &'a str,
    /// Lines or areas in EPSG:32718; points say nothing.
    pub shape: &'a Geometry<f64>,
}

/// What is in force around the parcels of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// Parcels in force that the file does not replace.
    pub in_force: &'a [Lot<'a>],
    /// Blocks; none silences the rules about them but for one word.
    pub blocks: &'a [District<'a>],
    /// Sectors, likewise.
    pub sectors: &'a [District<'a>],
    /// Roads.
    pub roads: &'a [Road<'a>],
    /// Zones of the plans in force; none silences the rule about them.
    pub zones: &'a [District<'a>],
}

/// So many parcels lie one on the other that to look at each pair would take hours: no fabric of a town.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{lots} parcels come near each other more than {limit} times: this is no fabric")]
pub struct TooManyOverlaps {
    /// Parcels looked at.
    pub lots: usize,
    /// How many meetings are looked at, at most.
    pub limit: u64,
}

/// All findings of the fabric rules, in the order of rows; the same whatever the order of `lots`.
///
/// # Errors
/// When the parcels lie on each other so much that no fabric of a town does.
pub fn check(
    lots: &[Lot<'_>],
    around: &Surroundings<'_>,
    tolerances: &Tolerances,
) -> Result<Vec<Finding>, TooManyOverlaps> {
    let members = Members::new(lots, around.in_force);
    let index = Index::new(&members);
    let reach = tolerances.gap.width.get();
    index.check_load(&members, reach)?;

    let passed = work::share_out(&members, &index, tolerances)?;
    let mut findings = rules::overlap::overlaps(&members, passed.common, &tolerances.overlap);
    findings.extend(rules::border::uneven_borders(&members, passed.uneven));
    findings.extend(rules::gap::gaps(
        &members,
        &index,
        &passed.exposed,
        &tolerances.gap,
    )?);
    findings.extend(rules::block::blocks(
        &members,
        around,
        tolerances.outside_block,
    ));
    findings.extend(rules::road::roads(
        &members,
        around.roads,
        &tolerances.over_road,
    ));
    findings.extend(rules::zone::zones(&members, around.zones));
    findings.sort_by(|a, b| {
        (a.row, &a.code, a.rule, &a.others)
            .cmp(&(b.row, &b.code, b.rule, &b.others))
            .then_with(|| place(a).total_cmp(&place(b)))
    });
    Ok(findings)
}

/// Those lots whose boxes meet the box of one of others.
pub fn beside<'a>(lots: &[Lot<'a>], others: &[Lot<'_>]) -> Vec<Lot<'a>> {
    let bounds = |lot: &Lot<'_>| {
        let bounds = lot.shape.bounding_rect()?;
        Some(grown(bounds.min(), bounds.max(), 0.0))
    };
    let boxes = others.iter().filter_map(bounds);
    let tree: RTree<Boxed> = RTree::bulk_load(boxes.map(|there| boxed(&there, 0)).collect());
    let meets = |lot: &&Lot<'_>| {
        bounds(lot).is_some_and(|own| tree.locate_in_envelope_intersecting(own).next().is_some())
    };
    lots.iter().filter(meets).copied().collect()
}

fn place(finding: &Finding) -> f64 {
    finding.at.map_or(0.0, |at| at.x)
}

#[cfg(test)]
mod tests;
