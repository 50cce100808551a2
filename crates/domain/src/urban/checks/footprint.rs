//! Whether a footprint stays on its lot.

use super::super::{Case, Finding, Measures, Said};

/// One finding, where there is a footprint.
pub(in crate::urban) fn inside(case: &Case<'_>, measures: &Measures) -> Option<Finding> {
    let outside_m2 = measures.outside_m2?;
    let state = case.encroaches(outside_m2);
    Some(Finding {
        value: Some(outside_m2),
        limit: Some(0.0),
        unit: Some("m²"),
        ..Finding::new("huella_en_predio", state, Said::Outside(outside_m2))
    })
}
