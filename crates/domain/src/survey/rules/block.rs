//! A parcel lies in the block of its code, and its block and sector are in force.
//!
//! Source: a lot lies in one block, a block in one sector; of the 14 digits of a lot the first 8 are its sector and
//! the first 11 its block (R. 001-2007-SNCP/CNC). A provisional code names neither, and nothing is asked of it.

use std::collections::BTreeMap;

use geo_types::{Geometry, MultiPolygon};

use super::said;
use crate::{
    collection::Collection,
    geometry::{PreparedArea, Scratch, ledger_with},
    survey::{
        Finding, RuleCode,
        fabric::{District, Member, Members, Surroundings},
        tolerances::OutsideBlock,
    },
};

const LOT_DIGITS: usize = 14;
const BLOCK_DIGITS: usize = 11;
const SECTOR_DIGITS: usize = 8;

/// What the parcels of the file have against the blocks and the sectors.
pub(in crate::survey) fn blocks(
    members: &Members<'_>,
    around: &Surroundings<'_>,
    tolerances: OutsideBlock,
) -> Vec<Finding> {
    let coded: Vec<&Member<'_>> = members
        .all
        .iter()
        .filter(|member| member.in_file && is_official(member.lot.code))
        .collect();
    let mut findings = Vec::new();
    if coded.is_empty() {
        return findings;
    }
    if around.sectors.is_empty() {
        findings.push(empty(&Collection::Sectors, RuleCode::UnknownSector));
    } else {
        findings.extend(unknown(&coded, around.sectors, SECTOR_DIGITS, |code| {
            (RuleCode::UnknownSector, "sector", code)
        }));
    }
    if around.blocks.is_empty() {
        findings.push(empty(&Collection::Manzanas, RuleCode::UnknownBlock));
    } else {
        findings.extend(unknown(&coded, around.blocks, BLOCK_DIGITS, |code| {
            (RuleCode::UnknownBlock, "manzana", code)
        }));
        outside(&coded, around.blocks, tolerances, &mut findings);
    }
    findings
}

fn is_official(code: &str) -> bool {
    code.len() == LOT_DIGITS && code.bytes().all(|b| b.is_ascii_digit())
}

fn empty(layer: &Collection, rule: RuleCode) -> Finding {
    Finding::new(RuleCode::EmptyLayer, 0)
        .with("capa", layer)
        .with("regla", rule.name())
}

fn unknown<'m>(
    coded: &'m [&Member<'m>],
    known: &[District<'_>],
    digits: usize,
    said: impl Fn(&'m str) -> (RuleCode, &'static str, &'m str) + 'm,
) -> impl Iterator<Item = Finding> + 'm {
    let known: std::collections::HashSet<String> = known
        .iter()
        .map(|district| district.code.to_owned())
        .collect();
    coded
        .iter()
        .filter(move |member| !known.contains(&member.lot.code[..digits]))
        .map(move |member| {
            let (rule, place, code) = said(&member.lot.code[..digits]);
            Finding::new(rule, member.lot.row)
                .of(member.lot.code)
                .with("codigo", member.lot.code)
                .with(place, code)
                .at(super::place::middle(&Geometry::Rect(geo_types::Rect::new(
                    member.min, member.max,
                ))))
        })
}

fn outside(
    coded: &[&Member<'_>],
    blocks: &[District<'_>],
    tolerances: OutsideBlock,
    findings: &mut Vec<Finding>,
) {
    let mut lots: BTreeMap<&str, Vec<&Member<'_>>> = BTreeMap::new();
    for member in coded {
        lots.entry(&member.lot.code[..BLOCK_DIGITS])
            .or_default()
            .push(member);
    }
    // A block may come in several rows: what lies in none of them is outside.
    let mut rows: BTreeMap<&str, Vec<&MultiPolygon<f64>>> = BTreeMap::new();
    for block in blocks {
        rows.entry(block.code).or_default().push(block.shape);
    }
    let mut scratch = Scratch::default();
    for (code, lots) in lots {
        let Some(rows) = rows.get(code) else {
            continue;
        };
        let pieces: Vec<PreparedArea> = rows.iter().map(|row| PreparedArea::new(row)).collect();
        let pieces: Vec<&PreparedArea> = pieces.iter().collect();
        for member in lots {
            let ledger = ledger_with(&mut scratch, member.lot.shape, &pieces);
            if ledger.uncovered_m2 > tolerances.area.get() {
                findings.push(outside_of(member, code, rows, ledger.uncovered_m2));
            }
        }
    }
}

fn outside_of(
    member: &Member<'_>,
    block: &str,
    rows: &[&MultiPolygon<f64>],
    area_m2: f64,
) -> Finding {
    use geo::{BooleanOps as _, InteriorPoint as _};
    let ground = rows.iter().fold(member.lot.shape.clone(), |ground, row| {
        ground.difference(*row)
    });
    Finding::new(RuleCode::OutsideBlock, member.lot.row)
        .of(member.lot.code)
        .with("codigo", member.lot.code)
        .with("manzana", block)
        .with("area", said::square_metres(area_m2))
        .at(ground.interior_point().map(geo_types::Coord::from))
        .fault(Geometry::MultiPolygon(ground))
}
