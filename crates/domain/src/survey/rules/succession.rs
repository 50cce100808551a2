//! What comes after a parcel takes all of its ground, under codes that nobody else has.
//!
//! Source: rules of the cadastral fabric; bands of the Directiva 01-2008-SNCP/CNC; a code is given once and never again
//! (Ley 28294, Directiva 01-2006-SNCP/CNC).

use std::collections::HashSet;

use geo::{BooleanOps as _, InteriorPoint};
use geo_types::{Coord, Geometry, MultiPolygon, Polygon};

use super::{declared_area::Nature, said};
use crate::{
    geometry::{PreparedArea, area::polygon_area_m2, ledger},
    survey::{
        AreaTable, ChangeKind, Finding, RuleCode, compare::Change, fabric::Lot,
        tolerances::Children,
    },
};

/// Whether what comes after takes all of the ground that was before and no other, where ground passes from some parcels
/// to others. It weighs less where the areas differ by no more than two measurements of one parcel may.
pub fn completeness(
    change: &Change,
    new: &[Lot<'_>],
    old: &[Lot<'_>],
    tolerances: Children,
    bands: &AreaTable,
) -> Option<Finding> {
    let passes = change.of_code
        || matches!(
            change.kind,
            ChangeKind::Split | ChangeKind::Merged | ChangeKind::Readjusted
        );
    let first = change.children.first().filter(|_| passes)?;
    let of = |side: &[Lot<'_>], at: &[usize]| -> Vec<MultiPolygon<f64>> {
        at.iter().map(|at| side[*at].shape.clone()).collect()
    };
    let (parents, children) = (of(old, &change.parents), of(new, &change.children));
    let (missing, exceeding) = (
        outside_m2(&parents, &children),
        outside_m2(&children, &parents),
    );
    let tolerated = tolerances.area.get();
    if missing <= tolerated && exceeding <= tolerated {
        return None;
    }
    let named = |side: &[Lot<'_>], at: &[usize]| {
        let codes: Vec<&str> = at.iter().map(|at| side[*at].code).collect();
        codes.join(", ")
    };
    let (before, after) = (change.area_before_m2, change.area_after_m2);
    let ground = uncovered(&parents, &children, missing > tolerated).chain(uncovered(
        &children,
        &parents,
        exceeding > tolerated,
    ));
    let mut ground: Vec<Polygon<f64>> = ground.collect();
    // Rounding leaves crumbs along borders: a person looks at the large pieces first.
    ground.sort_by(|a, b| polygon_area_m2(b).total_cmp(&polygon_area_m2(a)));
    let at = ground.first().and_then(InteriorPoint::interior_point);
    let mut finding = Finding::new(RuleCode::ChildrenIncomplete, new[*first].row)
        .of(new[*first].code)
        .with("anteriores", named(old, &change.parents))
        .with("nuevos", named(new, &change.children))
        .with("antes", said::square_metres(before))
        .with("despues", said::square_metres(after))
        .with("falta", said::square_metres(missing))
        .with("sobra", said::square_metres(exceeding))
        .at(at.map(Coord::from))
        .fault(Geometry::MultiPolygon(MultiPolygon(ground)))
        .lesser((after - before).abs() <= bands.accepted_m2(Nature::Urban, before));
    finding.others = change
        .parents
        .iter()
        .map(|at| old[*at].code.to_owned())
        .collect();
    Some(finding)
}

/// Ground of some shapes that none of others has, in square metres.
fn outside_m2(these: &[MultiPolygon<f64>], those: &[MultiPolygon<f64>]) -> f64 {
    let prepared: Vec<PreparedArea> = those.iter().map(PreparedArea::new).collect();
    let prepared: Vec<&PreparedArea> = prepared.iter().collect();
    these
        .iter()
        .map(|shape| ledger(shape, &prepared).uncovered_m2)
        .sum()
}

/// The same ground as shapes, to look at.
fn uncovered(
    these: &[MultiPolygon<f64>],
    those: &[MultiPolygon<f64>],
    asked: bool,
) -> impl Iterator<Item = Polygon<f64>> {
    let these = if asked { these } else { &[] };
    these.iter().flat_map(|shape| {
        those
            .iter()
            .fold(shape.clone(), |ground, other| ground.difference(other))
    })
}

/// A parcel came back edited from a package, and was changed in force by `current` meanwhile; closed, where that is none.
pub fn edited_meanwhile(row: u64, code: &str, base: i64, current: Option<i64>) -> Finding {
    let now = match current {
        Some(current) => format!("lo cambió la versión {current}"),
        None => "se dio de baja o se dividió".to_owned(),
    };
    Finding::new(RuleCode::EditedMeanwhile, row)
        .of(code)
        .with("codigo", code)
        .with("base", base)
        .with("actual", now)
}

/// A code that does not name its municipality is in force in another one.
pub fn in_force_elsewhere(row: u64, code: &str) -> Finding {
    Finding::new(RuleCode::CodeInUse, row)
        .of(code)
        .with("codigo", code)
        .with("defecto", "está en vigor en otro municipio")
}

/// Codes that are taken.
#[derive(Debug)]
pub struct Codes<'a> {
    /// In force.
    pub standing: HashSet<&'a str>,
    /// In force, and closed by the file.
    pub closed: HashSet<&'a str>,
    /// In force once, and no more.
    pub retired: HashSet<&'a str>,
}

/// Codes that a change opens though they stay in force elsewhere, or were retired once.
pub fn codes_in_use(change: &Change, new: &[Lot<'_>], codes: &Codes<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for child in &change.children {
        let code = new[*child].code;
        let defect = if codes.standing.contains(code) && !codes.closed.contains(code) {
            "está en vigor en otro lugar, y el archivo no lo cambia allí"
        } else if codes.retired.contains(code) {
            "ya se usó y se dio de baja: los códigos no se vuelven a dar"
        } else {
            continue;
        };
        found.push(
            Finding::new(RuleCode::CodeInUse, new[*child].row)
                .of(code)
                .with("codigo", code)
                .with("defecto", defect)
                .at(super::place::middle(&new[*child].shape.clone().into())),
        );
    }
    found
}
