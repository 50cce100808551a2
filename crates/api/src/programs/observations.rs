//! `/api/observaciones`: what anybody observes, and what the Comité de Gestión answers.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use geo_types::Rect;
use office::{
    Kind, Office, Problem,
    observations::{Counts, LIST_MAX, ObservationFilter, ObservationShape, Observed},
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    doors::Doors,
    hygiene::{address::ClientAddress, limits::Limits},
    ogc::extent,
    problem::{Answer, Body, Parameters, Refusal, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/observaciones", get(observations).post(observe))
        .route("/observaciones/cifras", get(figures))
        .route("/observaciones/{id}", get(observation))
        .route("/observaciones/{id}/pasos", post(step))
}

/// What a list of observations may be asked for.
const FILTERS: [&str; 8] = [
    "ubigeo", "estado", "sobre", "objeto", "bbox", "limit", "despues", "f",
];

/// Las observaciones que se pueden ver, la más nueva primero.
#[utoipa::path(get, tag = "participación", path = "/api/observaciones",
    params(("ubigeo" = Option<String>, Query, description = "De un municipio"),
        ("estado" = Option<String>, Query, description = "recibida, publicada, respondida, archivada"),
        ("sobre" = Option<String>, Query, description = "predio, plan, levantamiento, inversion, obra, otro"),
        ("objeto" = Option<String>, Query, description = "Código o identificador de eso"),
        ("bbox" = Option<String>, Query, description = "oeste,sur,este,norte en grados"),
        ("limit" = Option<i64>, Query, description = "De 1 a 1000; si no se dice, 50"),
        ("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»"),
        ("f" = Option<String>, Query, description = "json o geojson")),
    responses((status = 200, description = "La lista, o una colección GeoJSON"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn observations(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Answer<Response> {
    let filter = filter(&parameters)?;
    let found = office.observations(&actor, &filter).await?;
    if parameters.get("f") != Some("geojson") {
        return Ok(Json(found).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "application/geo+json")];
    Ok((kind, found.on_the_map().to_string()).into_response())
}

/// Cuántas observaciones hay, por estado, y qué parte se respondió en su plazo.
#[utoipa::path(get, tag = "participación", path = "/api/observaciones/cifras",
    params(("ubigeo" = Option<String>, Query, description = "De un municipio"),
        ("sobre" = Option<String>, Query, description = "predio, plan, levantamiento, inversion, obra, otro")),
    responses((status = 200, description = "Las cifras", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn figures(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Counts>> {
    parameters.only_json(&["ubigeo", "sobre", "f"])?;
    let ubigeo = parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?;
    let about = parameters.read(
        "sobre",
        "predio, plan, levantamiento, inversion, obra u otro",
    )?;
    Ok(Json(office.observation_counts(ubigeo, about).await?))
}

/// The ground that `bbox` asks for, in EPSG:32718. Where nothing of ours can be, a place where nothing is.
pub(crate) fn ground(parameters: &Parameters) -> Result<Option<Rect<f64>>, Problem> {
    let Some(text) = parameters.get("bbox") else {
        return Ok(None);
    };
    Ok(Some(match extent::bbox(text, office::place::DEFAULT)? {
        extent::Asked::Ground(window) => window.bounds(),
        extent::Asked::Nowhere => Rect::new((0.0, 0.0), (0.0, 0.0)),
    }))
}

/// What the parameters of a list ask for.
pub(crate) fn filter(parameters: &Parameters) -> Result<ObservationFilter, Problem> {
    parameters.only_json(&FILTERS)?;
    let limit: Option<i64> = parameters.read("limit", "un número de 1 a 1000")?;
    if limit.is_some_and(|limit| !(1..=LIST_MAX).contains(&limit)) {
        return Err(Problem::new(
            Kind::BadRequest,
            "«limit» no vale.",
            "Se espera un número de 1 a 1000.",
        ));
    }
    Ok(ObservationFilter {
        ubigeo: parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?,
        state: parameters.read("estado", "recibida, publicada, respondida o archivada")?,
        about: parameters.read(
            "sobre",
            "predio, plan, levantamiento, inversion, obra u otro",
        )?,
        object: parameters.get("objeto").map(str::to_owned),
        within: ground(parameters)?,
        limit,
        after: parameters.read("despues", "el «siguiente» de la lista anterior")?,
    })
}

/// Recibe una observación de cualquiera, sin cuenta. Devuelve su número, el código con el que se sigue y su plazo.
#[utoipa::path(post, tag = "participación", path = "/api/observaciones",
    request_body(content_type = "application/json", description = "sobre, texto, objeto (código) o lugar ([longitud, latitud]); y, si se quiere la respuesta así, correo"),
    responses((status = 201, description = "La constancia", content_type = "application/json"),
        (status = 400, description = "Falta algo", content_type = "application/problem+json"),
        (status = 422, description = "El texto parece nombrar a alguien", content_type = "application/problem+json"),
        (status = 429, description = "Demasiadas en una hora", content_type = "application/problem+json")))]
pub async fn observe(
    State(office): State<Arc<Office>>,
    State(limits): State<Arc<Limits>>,
    ClientAddress(address): ClientAddress,
    Body(observed): Body<Observed>,
) -> Answer<impl IntoResponse> {
    limits.count_observation(address)?;
    let receipt = office.observe(&observed).await?;
    let link = [(header::LOCATION, format!("/api{}", receipt.enlace))];
    Ok((StatusCode::CREATED, link, Json(receipt)))
}

/// Una observación. Con «codigo», el de la constancia, también la que aún no se publicó.
#[utoipa::path(get, tag = "participación", path = "/api/observaciones/{id}",
    params(("id" = String, Path, description = "Su identificador"),
        ("codigo" = Option<String>, Query, description = "El código de la constancia")),
    responses((status = 200, description = "La observación", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn observation(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<ObservationShape>> {
    parameters.only(&["codigo"])?;
    let code = parameters.get("codigo");
    Ok(Json(office.observation(&actor, parse(&id)?, code).await?))
}

/// What is done with an observation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextStep {
    paso: String,
    #[serde(default)]
    texto: String,
}

/// El Comité publica, responde o archiva una observación.
#[utoipa::path(post, tag = "participación", path = "/api/observaciones/{id}/pasos",
    params(("id" = String, Path, description = "Su identificador")),
    request_body(content_type = "application/json", description = "paso (publicar, responder, archivar) y texto"),
    responses((status = 200, description = "La observación", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ya no admite ese paso", content_type = "application/problem+json")))]
pub async fn step(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    Body(next): Body<NextStep>,
) -> Answer<Json<ObservationShape>> {
    let moved = office
        .step_observation(&actor, parse(&id)?, &next.paso, &next.texto)
        .await?;
    Ok(Json(moved))
}

/// An identifier in an address.
pub(crate) fn parse(id: &str) -> Result<Uuid, Refusal> {
    id.parse().map_err(|_| {
        Refusal(Problem::new(
            Kind::NotFound,
            "No hay una observación con ese identificador.",
            "Están en /observaciones.",
        ))
    })
}
