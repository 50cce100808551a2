//! What is shown of sessions and agreements, in words.

use std::borrow::Borrow;

use domain::institute::agreement::{Outcome, Vote};
use office::government::Fulfilment;

/// What came of a vote, and how it looks.
pub(super) fn outcome(outcome: impl Borrow<Option<Outcome>>) -> (&'static str, &'static str) {
    match outcome.borrow() {
        Some(Outcome::Approved) => ("Aprobado", "bien"),
        Some(Outcome::Rejected) => ("Rechazado", "mal"),
        None => ("Sin resultado", "duda"),
    }
}

/// How far an agreement is, and how it looks.
pub(super) fn state(state: impl Borrow<Fulfilment>) -> (&'static str, &'static str) {
    match state.borrow() {
        Fulfilment::Pendiente => ("Pendiente", "duda"),
        Fulfilment::EnCurso => ("En curso", "dato"),
        Fulfilment::Cumplido => ("Cumplido", "bien"),
        Fulfilment::SinEfecto => ("Sin efecto", "mal"),
    }
}

/// A vote.
pub(super) fn vote(vote: impl Borrow<Option<Vote>>) -> &'static str {
    match vote.borrow() {
        Some(Vote::For) => "A favor",
        Some(Vote::Against) => "En contra",
        Some(Vote::Abstained) => "Abstención",
        None => "No votó: cuenta como abstención",
    }
}

/// What an agreement is about.
pub(super) fn class(class: &str) -> &'static str {
    match class {
        "plan" => "Plan",
        "inversion" => "Proyecto de inversión",
        "informe" => "Informe",
        _ => "Cambio de los datos, número",
    }
}
