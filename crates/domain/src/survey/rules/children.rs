//! The children of a parcel make up its ground, no more and no less.
//!
//! Source: children fill their parent (subdivisión de lote, independización, habilitación urbana). What two children
//! have in common is an overlap, and told by that rule.

use geo::BooleanOps as _;
use geo_types::{Coord, Geometry, MultiPolygon};

use super::said;
use crate::{
    geometry::{PreparedArea, area_m2, ledger},
    survey::{Finding, RuleCode, fabric::Lot, tolerances::Children},
};

/// Up to two findings: ground of the parent that no child has, and ground of the children that is not the parent's.
pub fn children(parent: &Lot<'_>, children: &[Lot<'_>], tolerances: Children) -> Vec<Finding> {
    let mut children = children.to_vec();
    children.sort_by_key(|child| (child.code, child.row));
    let prepared: Vec<PreparedArea> = children
        .iter()
        .map(|child| PreparedArea::new(child.shape))
        .collect();
    let shares = ledger(parent.shape, &prepared.iter().collect::<Vec<_>>());
    let ground_of_parent = PreparedArea::new(parent.shape);
    let exceeding: f64 = children
        .iter()
        .map(|child| ledger(child.shape, &[&ground_of_parent]).uncovered_m2)
        .sum();
    let mut findings = Vec::new();
    if shares.uncovered_m2 > tolerances.area.get() {
        let missing = children.iter().fold(parent.shape.clone(), |ground, child| {
            ground.difference(child.shape)
        });
        findings.push(finding(
            parent,
            &children,
            "faltan",
            shares.uncovered_m2,
            missing,
        ));
    }
    if exceeding > tolerances.area.get() {
        let parts: Vec<MultiPolygon<f64>> = children
            .iter()
            .map(|child| child.shape.difference(parent.shape))
            .collect();
        let beyond = MultiPolygon(parts.into_iter().flatten().collect());
        findings.push(finding(parent, &children, "sobran", exceeding, beyond));
    }
    findings
}

fn finding(
    parent: &Lot<'_>,
    children: &[Lot<'_>],
    defect: &str,
    area: f64,
    mut ground: MultiPolygon<f64>,
) -> Finding {
    // Rounding leaves crumbs along borders: a person looks at the large pieces first.
    ground.0.sort_by(|a, b| {
        let area = |part: &geo_types::Polygon<f64>| area_m2(&MultiPolygon(vec![part.clone()]));
        area(b).total_cmp(&area(a))
    });
    let codes: Vec<&str> = children.iter().map(|child| child.code).collect();
    let finding = Finding::new(RuleCode::ChildrenDoNotFill, parent.row)
        .of(parent.code)
        .with("codigo", parent.code)
        .with("hijos", codes.join(", "))
        .with("defecto", defect)
        .with("area", said::square_metres(area))
        .at(ground
            .0
            .first()
            .and_then(geo::InteriorPoint::interior_point)
            .map(Coord::from))
        .fault(Geometry::MultiPolygon(ground));
    codes.into_iter().fold(finding, Finding::and)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::rules::drawn::{rectangle, tolerances};

    fn check(parts: &[MultiPolygon<f64>], expected: &[(&str, &str)]) {
        let parent = rectangle(0.0, 0.0, 20.0, 20.0);
        let lot = |row, code, shape| Lot {
            row,
            code,
            shape,
            declared_area_m2: None,
        };
        let codes: Vec<String> = (1..=parts.len())
            .map(|number| format!("H{number}"))
            .collect();
        let parts: Vec<Lot<'_>> = parts
            .iter()
            .zip(&codes)
            .map(|(shape, code)| lot(1, code.as_str(), shape))
            .collect();
        let found = children(&lot(0, "M", &parent), &parts, tolerances().children);
        let words: Vec<(&str, &str)> = found
            .iter()
            .map(|finding| (finding.values[2].1.as_str(), finding.values[3].1.as_str()))
            .collect();
        assert_eq!(words, expected);
        assert!(
            found
                .iter()
                .all(|finding| finding.others.len() == parts.len() && finding.at.is_some())
        );
    }

    #[test]
    fn children_fill_their_parent_within_a_tenth_of_a_square_metre() {
        let left = rectangle(0.0, 0.0, 10.0, 20.0);
        check(&[left.clone(), rectangle(10.0, 0.0, 20.0, 20.0)], &[]);
        check(&[left.clone(), rectangle(10.004, 0.0, 20.0, 20.0)], &[]);
        check(
            &[left.clone(), rectangle(11.0, 0.0, 20.0, 20.0)],
            &[("faltan", "20.00")],
        );
        check(
            &[left.clone(), rectangle(10.0, 0.0, 20.0, 20.5)],
            &[("sobran", "5.00")],
        );
        check(
            &[left, rectangle(11.0, 0.0, 21.0, 20.0)],
            &[("faltan", "20.00"), ("sobran", "20.00")],
        );
    }
}
