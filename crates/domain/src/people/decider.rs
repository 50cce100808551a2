use uuid::Uuid;

use super::Actor;

/// Somebody who may decide on what another did: not the same person.
///
/// Base: separation of duties, which the plan asks for against politicised decisions (PAT Moyobamba, ch. VI).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decider(Uuid);

/// Who did it wants to decide on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the same account did it and would decide on it")]
pub struct SamePerson;

impl Decider {
    /// The actor as a decider on what `author` did.
    pub fn new(actor: &Actor, author: Uuid) -> Result<Self, SamePerson> {
        match actor.account() {
            Some(account) if account != author => Ok(Self(account)),
            // Whoever has no account is nobody in particular, and so may be the author.
            _ => Err(SamePerson),
        }
    }

    /// Their account.
    pub fn account(self) -> Uuid {
        self.0
    }
}
