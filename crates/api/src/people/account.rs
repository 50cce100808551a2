//! `/ingresar`, `/salir`, `/cuenta`: coming in, going out, one's own password.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use domain::people::Actor;
use office::{
    Kind, Office, Problem,
    people::{Attempt, SignedIn},
};
use serde::Deserialize;

use super::shell::{Shell, page, page_with};
use crate::{
    doors::{Doors, Settings},
    hygiene::address::ClientAddress,
    problem::{Parameters, Refusal, status},
    session::Kept,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/ingresar", get(sign_in_page).post(sign_in))
        .route("/ingresar/oidc", get(depart))
        .route("/ingresar/oidc/regreso", get(arrive))
        .route("/salir", post(sign_out))
        .route("/cuenta", get(account_page))
        .route("/cuenta/contrasena", post(change_password))
}

#[derive(Deserialize)]
struct Credentials {
    usuario: String,
    contrasena: String,
    #[serde(flatten)]
    whither: Whither,
}

/// Where somebody was when they had to sign in.
#[derive(Clone, Default, Deserialize)]
struct Whither {
    /// The page, or the address that a form was sent to.
    ir: Option<String>,
    /// The form that was not taken, as browsers write it.
    pendiente: Option<String>,
}

#[derive(Template)]
#[template(path = "ingresar.html")]
struct SignInPage {
    shell: Shell,
    problem: Option<Problem>,
    next: Option<String>,
    waiting: Option<String>,
    elsewhere: Option<String>,
}

#[derive(Template)]
#[template(path = "pendiente.html")]
struct WaitingPage {
    shell: Shell,
    next: String,
    page: String,
    fields: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "cuenta.html")]
struct AccountPage {
    shell: Shell,
    problem: Option<Problem>,
    must_change: bool,
    login: String,
    roles: Vec<String>,
}

#[derive(Deserialize)]
struct PasswordChange {
    actual: String,
    nueva: String,
    otra_vez: String,
}

async fn sign_in_page(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Response {
    let whither = Whither {
        ir: parameters.get("ir").map(str::to_owned),
        pendiente: None,
    };
    sign_in_form(StatusCode::OK, &office, shell, None, &whither)
}

/// Where to sign in, to come back to an address of ours.
pub(super) fn sign_in_address(path: &str) -> String {
    match serde_urlencoded::to_string([("ir", path)]) {
        Ok(query) => format!("/ingresar?{query}"),
        Err(_) => "/ingresar".to_owned(),
    }
}

/// The form to sign in for somebody whose session ended, with what they typed meanwhile.
pub(super) fn sign_in_again(
    office: &Office,
    shell: Shell,
    problem: Problem,
    path: &str,
    typed: Option<String>,
) -> Response {
    let whither = Whither {
        ir: Some(path.to_owned()),
        pendiente: typed,
    };
    sign_in_form(
        StatusCode::UNAUTHORIZED,
        office,
        shell,
        Some(problem),
        &whither,
    )
}

async fn sign_in(
    State(office): State<Arc<Office>>,
    State(settings): State<Arc<Settings>>,
    ClientAddress(address): ClientAddress,
    shell: Shell,
    jar: CookieJar,
    form: Result<Form<Credentials>, axum::extract::rejection::FormRejection>,
) -> Response {
    let Ok(Form(typed)) = form else {
        let incomplete = Some(incomplete());
        return sign_in_form(
            StatusCode::BAD_REQUEST,
            &office,
            shell,
            incomplete,
            &Whither::default(),
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
        Ok(signed_in) => {
            let next = on_we_go(shell, typed.whither);
            enter(&office, &settings, jar, &signed_in, next).await
        }
        Err(problem) => {
            let status = status(&problem);
            sign_in_form(status, &office, shell, Some(problem), &typed.whither)
        }
    }
}

/// What somebody sees who has signed in.
fn on_we_go(shell: Shell, whither: Whither) -> Response {
    let next = whither.ir.as_deref().and_then(of_ours).unwrap_or("/");
    let fields = whither
        .pendiente
        .and_then(|typed| serde_urlencoded::from_str::<Vec<(String, String)>>(&typed).ok())
        .filter(|fields| !fields.is_empty());
    let Some(fields) = fields else {
        return Redirect::to(next).into_response();
    };
    // A form's own page is often where it is sent to, or a step above.
    let page_of_form = next.rsplit_once('/').map_or("/", |(above, _)| above);
    let page_of_form = if page_of_form.is_empty() {
        "/"
    } else {
        page_of_form
    };
    page(&WaitingPage {
        shell,
        next: next.to_owned(),
        page: page_of_form.to_owned(),
        fields,
    })
}

/// An address of this service, and of nobody else's.
fn of_ours(path: &str) -> Option<&str> {
    const LETTERS_MAX: usize = 1_000;
    let mut letters = path.chars();
    let is_local = letters.next() == Some('/') && !matches!(letters.next(), Some('/' | '\\'));
    (is_local && path.len() <= LETTERS_MAX && !path.chars().any(char::is_control)).then_some(path)
}

/// Gives the cookies. A session that the browser had before ends: what somebody else may have put there is worth
/// nothing.
async fn enter(
    office: &Office,
    settings: &Settings,
    jar: CookieJar,
    signed_in: &SignedIn,
    next: Response,
) -> Response {
    if let Some(before) = Kept::Session.read(&jar, settings)
        && let Err(problem) = office.sign_out(&before).await
    {
        return Refusal(problem).into_response();
    }
    let jar = jar
        .add(Kept::Session.give(&signed_in.session, settings))
        .add(Kept::Device.give(&signed_in.device, settings));
    if signed_in.must_change_password {
        (jar, Redirect::to("/cuenta")).into_response()
    } else {
        (jar, next).into_response()
    }
}

async fn sign_out(
    State(office): State<Arc<Office>>,
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
    shell: Shell,
    jar: CookieJar,
) -> Response {
    if Kept::Session.read(&jar, &settings).is_none() || shell.name().is_none() {
        return Redirect::to(&sign_in_address("/cuenta")).into_response();
    }
    account_form(StatusCode::OK, shell, None)
}

async fn change_password(
    State(office): State<Arc<Office>>,
    State(settings): State<Arc<Settings>>,
    shell: Shell,
    jar: CookieJar,
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
        Ok(signed_in) => {
            let home = Redirect::to("/").into_response();
            enter(&office, &settings, jar, &signed_in, home).await
        }
        Err(problem) => {
            let status = status(&problem);
            account_form(status, shell, Some(problem))
        }
    }
}

async fn depart(
    State(office): State<Arc<Office>>,
    State(settings): State<Arc<Settings>>,
    shell: Shell,
    jar: CookieJar,
) -> Response {
    match office.depart().await {
        Ok(departure) => {
            let jar = jar.add(Kept::Elsewhere.give(&departure.browser, &settings));
            (jar, Redirect::to(&departure.url)).into_response()
        }
        Err(problem) => {
            let status = status(&problem);
            sign_in_form(status, &office, shell, Some(problem), &Whither::default())
        }
    }
}

async fn arrive(
    State(office): State<Arc<Office>>,
    State(settings): State<Arc<Settings>>,
    shell: Shell,
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
        Ok(signed_in) => {
            let home = Redirect::to("/").into_response();
            enter(&office, &settings, jar, &signed_in, home).await
        }
        Err(problem) => {
            let status = status(&problem);
            let form = sign_in_form(status, &office, shell, Some(problem), &Whither::default());
            (jar, form).into_response()
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

fn sign_in_form(
    status: StatusCode,
    office: &Office,
    shell: Shell,
    problem: Option<Problem>,
    whither: &Whither,
) -> Response {
    let next = whither.ir.as_deref().and_then(of_ours);
    let form = SignInPage {
        shell,
        problem,
        next: next.map(str::to_owned),
        waiting: whither.pendiente.clone(),
        elsewhere: office.elsewhere.as_ref().map(|one| one.name.clone()),
    };
    unkept(page_with(status, &form))
}

fn account_form(status: StatusCode, shell: Shell, problem: Option<Problem>) -> Response {
    let visitor = shell.visitor();
    let roles = match &visitor.actor {
        Actor::Account(account) => account.grants.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let form = AccountPage {
        problem,
        must_change: visitor.must_change_password,
        login: visitor.actor.name().to_owned(),
        roles,
        shell,
    };
    unkept(page_with(status, &form))
}

/// A page that nobody on the way keeps.
fn unkept(mut page: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    page.headers_mut().insert(header::CACHE_CONTROL, no_store);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_ours_are_gone_to() {
        for path in ["/", "/levantamientos/7?regla=traslape"] {
            assert_eq!(of_ours(path), Some(path));
        }
        for path in ["", "https://x.pe", "//x.pe", "/\\x.pe", "/a\nb", "x"] {
            assert_eq!(of_ours(path), None, "{path}");
        }
    }
}
