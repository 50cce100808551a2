//! `/api/series`: series of partners; and `/api/observatorio`: all public figures, to take along.

pub mod downloads;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use office::{
    Kind, Office, Problem,
    series::{Review, SeriesFigures, SeriesFilter, SeriesList, SeriesSent, SeriesShape, ValueSent},
};
use serde::Deserialize;

use super::cadastral_projects::no_format;
use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/series", get(list).post(offer))
        .route("/series/{codigo}", get(one).put(change))
        .route("/series/{codigo}/cifras", get(figures).post(add_figures))
        .route("/series/{codigo}/revision", post(review))
        .merge(downloads::routes())
}

/// What the parameters of a list ask for.
pub(crate) fn filter(parameters: &Parameters) -> Result<SeriesFilter, Problem> {
    Ok(SeriesFilter {
        axis: parameters.get("eje").map(str::to_owned),
        state: parameters.read("estado", "ofrecida, publicada, observada o retirada")?,
        after: parameters.get("despues").map(str::to_owned),
    })
}

/// Las series de los aliados: las publicadas, y quien las ofrece o las revisa ve también las demás.
#[utoipa::path(get, tag = "observatorio", path = "/api/series",
    params(("eje" = Option<String>, Query, description = "De un eje temático"),
        ("estado" = Option<String>, Query, description = "ofrecida, publicada, observada, retirada"),
        ("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn list(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Answer<Json<SeriesList>> {
    parameters.only(&["eje", "estado", "despues"])?;
    let filter = filter(&parameters)?;
    Ok(Json(office.series_list(&actor, &filter).await?))
}

/// Ofrece una serie al observatorio.
#[utoipa::path(post, tag = "observatorio", path = "/api/series",
    request_body(content_type = "application/json", description = "codigo, nombre, organizacion, eje, unidad, metodo, fuente, licencia"),
    responses((status = 201, description = "La serie, ofrecida", content_type = "application/json"),
        (status = 400, description = "Algo no vale", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "El código ya existe", content_type = "application/problem+json")))]
pub async fn offer(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(sent): Body<SeriesSent>,
) -> Answer<impl IntoResponse> {
    let kept = office.keep_series(&actor, None, &sent).await?;
    let link = format!("/api/series/{}", encoded(&kept.codigo));
    Ok((StatusCode::CREATED, [(header::LOCATION, link)], Json(kept)))
}

/// Una serie.
#[utoipa::path(get, tag = "observatorio", path = "/api/series/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    responses((status = 200, description = "La serie", content_type = "application/json"),
        (status = 404, description = "No existe, o no está publicada", content_type = "application/problem+json")))]
pub async fn one(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
) -> Answer<Json<SeriesShape>> {
    Ok(Json(office.series(&actor, &code).await?))
}

/// Su autor la cambia; vuelve a esperar una revisión. «version» es la que se leyó.
#[utoipa::path(put, tag = "observatorio", path = "/api/series/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "Lo mismo que al ofrecerla, con version"),
    responses((status = 200, description = "La serie", content_type = "application/json"),
        (status = 403, description = "La serie es de otra persona", content_type = "application/problem+json"),
        (status = 409, description = "Cambió mientras tanto", content_type = "application/problem+json")))]
pub async fn change(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(sent): Body<SeriesSent>,
) -> Answer<Json<SeriesShape>> {
    if sent.version < 1 {
        return Err(Problem::new(
            Kind::BadRequest,
            "Falta «version».",
            "Es la de la serie que leyó; así nadie pisa lo que otro escribió.",
        )
        .into());
    }
    Ok(Json(office.keep_series(&actor, Some(&code), &sent).await?))
}

/// Las cifras de una serie, por periodo y municipio.
#[utoipa::path(get, tag = "observatorio", path = "/api/series/{codigo}/cifras",
    params(("codigo" = String, Path, description = "Su código"),
        ("conocido_a" = Option<String>, Query, description = "Lo que se sabía en ese momento"),
        ("f" = Option<String>, Query, description = "json o csv")),
    responses((status = 200, description = "Las cifras"),
        (status = 404, description = "No existe, o no está publicada", content_type = "application/problem+json")))]
pub async fn figures(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["conocido_a", "f"])?;
    let known_at: Option<DateTime<Utc>> =
        parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    let found = office.series_figures(&actor, &code, known_at).await?;
    Ok(match parameters.get("f") {
        None | Some("json") => Json(found).into_response(),
        Some("csv") => csv(&found),
        Some(other) => return Err(no_format(other, "json y csv").into()),
    })
}

fn csv(found: &SeriesFigures) -> Response {
    let mut out = Vec::new();
    downloads::line(
        &[
            "serie",
            "nombre",
            "organizacion",
            "periodo",
            "ubigeo",
            "municipio",
            "valor",
            "unidad",
            "version_datos",
            "conocido_a",
            "licencia",
        ],
        &mut out,
    );
    let (change, known_at) = (
        found.version_datos.to_string(),
        found.conocido_a.to_rfc3339(),
    );
    for value in &found.cifras {
        downloads::line(
            &[
                &found.serie,
                &found.nombre,
                &found.organizacion,
                &value.periodo,
                value.ubigeo.as_deref().unwrap_or_default(),
                &value.municipio,
                &value.valor.to_string(),
                &found.unidad,
                &change,
                &known_at,
                &found.licencia,
            ],
            &mut out,
        );
    }
    let name = format!("attachment; filename=\"{}.csv\"", encoded(&found.serie));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    (headers, out).into_response()
}

/// Values as they are sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValuesSent {
    cifras: Vec<ValueSent>,
}

/// Su autor escribe cifras; lo que ya estaba se corrige, y lo anterior queda. Vuelve a esperar una revisión.
#[utoipa::path(post, tag = "observatorio", path = "/api/series/{codigo}/cifras",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "cifras: periodo (2026, 2026-S1, 2026-T3, 2026-09), ubigeo (o nada, para la provincia), valor"),
    responses((status = 200, description = "Todas las cifras", content_type = "application/json"),
        (status = 400, description = "Una cifra no vale", content_type = "application/problem+json"),
        (status = 403, description = "La serie es de otra persona", content_type = "application/problem+json")))]
pub async fn add_figures(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(sent): Body<ValuesSent>,
) -> Answer<Json<SeriesFigures>> {
    let kept = office
        .write_series_figures(&actor, &code, &sent.cifras)
        .await?;
    Ok(Json(kept))
}

/// El Instituto publica u observa la serie de otro, con su motivo; su autor también puede retirarla.
#[utoipa::path(post, tag = "observatorio", path = "/api/series/{codigo}/revision",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "paso (publicar, observar, retirar), motivo, version"),
    responses((status = 200, description = "La serie", content_type = "application/json"),
        (status = 403, description = "Es su propia serie, o la cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "No admite ese paso, o cambió mientras tanto", content_type = "application/problem+json")))]
pub async fn review(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(review): Body<Review>,
) -> Answer<Json<SeriesShape>> {
    Ok(Json(office.review_series(&actor, &code, &review).await?))
}
