use uuid::Uuid;

use super::{Action, Grants};

/// Who acts. Made where a session, a token or the console is recognised, and right ever after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Nobody that the service knows.
    Public,
    /// Somebody with an account.
    Account(Account),
    /// Who runs the programs on the server itself, by the name of the system's account. Holds the database anyway;
    /// what is done is recorded all the same.
    Operator(String),
}

/// An account that was recognised and is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Its identity.
    pub id: Uuid,
    /// The name it signs in with.
    pub login: String,
    /// Its roles.
    pub grants: Grants,
    /// What the token that it came with is limited to; none for a session, which has all of the roles.
    pub only: Option<Vec<Action>>,
}

impl Actor {
    /// How the record names them.
    pub fn name(&self) -> &str {
        match self {
            Self::Public => "publico",
            Self::Account(account) => &account.login,
            Self::Operator(name) => name,
        }
    }

    /// The account, where there is one.
    pub fn account(&self) -> Option<Uuid> {
        match self {
            Self::Account(account) => Some(account.id),
            Self::Public | Self::Operator(_) => None,
        }
    }
}
