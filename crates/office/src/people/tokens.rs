//! Personal tokens of programs.

use chrono::{DateTime, Duration, Utc};
use domain::people::{Account, Action, Actor};
use serde::{Deserialize, Serialize};
use store::{
    Deed, Store,
    people::{accounts::By, tokens::TokenRow},
};
use uuid::Uuid;

use super::{Secret, accounts::found, require};
use crate::{Kind, Problem};

/// A token to be made.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What its owner calls it.
    #[serde(rename = "nombre")]
    pub name: String,
    /// What it may do; nothing but reading what is public, where it is empty.
    #[serde(default, rename = "acciones")]
    pub actions: Vec<String>,
    /// For how long.
    #[serde(default = "usual_days", rename = "dias")]
    pub days: u16,
}

fn usual_days() -> u16 {
    90
}

/// A token lives a year at most.
const DAYS_MAX: u16 = 366;
/// So many in force for one account.
const TOKENS_MAX: usize = 50;

/// A token, as it is shown.
#[derive(Clone, Serialize, Debug)]
pub struct TokenShape {
    /// Its identity.
    pub id: Uuid,
    /// What its owner calls it.
    #[serde(rename = "nombre")]
    pub name: String,
    /// What it may do.
    #[serde(rename = "acciones")]
    pub actions: Vec<String>,
    /// When it ends.
    #[serde(rename = "vence")]
    pub expires_at: DateTime<Utc>,
    /// When it was revoked.
    #[serde(rename = "revocado")]
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the hour.
    #[serde(rename = "usado")]
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Makes a token for an account: one's own, or any for who operates the server. Gives its secret, this once.
pub async fn create(
    store: &Store,
    actor: &Actor,
    login: &str,
    new: &NewToken,
) -> Result<(TokenShape, Secret), Problem> {
    let name = new.name.trim();
    if name.is_empty() || name.len() > 80 || !(1..=DAYS_MAX).contains(&new.days) {
        return Err(Problem::new(
            Kind::Refused,
            "Al token le falta su nombre, o dura demasiado.",
            format!(
                "Póngale un nombre de hasta 80 letras (para qué es) y entre 1 y {DAYS_MAX} días."
            ),
        ));
    }
    let actions = actions(&new.actions)?;
    let mut act = store.begin(actor).await?;
    let account = found(act.account(By::Login(login)).await?, login)?;
    require_own(actor, account.id)?;
    let now = act.recorded_at();
    let in_force = store.tokens_of(account.id).await?;
    if in_force
        .iter()
        .filter(|token| token.revoked_at.is_none() && token.expires_at > now)
        .count()
        >= TOKENS_MAX
    {
        return Err(Problem::new(
            Kind::Refused,
            format!("La cuenta ya tiene {TOKENS_MAX} tokens en vigor."),
            "Revoque los que no use.",
        ));
    }
    let secret = Secret::brought(&format!("catastro_{}", Secret::random().reveal()));
    let token = store::people::tokens::NewToken {
        id: Uuid::new_v4(),
        account: account.id,
        name,
        token: &secret.digest(),
        only_actions: &actions,
        expires_at: now + Duration::days(i64::from(new.days)),
    };
    act.create_token(&token).await?;
    let shape = TokenShape {
        id: token.id,
        name: name.to_owned(),
        actions: actions.iter().map(|action| (*action).to_owned()).collect(),
        expires_at: token.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    let content =
        serde_json::json!({ "acciones": actions, "vence": token.expires_at, "cuenta": login });
    act.commit(&deed("token.alta", token.id, content)).await?;
    Ok((shape, secret))
}

/// Revokes a token: one's own, or any for who administers accounts.
pub async fn revoke(store: &Store, actor: &Actor, id: Uuid) -> Result<(), Problem> {
    let absent = || {
        Problem::new(
            Kind::NotFound,
            "No hay un token con ese identificador.",
            "Los suyos se ven en /api/tokens.",
        )
    };
    let mut act = store.begin(actor).await?;
    let token = act.token(id).await?.ok_or_else(absent)?;
    let may = require_own(actor, token.account).is_ok()
        || require(actor, Action::ManageAccounts, None).is_ok();
    if !may {
        return Err(absent());
    }
    act.revoke_token(id).await?;
    act.commit(&deed("token.baja", id, serde_json::json!({})))
        .await?;
    Ok(())
}

/// The tokens of an account, for who operates the server.
pub async fn of(store: &Store, login: &str) -> Result<Vec<TokenShape>, Problem> {
    let account = found(store.account(By::Login(login)).await?, login)?;
    Ok(store
        .tokens_of(account.id)
        .await?
        .into_iter()
        .map(shape)
        .collect())
}

/// The tokens of whoever asks.
pub async fn own(store: &Store, actor: &Actor) -> Result<Vec<TokenShape>, Problem> {
    let account = own_account(actor)?;
    Ok(store
        .tokens_of(account.id)
        .await?
        .into_iter()
        .map(shape)
        .collect())
}

/// The account of a session; a token is no session.
pub(super) fn own_account(actor: &Actor) -> Result<&Account, Problem> {
    match actor {
        Actor::Account(account) if account.only.is_none() => Ok(account),
        Actor::Account(_) => Err(Problem::new(
            Kind::Forbidden,
            "Un token no administra tokens.",
            "Ingrese con su usuario y contraseña.",
        )),
        Actor::Public | Actor::Operator(_) => Err(crate::problem::people::no_account()),
    }
}

fn require_own(actor: &Actor, account: Uuid) -> Result<(), Problem> {
    if matches!(actor, Actor::Operator(_)) {
        return Ok(());
    }
    if own_account(actor)?.id == account {
        Ok(())
    } else {
        Err(Problem::new(
            Kind::Forbidden,
            "Los tokens son de cada persona.",
            "Cree uno con su propia cuenta.",
        ))
    }
}

fn actions(names: &[String]) -> Result<Vec<&'static str>, Problem> {
    names
        .iter()
        .map(|name| {
            name.parse::<Action>().map(Action::name).map_err(|_| {
                let known: Vec<&str> = Action::all().map(Action::name).collect();
                Problem::new(
                    Kind::Refused,
                    format!("No existe la acción «{name}»."),
                    format!("Las acciones son: {}.", known.join(", ")),
                )
            })
        })
        .collect()
}

fn shape(row: TokenRow) -> TokenShape {
    TokenShape {
        id: row.id,
        name: row.name,
        actions: row.only_actions,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        last_used_at: row.last_used_at,
    }
}

fn deed(action: &'static str, id: Uuid, content: serde_json::Value) -> Deed {
    Deed {
        action,
        ubigeo: None,
        object: format!("token/{id}"),
        content,
    }
}
