//! Accounts, as who administers them sees them.

use chrono::{DateTime, Duration, Utc};
use domain::people::{Action, Actor, Grant, Grants, InvalidGrants, Role};
use serde::{Deserialize, Serialize};
use store::{
    Deed, Store,
    people::{AccountRow, NewAccount, accounts::By},
};

use super::{Secret, passwords, require};
use crate::{Kind, Office, Problem};

/// A person who is to have an account.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The name to sign in with.
    #[serde(rename = "usuario")]
    pub login: String,
    /// The person's name.
    #[serde(rename = "nombre")]
    pub full_name: String,
    /// Address, by which a provider may know the person.
    #[serde(default, rename = "correo")]
    pub email: Option<String>,
    /// `jefe_catastro@220101`, `planificador`…
    pub roles: Vec<String>,
    /// Until when.
    #[serde(default, rename = "vence")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// An account, as it is shown.
#[derive(Clone, Serialize, Debug)]
pub struct AccountShape {
    /// The name it signs in with.
    #[serde(rename = "usuario")]
    pub login: String,
    /// The person's name.
    #[serde(rename = "nombre")]
    pub full_name: String,
    /// Address.
    #[serde(rename = "correo")]
    pub email: Option<String>,
    /// Its roles.
    pub roles: Vec<String>,
    /// `activa`, `inhabilitada`, `vencida`.
    #[serde(rename = "estado")]
    pub state: &'static str,
    /// Whether its password is a provisional one.
    #[serde(rename = "contrasena_provisional")]
    pub provisional: bool,
    /// Until when.
    #[serde(rename = "vence")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A password given by somebody else is good for a week.
const PROVISIONAL: Duration = Duration::days(7);

/// Whom a new account is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A person, who changes the password at first.
    Person,
    /// The demonstration, whose passwords everybody may know.
    Demonstration,
}

/// Makes an account. Gives its password, this once.
pub async fn create(store: &Store, actor: &Actor, person: &NewPerson) -> Result<Secret, Problem> {
    create_for(store, actor, person, Purpose::Person).await
}

pub(crate) async fn create_for(
    store: &Store,
    actor: &Actor,
    person: &NewPerson,
    purpose: Purpose,
) -> Result<Secret, Problem> {
    require(actor, Action::ManageAccounts, None)?;
    let login = checked_login(&person.login)?;
    let full_name = person.full_name.trim();
    if full_name.is_empty() || full_name.len() > 120 {
        return Err(Problem::new(
            Kind::Refused,
            "Falta el nombre de la persona.",
            "Escriba su nombre y apellidos, hasta 120 letras.",
        ));
    }
    let email = person.email.as_deref().map(checked_email).transpose()?;
    let grants = grants(&person.roles)?;
    let password = Secret::readable();
    let hash = passwords::hash(password.reveal()).await?;
    let mut act = store.begin(actor).await?;
    if act.account(By::Login(&login)).await?.is_some() {
        return Err(taken(format!("Ya hay una cuenta «{login}».")));
    }
    if let Some(email) = &email
        && act.account(By::Email(email)).await?.is_some()
    {
        return Err(taken("Ya hay una cuenta con ese correo.".to_owned()));
    }
    let provisional = act.recorded_at() + PROVISIONAL;
    act.create_account(&NewAccount {
        login: &login,
        full_name,
        email: email.as_deref(),
        grants: &grants,
        password_hash: Some(&hash),
        password_expires_at: (purpose == Purpose::Person).then_some(provisional),
        expires_at: person.expires_at,
        demonstration: purpose == Purpose::Demonstration,
    })
    .await?;
    act.commit(&deed("cuenta.alta", &login, &shown(&grants)))
        .await?;
    Ok(password)
}

/// All accounts.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<AccountShape>, Problem> {
    require(actor, Action::ManageAccounts, None)?;
    Ok(store
        .accounts()
        .await?
        .iter()
        .map(AccountShape::of)
        .collect())
}

/// Takes an account out of use, with its sessions and tokens, or back into it.
pub async fn set_disabled(
    store: &Store,
    actor: &Actor,
    login: &str,
    disabled: bool,
) -> Result<(), Problem> {
    require(actor, Action::ManageAccounts, None)?;
    let mut act = store.begin(actor).await?;
    let account = found(act.account(By::Login(login)).await?, login)?;
    if Some(account.id) == actor.account() {
        return Err(Problem::new(
            Kind::Refused,
            "Nadie se inhabilita a sí mismo.",
            "Lo hace otra persona que administre cuentas, o quien opera el servidor con «catastro user disable».",
        ));
    }
    act.set_disabled(account.id, disabled).await?;
    let action = if disabled {
        act.end_sessions(account.id).await?;
        act.revoke_tokens(account.id).await?;
        "cuenta.baja"
    } else {
        "cuenta.reposicion"
    };
    act.commit(&deed(action, login, &[])).await?;
    Ok(())
}

/// Gives an account a provisional password, this once.
pub async fn reset_password(store: &Store, actor: &Actor, login: &str) -> Result<Secret, Problem> {
    require(actor, Action::ManageAccounts, None)?;
    let password = Secret::readable();
    let hash = passwords::hash(password.reveal()).await?;
    let mut act = store.begin(actor).await?;
    let account = found(act.account(By::Login(login)).await?, login)?;
    let provisional = act.recorded_at() + PROVISIONAL;
    act.set_password(account.id, &hash, Some(provisional))
        .await?;
    act.end_sessions(account.id).await?;
    act.commit(&deed("cuenta.contrasena_provisional", login, &[]))
        .await?;
    Ok(password)
}

/// Gives an account other roles. Nobody gives them to themselves.
pub async fn set_roles(
    store: &Store,
    actor: &Actor,
    login: &str,
    roles: &[String],
) -> Result<(), Problem> {
    require(actor, Action::ManageAccounts, None)?;
    let grants = grants(roles)?;
    let mut act = store.begin(actor).await?;
    let account = found(act.account(By::Login(login)).await?, login)?;
    if Some(account.id) == actor.account() {
        return Err(Problem::new(
            Kind::Forbidden,
            "Nadie se da roles a sí mismo.",
            "Lo hace otra persona que administre cuentas.",
        ));
    }
    act.replace_grants(account.id, &grants).await?;
    act.commit(&deed("cuenta.roles", login, &shown(&grants)))
        .await?;
    Ok(())
}

impl Office {
    /// Changes one's own password: all sessions end, and a new one begins with it.
    pub async fn change_password(
        &self,
        session: &Secret,
        current: &str,
        new: &str,
    ) -> Result<super::SignedIn, Problem> {
        let gone = || {
            Problem::new(
                Kind::NoAccount,
                "La sesión terminó.",
                "Ingrese otra vez y vuelva a intentarlo.",
            )
        };
        let id = self
            .store
            .session_account(&session.digest(), self.sessions.idle)
            .await?
            .ok_or_else(gone)?;
        let account = self.store.account(By::Id(id)).await?.ok_or_else(gone)?;
        let actor = super::recognise::actor(&account).ok_or_else(gone)?;
        if !passwords::verify(current, account.password_hash.as_deref()).await? {
            return Err(Problem::new(
                Kind::Refused,
                "La contraseña actual no es correcta.",
                "Es la que usó para ingresar.",
            ));
        }
        passwords::check_new(new, &account.login)?;
        if new == current {
            return Err(Problem::new(
                Kind::Refused,
                "La contraseña nueva es la misma.",
                "Elija otra.",
            ));
        }
        let hash = passwords::hash(new).await?;
        let mut act = self.store.begin(&actor).await?;
        act.set_password(id, &hash, None).await?;
        act.end_sessions(id).await?;
        act.commit(&deed("cuenta.contrasena", &account.login, &[]))
            .await?;
        let account = self.store.account(By::Id(id)).await?.ok_or_else(gone)?;
        self.begin_session(&account, None, Utc::now()).await
    }
}

impl AccountShape {
    fn of(row: &AccountRow) -> Self {
        let state = if row.disabled_at.is_some() {
            "inhabilitada"
        } else if row.is_in_force(Utc::now()) {
            "activa"
        } else {
            "vencida"
        };
        Self {
            login: row.login.clone(),
            full_name: row.full_name.clone(),
            email: row.email.clone(),
            roles: row.grants.as_ref().map(shown).unwrap_or_default(),
            state,
            provisional: row.must_change_password,
            expires_at: row.expires_at,
        }
    }
}

fn shown(grants: &Grants) -> Vec<String> {
    grants.iter().map(Grant::to_string).collect()
}

pub(super) fn deed(action: &'static str, login: &str, roles: &[String]) -> Deed {
    let content = if roles.is_empty() {
        serde_json::json!({})
    } else {
        serde_json::json!({ "roles": roles })
    };
    Deed {
        action,
        ubigeo: None,
        object: format!("cuenta/{login}"),
        content,
    }
}

pub(super) fn found(account: Option<AccountRow>, login: &str) -> Result<AccountRow, Problem> {
    account.ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            format!("No hay una cuenta «{login}»."),
            "Las cuentas se ven con «catastro user list».",
        )
    })
}

fn taken(title: String) -> Problem {
    Problem::new(
        Kind::Conflict,
        title,
        "Use otro nombre, o la cuenta que ya existe.",
    )
}

fn checked_login(text: &str) -> Result<String, Problem> {
    let login = text.trim().to_lowercase();
    let well_formed = (3..=40).contains(&login.len())
        && login.starts_with(|first: char| first.is_ascii_lowercase())
        && login
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
    if well_formed {
        Ok(login)
    } else {
        Err(Problem::new(
            Kind::Refused,
            format!("«{text}» no vale como nombre de usuario."),
            "De 3 a 40 letras sin tilde, dígitos, punto o guion, empezando por letra: jperez, maria.rios.",
        ))
    }
}

fn checked_email(text: &str) -> Result<String, Problem> {
    let email = text.trim().to_lowercase();
    let well_formed = email.len() <= 200
        && email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !email.contains(char::is_whitespace);
    if well_formed {
        Ok(email)
    } else {
        Err(Problem::new(
            Kind::Refused,
            format!("«{text}» no es una dirección de correo."),
            "Escríbala como nombre@municipio.gob.pe, o no la ponga.",
        ))
    }
}

/// Roles as people write them: `jefe_catastro@220101`, `planificador`.
fn grants(texts: &[String]) -> Result<Grants, Problem> {
    let bad = |title: String| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        Problem::new(
            Kind::Refused,
            title,
            format!(
                "Los roles son: {}. Los tres primeros llevan su municipio: jefe_catastro@220101.",
                known.join(", ")
            ),
        )
    };
    let grants = texts
        .iter()
        .map(|text| {
            let (role, place) = match text.split_once('@') {
                Some((role, place)) => (role, Some(place)),
                None => (text.as_str(), None),
            };
            Ok(Grant {
                role: role
                    .parse()
                    .map_err(|_| bad(format!("No existe el rol «{role}».")))?,
                place: place
                    .map(|place| {
                        place
                            .parse()
                            .map_err(|_| bad(format!("«{place}» no es un ubigeo.")))
                    })
                    .transpose()?,
            })
        })
        .collect::<Result<Vec<Grant>, Problem>>()?;
    Grants::new(grants).map_err(|invalid| {
        bad(match invalid {
            InvalidGrants::NeedsPlace(role) => {
                format!("El rol {role} es de un municipio, que falta.")
            }
            InvalidGrants::NoPlace(role) => {
                format!("El rol {role} es de la provincia: va sin municipio.")
            }
            InvalidGrants::AdministratorAlone => {
                "Quien administra cuentas no tiene otro rol: no toca predios.".to_owned()
            }
            InvalidGrants::Empty => "Falta decir con qué rol.".to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_as_people_write_them() {
        let read = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            grants(&texts).map(|grants| shown(&grants))
        };
        assert_eq!(
            read(&["jefe_catastro@220101", "tecnico_catastro@220101"]),
            Ok(vec![
                "tecnico_catastro@220101".to_owned(),
                "jefe_catastro@220101".to_owned()
            ])
        );
        for wrong in [
            &["jefe@220101"][..],
            &["jefe_catastro"],
            &["jefe_catastro@2201"],
            &["planificador@220101"],
            &["administrador", "planificador"],
            &[],
        ] {
            assert!(
                read(wrong).is_err_and(|problem| problem.kind == Kind::Refused),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn names_to_sign_in_with_are_plain() {
        assert_eq!(checked_login(" JPerez "), Ok("jperez".to_owned()));
        for wrong in ["", "jp", "1jperez", "j perez", "josé", "a\u{0}bc"] {
            assert!(checked_login(wrong).is_err(), "{wrong:?}");
        }
        assert!(checked_email("a@b.pe").is_ok() && checked_email("a@b").is_err());
    }
}
