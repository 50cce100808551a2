//! `/cuenta/tokens`: one's own tokens for programs.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::people::Action;
use office::{
    Kind, Office, Problem,
    people::tokens::{self, NewToken, TokenShape},
};

use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page_with},
        spanish,
    },
    problem::{Answer, Segments, status},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/cuenta/tokens", get(list).post(create))
        .route("/cuenta/tokens/{id}/revocacion", post(revoke))
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct List {
    shell: Shell,
    problem: Option<Problem>,
    lines: Vec<TokenShape>,
    /// Names of the actions that the account may do, and whether they were ticked.
    actions: Vec<(&'static str, bool)>,
    name: String,
    days: String,
    /// The secret of one that was just made.
    secret: Option<String>,
}

async fn list(State(office): State<Arc<Office>>, shell: Shell) -> Answer<Response> {
    show(&office, shell, &[], None, None).await
}

async fn show(
    office: &Office,
    shell: Shell,
    typed: &[(String, String)],
    problem: Option<Problem>,
    secret: Option<String>,
) -> Answer<Response> {
    let lines = tokens::own(&office.store, &shell.visitor().actor).await?;
    let text = |name: &str| {
        let found = typed.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    let actions = Action::all()
        .filter(|action| shell.may(action))
        .map(|action| {
            let name = action.name();
            let ticked = typed
                .iter()
                .any(|(field, value)| field == "accion" && value == name);
            (name, ticked)
        })
        .collect();
    Ok(page_with(
        shown,
        &List {
            shell,
            problem,
            lines,
            actions,
            name: text("nombre").unwrap_or_default(),
            days: text("dias").unwrap_or_else(|| "90".to_owned()),
            secret,
        },
    ))
}

async fn create(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let of = |name: &str| -> Vec<String> {
        let fields = typed.iter().filter(|(known, _)| known == name);
        fields.map(|(_, value)| value.clone()).collect()
    };
    let new = NewToken {
        name: of("nombre").concat(),
        actions: of("accion"),
        // What is no number is refused with the other days that none may last.
        days: of("dias").concat().trim().parse().unwrap_or(0),
    };
    let actor = &shell.visitor().actor;
    match tokens::create(&office.store, actor, actor.name(), &new).await {
        Ok((_, secret)) => {
            let secret = Some(secret.reveal().to_owned());
            show(&office, shell, &[], None, secret).await
        }
        Err(problem) if problem.kind == Kind::NoAccount => Err(problem.into()),
        Err(problem) => show(&office, shell, &typed, Some(problem), None).await,
    }
}

async fn revoke(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(id): Segments<String>,
) -> Answer<Response> {
    let id = id.parse().map_err(|_| {
        Problem::new(
            Kind::NotFound,
            "No hay un token con ese identificador.",
            "Los suyos están en /cuenta/tokens.",
        )
    })?;
    tokens::revoke(&office.store, &shell.visitor().actor, id).await?;
    Ok(Redirect::to("/cuenta/tokens").into_response())
}
