//! What limits the use of land besides its zone.

use super::super::{Case, Finding, Measures, Overlay, Proposal, Said, State, ruling::OverlaySaid};
use crate::plan::Effect;

/// One finding for each overlay on the ground, and one for each theme of which there is no data.
pub(in crate::urban) fn overlays(
    case: &Case<'_>,
    proposal: &Proposal,
    measures: &Measures,
) -> Vec<Finding> {
    let on_ground = case.overlays.iter().enumerate().map(|(place, overlay)| {
        let over_m2 = measures.over_m2.get(place).copied().flatten();
        let (state, said) = judged(case, proposal, overlay, over_m2);
        let finding = Finding {
            value: Some(over_m2.unwrap_or(overlay.area_m2)),
            unit: Some("m²"),
            caused_by: vec![format!("restricciones/{}", overlay.id)],
            ..Finding::new(
                format!("restriccion:{}", overlay.id),
                state,
                Said::Overlay(said.clone()),
            )
        }
        .by(overlay.basis.clone());
        match said {
            OverlaySaid::NeedsFootprint(_) => finding.missing("huella"),
            OverlaySaid::NoTheme => finding.missing("tema de la restricción"),
            _ => finding,
        }
    });
    let without_data = case
        .themes_without_data
        .iter()
        .filter(|_| proposal.is_building())
        .map(|theme| {
            let state = if theme.effect == Effect::Informs {
                State::NotApplicable
            } else {
                State::Unknown
            };
            let finding = Finding::new(
                format!("tema:{}", theme.code),
                state,
                Said::NoData(theme.name.clone()),
            );
            finding
                .by(Some(theme.base_legal.clone()))
                .missing(format!("datos de {}", theme.name))
        });
    on_ground.chain(without_data).collect()
}

fn judged(
    case: &Case<'_>,
    proposal: &Proposal,
    overlay: &Overlay<'_>,
    over_m2: Option<f64>,
) -> (State, OverlaySaid) {
    let area_m2 = overlay.area_m2;
    if !case.is_significant(area_m2) {
        return (State::NotApplicable, OverlaySaid::WithinError(area_m2));
    }
    match overlay.effect {
        None => (State::Unknown, OverlaySaid::NoTheme),
        Some(Effect::Informs) => (State::NotApplicable, OverlaySaid::Informs),
        // What it asks for may be about the whole lot, as of a monument: no drawing answers it.
        Some(Effect::Conditions) => (
            State::Unknown,
            OverlaySaid::Conditions(over_m2.unwrap_or(area_m2)),
        ),
        Some(Effect::Prohibits) if !proposal.is_building() => {
            (State::Unknown, OverlaySaid::NotBuilding)
        }
        Some(Effect::Prohibits) => {
            let left_m2 = case.balance.parcel_area_m2 - area_m2;
            match over_m2 {
                _ if !case.is_significant(left_m2) => (State::Fails, OverlaySaid::Whole),
                Some(over) => match case.encroaches(over) {
                    State::Complies => (State::Complies, OverlaySaid::Clear(area_m2)),
                    state => (state, OverlaySaid::Footprint(over)),
                },
                None => (State::Unknown, OverlaySaid::NeedsFootprint(area_m2)),
            }
        }
    }
}
