//! Who is there: a session's or a token's secret becomes an actor.

use chrono::{Duration, Utc};
use domain::people::{Account, Action, Actor};
use store::people::{AccountRow, accounts::By, tokens::TokenRow};

use super::Secret;
use crate::{Kind, Office, Problem};

/// What somebody shows.
pub enum Presented<'a> {
    /// Nothing.
    Nothing,
    /// The cookie of a session.
    Session(&'a Secret),
    /// A personal token.
    Token(&'a Secret),
}

/// Somebody at a door.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Who acts.
    pub actor: Actor,
    /// Whether they have to change their password before anything else.
    pub must_change_password: bool,
}

impl Visitor {
    /// Somebody without an account.
    pub const PUBLIC: Self = Self {
        actor: Actor::Public,
        must_change_password: false,
    };
}

/// A token's use is written once an hour, not at each tile.
const USE_KEPT_EVERY: Duration = Duration::hours(1);

impl Office {
    /// Recognises somebody. A session that has ended is nobody's; a token that is not good is refused, since its
    /// program believes that it is.
    pub async fn recognise(&self, presented: Presented<'_>) -> Result<Visitor, Problem> {
        match presented {
            Presented::Nothing => Ok(Visitor::PUBLIC),
            Presented::Session(secret) => self.by_session(secret).await,
            Presented::Token(secret) => self.by_token(secret).await,
        }
    }

    async fn by_session(&self, secret: &Secret) -> Result<Visitor, Problem> {
        let found = self
            .store
            .session_account(&secret.digest(), self.sessions.idle)
            .await?;
        let Some(id) = found else {
            return Ok(Visitor::PUBLIC);
        };
        let account = self.store.account(By::Id(id)).await?;
        Ok(account
            .as_ref()
            .and_then(visitor)
            .unwrap_or(Visitor::PUBLIC))
    }

    async fn by_token(&self, secret: &Secret) -> Result<Visitor, Problem> {
        let refused = || {
            Problem::new(
                Kind::NoAccount,
                "El token no vale.",
                "Puede estar mal copiado, vencido o revocado. Cree otro con su cuenta, o pida uno a quien administra el servicio.",
            )
        };
        let token = self
            .store
            .token_in_force(&secret.digest())
            .await?
            .ok_or_else(refused)?;
        let account = self.store.account(By::Id(token.account)).await?;
        let Some(Visitor {
            actor: Actor::Account(account),
            ..
        }) = account.as_ref().and_then(visitor)
        else {
            return Err(refused());
        };
        if token
            .last_used_at
            .is_none_or(|at| at + USE_KEPT_EVERY < Utc::now())
        {
            self.store.keep_token_use(&token).await?;
        }
        Ok(Visitor {
            actor: Actor::Account(Account {
                only: Some(scope(&token)),
                ..account
            }),
            must_change_password: false,
        })
    }
}

/// Names that no action has any more give nothing.
fn scope(token: &TokenRow) -> Vec<Action> {
    token
        .only_actions
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect()
}

/// An account that is in force, as somebody at a door.
fn visitor(row: &AccountRow) -> Option<Visitor> {
    let actor = actor(row)?;
    Some(Visitor {
        actor,
        must_change_password: row.must_change_password,
    })
}

/// An account as an actor; none where it is not in force.
pub(crate) fn actor(row: &AccountRow) -> Option<Actor> {
    let grants = row.grants.clone().filter(|_| row.is_in_force(Utc::now()))?;
    Some(Actor::Account(Account {
        id: row.id,
        login: row.login.clone(),
        grants,
        only: None,
    }))
}
