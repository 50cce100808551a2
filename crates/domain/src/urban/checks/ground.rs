//! Whether it is known which norm rules.

use super::super::{Finding, Said, State, ZoneProblem, governing::Governing};

/// One finding for each reason why it is not.
pub(in crate::urban) fn zones(governing: &Governing<'_>) -> Vec<Finding> {
    governing
        .problems
        .iter()
        .map(|(problem, zones)| {
            let finding = Finding::new("zona", State::Unknown, Said::Zone(problem.clone()));
            let finding = finding.caused_by_zones(zones.iter().copied());
            match problem {
                ZoneProblem::NoNorm(instrument) => {
                    finding.missing(format!("normas de {instrument}"))
                }
                ZoneProblem::NoClass { instrument, class } => {
                    finding.missing(format!("clase {class} de {instrument}"))
                }
                ZoneProblem::NoFront => finding.missing("frente"),
                ZoneProblem::None | ZoneProblem::Partly(_) => finding.missing("zonificacion"),
                ZoneProblem::Double(_) | ZoneProblem::Unnamed => finding,
            }
        })
        .collect()
}
