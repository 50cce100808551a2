//! `/api/cuentas`, `/api/tokens`, `/api/yo`: accounts, and what each of us has.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{delete, get, post, put},
};
use domain::people::{
    Action, Actor,
    permission::{Reach, reach},
};
use office::{
    Kind, Office, Problem,
    people::{accounts, tokens},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    doors::Doors,
    problem::{Answer, Body, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/yo", get(me))
        .route("/cuentas", get(list).post(create))
        .route(
            "/cuentas/{usuario}/inhabilitacion",
            post(disable).delete(enable),
        )
        .route("/cuentas/{usuario}/contrasena", post(reset_password))
        .route("/cuentas/{usuario}/roles", put(set_roles))
        .route("/tokens", get(own_tokens).post(create_token))
        .route("/tokens/{id}", delete(revoke_token))
}

/// Roles for an account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    roles: Vec<String>,
}

/// Quién es la cuenta, y qué puede.
#[utoipa::path(get, tag = "cuentas", path = "/api/yo", responses((status = 200, description = "La cuenta", content_type = "application/json")))]
pub async fn me(Caller(actor): Caller) -> Json<Value> {
    let actions: Vec<Value> = Action::all()
        .filter_map(|action| match reach(&actor, action) {
            Reach::Nowhere => None,
            Reach::Everywhere => Some(json!({ "accion": action.name(), "ubigeos": null })),
            Reach::Places(places) => Some(json!({ "accion": action.name(), "ubigeos": places })),
        })
        .collect();
    let roles = match &actor {
        Actor::Account(account) => account.grants.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    Json(json!({ "usuario": actor.name(), "roles": roles, "puede": actions }))
}

/// Las cuentas.
#[utoipa::path(get, tag = "cuentas", path = "/api/cuentas", responses((status = 200, description = "La lista", content_type = "application/json"),
    (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn list(State(office): State<Office>, Caller(actor): Caller) -> Answer<Json<Value>> {
    let cuentas = accounts::list(&office.store, &actor).await?;
    Ok(Json(json!({ "cuentas": cuentas })))
}

/// Crea una cuenta. La contraseña provisional se da esta única vez.
#[utoipa::path(post, tag = "cuentas", path = "/api/cuentas",
    request_body(content_type = "application/json", description = "usuario, nombre, roles, y si hacen falta correo y vence"),
    responses((status = 201, description = "Creada", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ya existe", content_type = "application/problem+json")))]
pub async fn create(
    State(office): State<Office>,
    Caller(actor): Caller,
    Body(person): Body<accounts::NewPerson>,
) -> Answer<(StatusCode, Json<Value>)> {
    let password = accounts::create(&office.store, &actor, &person).await?;
    let shape = json!({ "usuario": person.login, "contrasena_provisional": password.reveal() });
    Ok((StatusCode::CREATED, Json(shape)))
}

/// Inhabilita una cuenta, con sus sesiones y sus tokens.
#[utoipa::path(post, tag = "cuentas", path = "/api/cuentas/{usuario}/inhabilitacion", params(("usuario" = String, Path)),
    responses((status = 204, description = "Inhabilitada"), (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn disable(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(login): Segments<String>,
) -> Answer<StatusCode> {
    accounts::set_disabled(&office.store, &actor, &login, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Vuelve a habilitar una cuenta.
#[utoipa::path(delete, tag = "cuentas", path = "/api/cuentas/{usuario}/inhabilitacion", params(("usuario" = String, Path)),
    responses((status = 204, description = "Habilitada"), (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn enable(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(login): Segments<String>,
) -> Answer<StatusCode> {
    accounts::set_disabled(&office.store, &actor, &login, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Da a una cuenta una contraseña provisional, esta única vez.
#[utoipa::path(post, tag = "cuentas", path = "/api/cuentas/{usuario}/contrasena", params(("usuario" = String, Path)),
    responses((status = 200, description = "La contraseña", content_type = "application/json"), (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn reset_password(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(login): Segments<String>,
) -> Answer<Json<Value>> {
    let password = accounts::reset_password(&office.store, &actor, &login).await?;
    Ok(Json(
        json!({ "usuario": login, "contrasena_provisional": password.reveal() }),
    ))
}

/// Cambia los roles de una cuenta.
#[utoipa::path(put, tag = "cuentas", path = "/api/cuentas/{usuario}/roles", params(("usuario" = String, Path)),
    request_body(content_type = "application/json", description = "roles: la lista entera"),
    responses((status = 204, description = "Cambiados"), (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn set_roles(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(login): Segments<String>,
    Body(Roles { roles }): Body<Roles>,
) -> Answer<StatusCode> {
    accounts::set_roles(&office.store, &actor, &login, &roles).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Los tokens propios.
#[utoipa::path(get, tag = "cuentas", path = "/api/tokens", responses((status = 200, description = "La lista", content_type = "application/json"),
    (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json")))]
pub async fn own_tokens(
    State(office): State<Office>,
    Caller(actor): Caller,
) -> Answer<Json<Value>> {
    let tokens = tokens::own(&office.store, &actor).await?;
    Ok(Json(json!({ "tokens": tokens })))
}

/// Crea un token propio. El secreto se da esta única vez.
#[utoipa::path(post, tag = "cuentas", path = "/api/tokens",
    request_body(content_type = "application/json", description = "nombre, y si hacen falta acciones y dias"),
    responses((status = 201, description = "Creado", content_type = "application/json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json")))]
pub async fn create_token(
    State(office): State<Office>,
    Caller(actor): Caller,
    Body(new): Body<tokens::NewToken>,
) -> Answer<(StatusCode, Json<Value>)> {
    let (token, secret) = tokens::create(&office.store, &actor, actor.name(), &new).await?;
    let shape = json!({ "token": token, "secreto": secret.reveal() });
    Ok((StatusCode::CREATED, Json(shape)))
}

/// Revoca un token.
#[utoipa::path(delete, tag = "cuentas", path = "/api/tokens/{id}", params(("id" = String, Path)),
    responses((status = 204, description = "Revocado"), (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn revoke_token(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<StatusCode> {
    let id = id.parse().map_err(|_| {
        Problem::new(
            Kind::NotFound,
            "No hay un token con ese identificador.",
            "Los suyos se ven en /api/tokens.",
        )
    })?;
    tokens::revoke(&office.store, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
