//! What is shown of plans, in words.

use std::borrow::Borrow;

use domain::institute::{
    instrument::{PlanKind, State},
    plan_tree::NodeClass,
};
use office::plans::ProgressShape;

use super::super::spanish;

/// A class in full.
pub(super) fn kind(kind: impl Borrow<PlanKind>) -> &'static str {
    match kind.borrow() {
        PlanKind::Pat => "Plan de acondicionamiento territorial",
        PlanKind::Pdm => "Plan de desarrollo metropolitano",
        PlanKind::Pdu => "Plan de desarrollo urbano",
        PlanKind::Eou => "Esquema de ordenamiento urbano",
        PlanKind::Specific => "Plan específico",
    }
}

/// A state, and how it looks.
pub(super) fn state(state: impl Borrow<State>) -> (&'static str, &'static str) {
    match state.borrow() {
        State::Drafting => ("En elaboración", "dato"),
        State::Consultation => ("En consulta pública", "duda"),
        State::Approved => ("Aprobado", "dato"),
        State::InForce => ("Vigente", "bien"),
        State::Updating => ("En actualización", "duda"),
        State::Repealed => ("Derogado", "mal"),
    }
}

/// What a node is.
pub(super) fn class(class: NodeClass) -> &'static str {
    match class {
        NodeClass::Objective => "Objetivo",
        NodeClass::Axis => "Eje",
        NodeClass::Programme => "Programa",
    }
}

/// How far projects are.
pub(super) fn progress(one: &ProgressShape) -> String {
    match one.fisico_pct {
        None => "sin proyectos".to_owned(),
        Some(physical) => format!(
            "{} {}, avance físico {} %, S/ {} ejecutados de S/ {}",
            spanish::count(one.proyectos),
            if one.proyectos == 1 {
                "proyecto"
            } else {
                "proyectos"
            },
            spanish::number(physical, 1),
            spanish::number(one.financiero_soles, 0),
            spanish::number(one.costo_soles, 0),
        ),
    }
}
