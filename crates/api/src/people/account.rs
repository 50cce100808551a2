//! `/ingresar`, `/salir`, `/cuenta`: coming in, going out, one's own password.

use std::sync::Arc;

use axum::{
    Extension, Form, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use domain::people::Actor;
use office::{
    Kind, Office, Problem,
    people::{Attempt, SignedIn, Visitor},
};
use serde::Deserialize;

use super::escaped;
use crate::{
    doors::{Doors, Settings},
    hygiene::address::ClientAddress,
    problem::{Parameters, Refusal},
    session::{Kept, from_our_own_pages},
};

/// Its routes. Forms come from our own pages, signed in or not: nobody is signed in as somebody else unawares.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/ingresar", get(sign_in_page).post(sign_in))
        .route("/ingresar/oidc", get(depart))
        .route("/ingresar/oidc/regreso", get(arrive))
        .route("/salir", post(sign_out))
        .route("/cuenta", get(account_page))
        .route("/cuenta/contrasena", post(change_password))
        .layer(middleware::from_fn(from_our_own_pages))
}

#[derive(Deserialize)]
struct Credentials {
    usuario: String,
    contrasena: String,
}

#[derive(Deserialize)]
struct PasswordChange {
    actual: String,
    nueva: String,
    otra_vez: String,
}

async fn sign_in_page(State(office): State<Office>) -> Response {
    page(StatusCode::OK, sign_in_html(&office, None))
}

async fn sign_in(
    State(office): State<Office>,
    State(settings): State<Arc<Settings>>,
    ClientAddress(address): ClientAddress,
    jar: CookieJar,
    form: Result<Form<Credentials>, axum::extract::rejection::FormRejection>,
) -> Response {
    let Ok(Form(typed)) = form else {
        return page(
            StatusCode::BAD_REQUEST,
            sign_in_html(&office, Some(&incomplete())),
        );
    };
    let device = Kept::Device.read(&jar, &settings);
    let attempt = Attempt {
        login: &typed.usuario,
        password: &typed.contrasena,
        address: &address.to_string(),
        device: device.as_ref(),
    };
    match office.sign_in(attempt).await {
        Ok(signed_in) => enter(&office, &settings, jar, &signed_in).await,
        Err(problem) => {
            let status = Refusal(problem.clone()).into_response().status();
            page(status, sign_in_html(&office, Some(&problem)))
        }
    }
}

/// Gives the cookies. A session that the browser had before ends: what somebody else may have put there is worth
/// nothing.
async fn enter(
    office: &Office,
    settings: &Settings,
    jar: CookieJar,
    signed_in: &SignedIn,
) -> Response {
    if let Some(before) = Kept::Session.read(&jar, settings)
        && let Err(problem) = office.sign_out(&before).await
    {
        return Refusal(problem).into_response();
    }
    let jar = jar
        .add(Kept::Session.give(&signed_in.session, settings))
        .add(Kept::Device.give(&signed_in.device, settings));
    let next = if signed_in.must_change_password {
        "/cuenta"
    } else {
        "/"
    };
    (jar, Redirect::to(next)).into_response()
}

async fn sign_out(
    State(office): State<Office>,
    State(settings): State<Arc<Settings>>,
    jar: CookieJar,
) -> Response {
    if let Some(session) = Kept::Session.read(&jar, &settings)
        && let Err(problem) = office.sign_out(&session).await
    {
        return Refusal(problem).into_response();
    }
    let jar = jar.add(Kept::Session.take_back(&settings));
    (jar, Redirect::to("/")).into_response()
}

async fn account_page(
    State(settings): State<Arc<Settings>>,
    jar: CookieJar,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    if Kept::Session.read(&jar, &settings).is_none() || visitor.actor == Actor::Public {
        return Redirect::to("/ingresar").into_response();
    }
    page(StatusCode::OK, account_html(&visitor, None))
}

async fn change_password(
    State(office): State<Office>,
    State(settings): State<Arc<Settings>>,
    jar: CookieJar,
    Extension(visitor): Extension<Visitor>,
    form: Result<Form<PasswordChange>, axum::extract::rejection::FormRejection>,
) -> Response {
    let Some(session) = Kept::Session.read(&jar, &settings) else {
        return Redirect::to("/ingresar").into_response();
    };
    let changed = match form {
        Ok(Form(typed)) if typed.nueva != typed.otra_vez => Err(Problem::new(
            Kind::BadRequest,
            "La contraseña nueva no es la misma las dos veces.",
            "Escríbala otra vez.",
        )),
        Ok(Form(typed)) => {
            office
                .change_password(&session, &typed.actual, &typed.nueva)
                .await
        }
        Err(_) => Err(incomplete()),
    };
    match changed {
        Ok(signed_in) => enter(&office, &settings, jar, &signed_in).await,
        Err(problem) => {
            let status = Refusal(problem.clone()).into_response().status();
            page(status, account_html(&visitor, Some(&problem)))
        }
    }
}

async fn depart(
    State(office): State<Office>,
    State(settings): State<Arc<Settings>>,
    jar: CookieJar,
) -> Response {
    match office.depart().await {
        Ok(departure) => {
            let jar = jar.add(Kept::Elsewhere.give(&departure.browser, &settings));
            (jar, Redirect::to(&departure.url)).into_response()
        }
        Err(problem) => {
            let status = Refusal(problem.clone()).into_response().status();
            page(status, sign_in_html(&office, Some(&problem)))
        }
    }
}

async fn arrive(
    State(office): State<Office>,
    State(settings): State<Arc<Settings>>,
    jar: CookieJar,
    parameters: Parameters,
) -> Response {
    let brought = (
        Kept::Elsewhere.read(&jar, &settings),
        parameters.get("state"),
        parameters.get("code"),
    );
    let device = Kept::Device.read(&jar, &settings);
    let arrived = match brought {
        (Some(browser), Some(state), Some(code)) => {
            office.arrive(&browser, state, code, device.as_ref()).await
        }
        _ => Err(Problem::new(
            Kind::Refused,
            "El ingreso se canceló.",
            "Vuelva a intentarlo, o ingrese con su usuario y contraseña.",
        )),
    };
    let jar = jar.add(Kept::Elsewhere.take_back(&settings));
    match arrived {
        Ok(signed_in) => enter(&office, &settings, jar, &signed_in).await,
        Err(problem) => {
            let status = Refusal(problem.clone()).into_response().status();
            (jar, page(status, sign_in_html(&office, Some(&problem)))).into_response()
        }
    }
}

fn incomplete() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El formulario llegó incompleto.",
        "Llene los campos y vuelva a enviarlo.",
    )
}

fn sign_in_html(office: &Office, problem: Option<&Problem>) -> String {
    let elsewhere = office
        .elsewhere
        .as_ref()
        .map_or_else(String::new, |elsewhere| {
            format!(
                "<p><a href=\"/ingresar/oidc\">Ingresar con {}</a></p>",
                escaped(&elsewhere.name)
            )
        });
    include_str!("pages/ingresar.html")
        .replace("{aviso}", &notice(problem))
        .replace("{otro}", &elsewhere)
}

fn account_html(visitor: &Visitor, problem: Option<&Problem>) -> String {
    let must = if visitor.must_change_password {
        "<p class=\"aviso\">Su contraseña es provisional: cámbiela para seguir.</p>"
    } else {
        ""
    };
    let roles: Vec<String> = match &visitor.actor {
        Actor::Account(account) => account
            .grants
            .iter()
            .map(|grant| format!("<li>{}</li>", escaped(&grant.to_string())))
            .collect(),
        _ => Vec::new(),
    };
    let who = format!(
        "{must}<p>Usuario <strong>{}</strong>, con estos roles:</p><ul>{}</ul>",
        escaped(visitor.actor.name()),
        roles.concat()
    );
    include_str!("pages/cuenta.html")
        .replace("{aviso}", &notice(problem))
        .replace("{quien}", &who)
}

fn notice(problem: Option<&Problem>) -> String {
    problem.map_or_else(String::new, |problem| {
        format!(
            "<p class=\"aviso\" role=\"alert\"><strong>{}</strong> {}</p>",
            escaped(&problem.title),
            escaped(&problem.detail)
        )
    })
}

/// A page that nobody on the way keeps.
fn page(status: StatusCode, html: String) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, no_store, Html(html)).into_response()
}
