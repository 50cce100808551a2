//! Who comes in, and what they may do. To let somebody in another way: 1. a file here that ends in a session or an
//! [`Actor`]; 2. a line here; 3. its words in `problem/people.rs`.

pub mod accounts;
mod elsewhere;
pub mod first;
mod holders;
mod passwords;
mod recognise;
mod secret;
mod sign_in;
pub mod tokens;

use domain::{
    id::Ubigeo,
    people::{
        Action, Actor,
        permission::{Reach, reach},
        permit,
    },
};

pub use elsewhere::Departure;
pub(crate) use holders::fits_document;
pub use holders::{HolderShape, HoldersShape};
pub(crate) use recognise::actor;
pub use recognise::{Presented, Visitor};
pub use secret::Secret;
pub use sign_in::{Attempt, SignedIn};

use crate::Problem;

/// Where somebody may do one of these; refuses who may do none of them anywhere.
pub(crate) fn require_somewhere(actor: &Actor, actions: &[Action]) -> Result<Reach, Problem> {
    let reached = actions.iter().map(|action| reach(actor, *action));
    if let Some(reached) = reached.into_iter().find(|reach| *reach != Reach::Nowhere) {
        return Ok(reached);
    }
    // Asked at home, so that the refusal speaks of the role or the token and not of a place.
    let home = match actor {
        Actor::Account(account) => account.grants.iter().find_map(|grant| grant.place),
        Actor::Public | Actor::Operator(_) => None,
    };
    for action in actions {
        require(actor, *action, home)?;
    }
    Ok(Reach::Nowhere)
}

/// Refuses what the permission table does not allow. The one place that asks it.
pub(crate) fn require(actor: &Actor, action: Action, place: Option<Ubigeo>) -> Result<(), Problem> {
    permit(actor, action, place)
        .map_err(|denied| crate::problem::people::denied(denied, action, place))
}
