//! Whether a use and an activity go in the zone (Ley 28976, índice de usos).

use super::super::{
    Finding, Proposal, Said, State,
    governing::{Governing, Group},
};
use crate::plan::{book::UseFitness, norm::Fitness};

/// One finding for the use and one for the activity, whichever are proposed.
pub(in crate::urban) fn uses(proposal: &Proposal, governing: &Governing<'_>) -> Vec<Finding> {
    let use_ = proposal.use_.as_deref().map(|name| {
        worst("uso", governing, |group| {
            let fitness = group.class.use_fitness(name);
            let state = match fitness {
                UseFitness::Permitted | UseFitness::Compatible => State::Complies,
                UseFitness::Forbidden => State::Fails,
                UseFitness::Unnamed => State::Unknown,
            };
            Finding::new("uso", state, Said::Use(fitness, name.to_owned()))
                .by(Some(group.class.basis.clone()))
        })
    });
    let activity = proposal.activity.as_ref().map(|activity| {
        worst("actividad", governing, |group| {
            let said = group.class.activity(activity);
            let state = match said.map(|said| said.fitness) {
                Some(Fitness::Fits) => State::Complies,
                Some(Fitness::Unfit) => State::Fails,
                Some(Fitness::Conditioned) | None => State::Unknown,
            };
            let words = Said::Activity(
                said.map(|said| said.fitness),
                said.and_then(|said| said.conditions.clone()),
            );
            Finding::new("actividad", state, words).by(said.map(|said| said.basis.clone()))
        })
    });
    use_.into_iter().chain(activity).collect()
}

/// Of several classes the one that says no, else the one that does not say. Without any, nobody can say.
fn worst(id: &str, governing: &Governing<'_>, of: impl Fn(&Group<'_>) -> Finding) -> Finding {
    let findings = governing.groups.iter().map(|group| {
        let finding = of(group).caused_by_zones(group.zones.iter().copied());
        Finding {
            split: governing.split_rule(),
            ..finding
        }
    });
    findings
        .reduce(|a, b| {
            if a.state.and(b.state) == a.state {
                a
            } else {
                b
            }
        })
        .unwrap_or_else(|| {
            let said = Said::Zone(super::super::ZoneProblem::None);
            Finding::new(id, State::Unknown, said).missing("zonificacion")
        })
}
