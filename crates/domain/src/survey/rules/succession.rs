//! What comes after a parcel takes all of its ground, under codes that nobody else has.
//!
//! Source: rules of the cadastral fabric; bands of the Directiva 01-2008-SNCP/CNC; a code is given once and never again
//! (Ley 28294, Directiva 01-2006-SNCP/CNC).

use std::collections::HashSet;

use crate::survey::{
    AreaBands, Catalogue, ChangeKind, Finding, RuleCode,
    compare::{Change, Parcel},
};

/// Whether what comes after measures what was before, where ground passes from some parcels to others.
pub fn completeness(
    change: &Change,
    new: &[Parcel<'_>],
    rows: &[u64],
    old: &[Parcel<'_>],
    catalogue: &Catalogue,
    bands: &AreaBands,
) -> Option<Finding> {
    let passes = change.of_code
        || matches!(
            change.kind,
            ChangeKind::Split | ChangeKind::Merged | ChangeKind::Readjusted
        );
    let (before, after) = (change.area_before_m2, change.area_after_m2);
    let difference = after - before;
    let from = catalogue.tolerance(RuleCode::ChildrenIncomplete, "desde_m2")?;
    if !passes || difference.abs() <= from {
        return None;
    }
    let first = *change.children.first()?;
    let named = |side: &[Parcel<'_>], at: &[usize]| {
        let codes: Vec<&str> = at.iter().map(|at| side[*at].code).collect();
        codes.join(", ")
    };
    let mut finding = Finding::new(RuleCode::ChildrenIncomplete, rows[first])
        .of(new[first].code)
        .with("anteriores", named(old, &change.parents))
        .with("nuevos", named(new, &change.children))
        .with("antes", format!("{before:.2}"))
        .with("despues", format!("{after:.2}"))
        .with("diferencia", format!("{:.2}", difference.abs()))
        .with(
            "por_ciento",
            format!("{:.2}", 100.0 * difference.abs() / before),
        )
        .with(
            "sentido",
            if difference < 0.0 {
                "de menos"
            } else {
                "de más"
            },
        )
        .at(super::place::middle(&new[first].shape.clone().into()));
    finding.others = change
        .parents
        .iter()
        .map(|at| old[*at].code.to_owned())
        .collect();
    finding.lesser = difference.abs() <= bands.accepted_m2(before);
    Some(finding)
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
pub fn codes_in_use(
    change: &Change,
    new: &[Parcel<'_>],
    rows: &[u64],
    codes: &Codes<'_>,
) -> Vec<Finding> {
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
            Finding::new(RuleCode::CodeInUse, rows[*child])
                .of(code)
                .with("codigo", code)
                .with("defecto", defect)
                .at(super::place::middle(&new[*child].shape.clone().into())),
        );
    }
    found
}
