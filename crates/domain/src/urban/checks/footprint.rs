//! Whether a footprint stays on its lot.

use super::super::{Case, Finding, Measures, Said, State, governing::Governing};

/// A footprint in degrees with seven decimals is a centimetre off: this far over the border, in metres, it is on it.
const DRAWING_M: f64 = 0.02;

/// One finding, where there is a footprint. What reaches over the border by no more than the norm's tolerance of lengths
/// is on it; more than that, and less than the survey's error, may be a wall: nobody can say.
pub(in crate::urban) fn inside(
    case: &Case<'_>,
    measures: &Measures,
    governing: &Governing<'_>,
) -> Option<Finding> {
    let (outside_m2, reach_m) = measures.outside?;
    let state = if reach_m <= governing.length_tolerance_m().max(DRAWING_M) {
        State::Complies
    } else {
        case.encroaches(outside_m2)
    };
    Some(Finding {
        value: Some(outside_m2),
        limit: Some(0.0),
        unit: Some("m²"),
        ..Finding::new("huella_en_predio", state, Said::Outside(outside_m2))
    })
}
