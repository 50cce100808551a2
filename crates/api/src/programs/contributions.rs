//! `/api/aportes`: what the municipalities agreed to give, and gave.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use office::{
    Kind, Office, Problem,
    contributions::{self, NewContribution},
};

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/aportes", get(list).post(write))
}

/// Lo acordado y lo pagado, fijo y variable, por trimestre y municipalidad, con sus sumas.
#[utoipa::path(get, tag = "institución", path = "/api/aportes",
    params(("periodo" = Option<String>, Query, description = "Un trimestre, como 2026-T3"),
        ("ubigeo" = Option<String>, Query, description = "De una municipalidad"),
        ("f" = Option<String>, Query, description = "json o csv")),
    responses((status = 200, description = "La tabla"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn list(State(office): State<Arc<Office>>, parameters: Parameters) -> Answer<Response> {
    parameters.only(&["periodo", "ubigeo", "f"])?;
    let period = parameters
        .get("periodo")
        .map(contributions::quarter)
        .transpose()?;
    let ubigeo = parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?;
    let found = office.contributions(period, ubigeo).await?;
    match parameters.get("f") {
        None | Some("json") => Ok(Json(found).into_response()),
        Some("csv") => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"aportes.csv\"",
                ),
            ];
            Ok((headers, contributions::csv(&found)?).into_response())
        }
        Some(other) => Err(Problem::new(
            Kind::BadRequest,
            format!("No se ofrece el formato «{other}»."),
            "Se ofrecen f=json y f=csv.",
        )
        .into()),
    }
}

/// Registra lo acordado o lo pagado por una municipalidad en un trimestre. Lo anterior queda en la historia.
#[utoipa::path(post, tag = "institución", path = "/api/aportes",
    request_body(content_type = "application/json", description = "periodo, ubigeo, sustento y al menos uno de acordado_fijo, pagado_fijo, acordado_variable, pagado_variable (soles)"),
    responses((status = 201, description = "Los aportes de esa municipalidad en ese trimestre", content_type = "application/json"),
        (status = 400, description = "Falta algo", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn write(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(new): Body<NewContribution>,
) -> Answer<impl IntoResponse> {
    let found = office.write_contribution(&actor, &new).await?;
    Ok((StatusCode::CREATED, Json(found)))
}
