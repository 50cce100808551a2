//! Control urbano: what may be built or done on a piece of ground, judged.
//!
//! [`judge`] is one pure function of ground, zones, overlays, norms and a proposal. What is not known is a value
//! ([`State::Unknown`]) that wins over «complies», and every finding names its article and what on the ground caused it.
//!
//! To add a kind of check: 1. `checks/<kind>.rs`, a function from [`Case`] to findings; 2. a line in [`judge`]; 3. its
//! row in `docs/manual/normas.md`.

mod border;
mod case;
mod checks;
mod facts;
mod governing;
mod measures;
mod proposal;
mod ruling;

pub use border::{Facing, Side, Street, Stretch, border};
pub use case::{Case, Overlay, Zone};
pub use measures::{How, Measures};
pub use proposal::{
    InvalidProposal, Proposal, RawProposal, RawSetbacks, Setbacks,
    VERTICES_MAX as FOOTPRINT_VERTICES_MAX,
};
pub use ruling::{Finding, Outcome, OverlaySaid, Ruling, Said, State, Stated, StatedLimit};

pub use governing::ZoneProblem;

use governing::Governing;

/// Judges a proposal; without one, says the parameters alone.
pub fn judge(case: &Case<'_>) -> Ruling {
    let governing = Governing::of(case);
    let measures = Measures::of(case);
    let stated = checks::limits::stated(case, &governing);
    let mut findings = Vec::new();
    if let Some(proposal) = case.proposal {
        findings.extend(checks::ground::zones(&governing));
        findings.extend(checks::uses::uses(proposal, &governing));
        if proposal.is_building() {
            findings.extend(checks::limits::held(
                &measures,
                &stated,
                governing.split_rule(),
            ));
            findings.extend(checks::footprint::inside(case, &measures, &governing));
        }
        findings.extend(checks::overlays::overlays(case, proposal, &measures));
    }
    Ruling::new(stated, findings)
}

#[cfg(test)]
mod tests;
