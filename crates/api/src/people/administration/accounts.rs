//! Accounts and their roles.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::people::Role;
use office::{
    Kind, Office, Problem,
    people::accounts::{self, AccountShape, NewPerson},
};
use serde::Deserialize;

use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page, page_with},
        spanish,
    },
    problem::{Answer, Segments, status},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/administracion/cuentas", get(list).post(create))
        .route("/administracion/cuentas/{usuario}", get(one))
        .route("/administracion/cuentas/{usuario}/roles", post(set_roles))
        .route("/administracion/cuentas/{usuario}/contrasena", post(reset))
        .route("/administracion/cuentas/{usuario}/uso", post(set_use))
}

#[derive(Template)]
#[template(path = "cuentas.html")]
struct List {
    shell: Shell,
    problem: Option<Problem>,
    lines: Vec<AccountShape>,
    offered: Vec<Offered>,
    typed: Typed,
}

#[derive(Template)]
#[template(path = "cuenta_de.html")]
struct One {
    shell: Shell,
    problem: Option<Problem>,
    of: AccountShape,
    offered: Vec<Offered>,
}

#[derive(Template)]
#[template(path = "contrasena.html")]
struct Password {
    shell: Shell,
    login: String,
    /// Said this once.
    secret: String,
}

/// A role that may be given.
struct Offered {
    /// As it is written: `jefe_catastro@220101`.
    grant: String,
    /// In words.
    words: String,
    given: bool,
}

/// What a form for a new account sends.
#[derive(Default)]
struct Typed {
    login: String,
    name: String,
    mail: String,
    roles: Vec<String>,
}

impl Typed {
    fn of(fields: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "usuario" => typed.login = value,
                "nombre" => typed.name = value,
                "correo" => typed.mail = value,
                "rol" => typed.roles.push(value),
                _ => {}
            }
        }
        typed
    }
}

/// All roles, in all municipalities where they are held in one.
fn offered(office: &Office, given: &[String]) -> Vec<Offered> {
    let snapshot = office.feed.snapshot();
    let mut offered = Vec::new();
    for role in Role::ALL {
        let words = words(role);
        let mut add = |grant: String, words: String| {
            offered.push(Offered {
                given: given.contains(&grant),
                grant,
                words,
            });
        };
        if role.is_municipal() {
            for land in snapshot.municipalities.values() {
                let place = &land.municipality;
                add(
                    format!("{}@{}", role.name(), place.ubigeo),
                    format!("{words}, {}", place.name),
                );
            }
        } else {
            add(role.name().to_owned(), words.to_owned());
        }
    }
    offered
}

fn words(role: Role) -> &'static str {
    match role {
        Role::CadastreTechnician => "Técnico de catastro",
        Role::CadastreChief => "Jefe de catastro",
        Role::UrbanControl => "Control urbano",
        Role::Planner => "Planificador del Instituto",
        Role::Committee => "Comité de Gestión",
        Role::Administrator => "Administrador de cuentas",
        Role::Partner => "Aliado del observatorio",
    }
}

async fn list(State(office): State<Arc<Office>>, shell: Shell) -> Answer<Response> {
    show_list(&office, shell, Typed::default(), None).await
}

async fn show_list(
    office: &Office,
    shell: Shell,
    typed: Typed,
    problem: Option<Problem>,
) -> Answer<Response> {
    let lines = accounts::list(&office.store, &shell.visitor().actor).await?;
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(
        shown,
        &List {
            shell,
            problem,
            lines,
            offered: offered(office, &typed.roles),
            typed,
        },
    ))
}

async fn create(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let typed = Typed::of(fields);
    let person = NewPerson {
        login: typed.login.trim().to_owned(),
        full_name: typed.name.clone(),
        email: Some(typed.mail.trim().to_owned()).filter(|mail| !mail.is_empty()),
        roles: typed.roles.clone(),
        expires_at: None,
    };
    match accounts::create(&office.store, &shell.visitor().actor, &person).await {
        Ok(password) => Ok(page_with(
            StatusCode::CREATED,
            &Password {
                shell,
                login: person.login,
                secret: password.reveal().to_owned(),
            },
        )),
        Err(problem) if problem.kind == Kind::NoAccount => Err(problem.into()),
        Err(problem) => show_list(&office, shell, typed, Some(problem)).await,
    }
}

async fn one(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(login): Segments<String>,
) -> Answer<Response> {
    show_one(&office, shell, &login, None).await
}

async fn show_one(
    office: &Office,
    shell: Shell,
    login: &str,
    problem: Option<Problem>,
) -> Answer<Response> {
    let found = accounts::list(&office.store, &shell.visitor().actor).await?;
    let of = found.into_iter().find(|account| account.login == login);
    let of = of.ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            "No hay una cuenta con ese usuario.",
            "Las que hay están en /administracion/cuentas.",
        )
    })?;
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(
        shown,
        &One {
            shell,
            problem,
            offered: offered(office, &of.roles),
            of,
        },
    ))
}

async fn set_roles(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(login): Segments<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let roles = Typed::of(fields).roles;
    let done = accounts::set_roles(&office.store, &shell.visitor().actor, &login, &roles).await;
    after(&office, shell, &login, done).await
}

async fn reset(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(login): Segments<String>,
) -> Answer<Response> {
    match accounts::reset_password(&office.store, &shell.visitor().actor, &login).await {
        Ok(password) => Ok(page(&Password {
            shell,
            login,
            secret: password.reveal().to_owned(),
        })),
        Err(problem) => after(&office, shell, &login, Err(problem)).await,
    }
}

/// Whether an account is in use.
#[derive(Deserialize)]
struct Use {
    uso: String,
}

async fn set_use(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(login): Segments<String>,
    Form(wanted): Form<Use>,
) -> Answer<Response> {
    let disabled = wanted.uso == "no";
    let done =
        accounts::set_disabled(&office.store, &shell.visitor().actor, &login, disabled).await;
    after(&office, shell, &login, done).await
}

async fn after(
    office: &Office,
    shell: Shell,
    login: &str,
    done: Result<(), Problem>,
) -> Answer<Response> {
    match done {
        Ok(()) => {
            let address = format!("/administracion/cuentas/{}", crate::ogc::encoded(login));
            Ok(Redirect::to(&address).into_response())
        }
        Err(problem) if problem.kind == Kind::NoAccount => Err(problem.into()),
        Err(problem) => show_one(office, shell, login, Some(problem)).await,
    }
}
