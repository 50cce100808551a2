//! `catastro user`: accounts, by who operates the server.

use std::process::ExitCode;

use chrono::{DateTime, Days, NaiveDate, Utc};
use office::{
    Problem,
    people::{
        Secret,
        accounts::{self, AccountShape, NewPerson},
    },
};

use crate::{
    arguments::{Format, Place, User},
    database::visiting,
    words,
};

pub fn run(place: &Place, action: User) -> Result<ExitCode, Problem> {
    let operator = super::operator();
    match action {
        User::Add {
            login,
            name,
            roles,
            email,
            until,
        } => {
            let person = NewPerson {
                login,
                full_name: name,
                email,
                roles,
                expires_at: until.and_then(end_of),
            };
            let password = visiting(place, async |store| {
                accounts::create(&store, &operator, &person).await
            })?;
            words::say(&provisional(&person.login, &password));
        }
        User::List { format } => {
            let list = visiting(place, async |store| accounts::list(&store, &operator).await)?;
            words::say(&match format {
                Format::Json => super::json(&list),
                Format::Text => table(&list),
            });
        }
        User::Disable { login } => {
            visiting(place, async |store| {
                accounts::set_disabled(&store, &operator, &login, true).await
            })?;
            words::say(&format!(
                "La cuenta «{login}» está inhabilitada; sus sesiones y sus tokens terminaron."
            ));
        }
        User::Enable { login } => {
            visiting(place, async |store| {
                accounts::set_disabled(&store, &operator, &login, false).await
            })?;
            words::say(&format!("La cuenta «{login}» está habilitada."));
        }
        User::Password { login } => {
            let password = visiting(place, async |store| {
                accounts::reset_password(&store, &operator, &login).await
            })?;
            words::say(&provisional(&login, &password));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The account's own words for a password that is said once.
pub fn provisional(login: &str, password: &Secret) -> String {
    format!(
        "Cuenta «{login}», contraseña provisional: {}\nVale siete días y se cambia al ingresar. No se vuelve a mostrar.",
        password.reveal()
    )
}

/// The end of a day in Lima, five hours behind UTC.
fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    let next = day.checked_add_days(Days::new(1))?.and_hms_opt(5, 0, 0)?;
    Some(next.and_utc())
}

fn table(accounts: &[AccountShape]) -> String {
    if accounts.is_empty() {
        return "No hay cuentas.".to_owned();
    }
    let lines: Vec<String> = accounts
        .iter()
        .map(|account| {
            format!(
                "{:24} {:12} {:32} {}",
                account.login,
                account.state,
                account.full_name,
                account.roles.join(", ")
            )
        })
        .collect();
    lines.join("\n")
}
