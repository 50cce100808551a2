//! What comes after a parcel takes all of its ground, under codes that nobody else has.
//!
//! Source: rules of the cadastral fabric; bands of the Directiva 01-2008-SNCP/CNC; a code is given once and never again
//! (Ley 28294, Directiva 01-2006-SNCP/CNC).

use std::collections::HashSet;

use crate::survey::{
    Catalogue, ChangeKind, Finding, RuleCode,
    compare::{Change, Parcel},
};

/// Accepted difference of urban areas: up to so many square metres, so large a share (Directiva 01-2008-SNCP/CNC).
const URBAN_BANDS: [(f64, f64); 3] = [(200.0, 0.025), (1_000.0, 0.02), (f64::INFINITY, 0.01)];

/// The share by which two measurements of an area in square metres may differ.
pub fn accepted_share(area_m2: f64) -> f64 {
    URBAN_BANDS
        .iter()
        .find(|(up_to, _)| area_m2 <= *up_to)
        .map_or(0.01, |(_, share)| *share)
}

/// Whether what comes after measures what was before, where ground passes from some parcels to others.
pub fn completeness(
    change: &Change,
    new: &[Parcel<'_>],
    rows: &[u64],
    old: &[Parcel<'_>],
    catalogue: &Catalogue,
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
    finding.lesser = difference.abs() <= accepted_share(before) * before;
    Some(finding)
}

/// Codes that a file opens though they stay in force elsewhere, or were retired once. `closed` are the codes in force
/// that the file closes, `standing` all in force, `retired` those of the file that were in force once.
pub fn codes_in_use(
    changes: &[Change],
    new: &[Parcel<'_>],
    rows: &[u64],
    closed: &HashSet<&str>,
    standing: &HashSet<&str>,
    retired: &HashSet<&str>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for child in changes.iter().flat_map(|change| &change.children) {
        let code = new[*child].code;
        let defect = if standing.contains(code) && !closed.contains(code) {
            "está en vigor en otro lugar, y el archivo no lo cambia allí"
        } else if retired.contains(code) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_are_those_of_the_directive() {
        for (area, share) in [
            (200.0, 0.025),
            (200.1, 0.02),
            (1_000.0, 0.02),
            (1_000.1, 0.01),
        ] {
            assert!((accepted_share(area) - share).abs() < 1e-12, "{area}");
        }
    }
}
