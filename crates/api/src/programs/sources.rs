//! `/api/fuentes`: layers of others, their harvests, and the copy that is shown.

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
    place::DEFAULT,
    sources::{HarvestShape, Harvests, Offered, SourceShape},
};
use serde_json::{Value, json};

use crate::{
    doors::Doors,
    ogc::extent::{self, Asked},
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/fuentes", get(list).post(add))
        .route("/fuentes/{codigo}", get(one).put(change))
        .route("/fuentes/{codigo}/cosechas", get(harvests))
        .route("/fuentes/{codigo}/cosecha", post(harvest))
        .route("/fuentes/{codigo}/entidades", get(features))
}

/// Features of a page, where nobody says how many.
const LIMIT: i64 = 100;
/// Most features of a page; a larger number is taken as this one.
const LIMIT_MAX: i64 = 1_000;

/// Las fuentes de capas de otros, con la antigüedad de su última copia buena.
#[utoipa::path(get, tag = "institución", path = "/api/fuentes",
    params(("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La lista, por código", content_type = "application/json")))]
pub async fn list(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Vec<SourceShape>>> {
    parameters.only_json(&["f"])?;
    Ok(Json(office.outside_sources().await?))
}

/// Agrega una fuente. El titular y la licencia son obligatorios.
#[utoipa::path(post, tag = "institución", path = "/api/fuentes",
    request_body(content_type = "application/json", description = "codigo, nombre, titular, licencia, clase (oapif, wfs, archivo), direccion, capa, cada_horas, megabytes_max, entidades_max, eje, tema, estado (activa, pausada)"),
    responses((status = 201, description = "La fuente", content_type = "application/json"),
        (status = 400, description = "Falta algo", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ya existe", content_type = "application/problem+json")))]
pub async fn add(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(mut offered): Body<Offered>,
) -> Answer<impl IntoResponse> {
    offered.version = 0;
    let code = offered.codigo.clone();
    let source = office.write_source(&actor, &code, offered).await?;
    let link = [(header::LOCATION, format!("/api{}", source.enlace))];
    Ok((StatusCode::CREATED, link, Json(source)))
}

/// Una fuente: sus términos, su última copia buena, cómo fue la última cosecha y cuándo toca la siguiente.
#[utoipa::path(get, tag = "institución", path = "/api/fuentes/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    responses((status = 200, description = "La fuente", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn one(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<SourceShape>> {
    parameters.only_json(&["f"])?;
    Ok(Json(office.outside_source(&code).await?))
}

/// Cambia una fuente. «version» es la que se leyó.
#[utoipa::path(put, tag = "institución", path = "/api/fuentes/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "Lo mismo que al agregarla, con version"),
    responses((status = 200, description = "La fuente", content_type = "application/json"),
        (status = 400, description = "Falta algo", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Cambió entre tanto", content_type = "application/problem+json")))]
pub async fn change(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(offered): Body<Offered>,
) -> Answer<Json<SourceShape>> {
    if offered.version < 1 {
        return Err(Problem::new(
            Kind::BadRequest,
            "Falta la versión que se leyó.",
            "Envíe «version», como la da GET en esta dirección.",
        )
        .into());
    }
    Ok(Json(office.write_source(&actor, &code, offered).await?))
}

/// Las cosechas de una fuente, la última primero, con su resultado y su falla en palabras.
#[utoipa::path(get, tag = "institución", path = "/api/fuentes/{codigo}/cosechas",
    params(("codigo" = String, Path, description = "Su código"),
        ("despues" = Option<i32>, Query, description = "Donde terminó la lista anterior: su «siguiente»"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn harvests(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<Harvests>> {
    parameters.only_json(&["despues", "f"])?;
    let after = parameters.read("despues", "el «siguiente» de la lista anterior")?;
    Ok(Json(office.harvests(&code, after).await?))
}

/// Cosecha una fuente ahora. Si tarda, sigue sola y se contesta 202.
#[utoipa::path(post, tag = "institución", path = "/api/fuentes/{codigo}/cosecha",
    params(("codigo" = String, Path, description = "Su código")),
    responses((status = 201, description = "La cosecha terminó, bien o con falla", content_type = "application/json"),
        (status = 202, description = "Sigue; su resultado estará en /cosechas"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ya se está cosechando", content_type = "application/problem+json")))]
pub async fn harvest(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    let done: Option<HarvestShape> = office.harvest_now(&actor, &code).await?;
    Ok(match done {
        Some(harvest) => (StatusCode::CREATED, Json(harvest)).into_response(),
        None => StatusCode::ACCEPTED.into_response(),
    })
}

/// Las entidades de la última copia buena de una fuente, en GeoJSON, con su titular, su licencia y su fecha.
#[utoipa::path(get, tag = "institución", path = "/api/fuentes/{codigo}/entidades",
    params(("codigo" = String, Path, description = "Su código"),
        ("bbox" = Option<String>, Query, description = "oeste,sur,este,norte en grados"),
        ("limit" = Option<u32>, Query, description = "Cuántas, 100 si no se dice, 1 000 como mucho"),
        ("despues" = Option<i32>, Query, description = "Donde terminó la página anterior: lo trae su enlace «next»"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Una página", content_type = "application/geo+json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn features(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only_json(&["bbox", "despues", "f", "limit"])?;
    let source = office.outside_source(&code).await?;
    let limit: i64 = parameters
        .read("limit", "un número entero desde 1")?
        .unwrap_or(LIMIT);
    if limit < 1 {
        return Err(Problem::new(
            Kind::BadRequest,
            format!("«{limit}» no vale para «limit»."),
            "Se espera un número entero desde 1.",
        )
        .into());
    }
    let limit = limit.min(LIMIT_MAX);
    let after: i32 = parameters
        .read(
            "despues",
            "el «despues» del enlace «next» de la página anterior",
        )?
        .unwrap_or_default();
    let mut found = match within(&parameters)? {
        Where::Nowhere => Vec::new(),
        Where::All => {
            office
                .outside_features(&source, None, after, limit + 1)
                .await?
        }
        Where::Ground(ground) => {
            office
                .outside_features(&source, Some(ground), after, limit + 1)
                .await?
        }
    };
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let own = format!("/api{}/entidades", source.enlace);
    let mut links = vec![json!({"href": own, "rel": "self", "type": "application/geo+json"})];
    if let Some(last) = found.last().filter(|_| more) {
        let mut query: Vec<(String, String)> = parameters.0.clone();
        query.retain(|(name, _)| name != "despues");
        query.push(("despues".to_owned(), last.position.to_string()));
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        links.push(json!({"href": format!("{own}?{query}"), "rel": "next", "type": "application/geo+json"}));
    }
    let features: Vec<Value> = found
        .iter()
        .filter_map(office::sources::OutsideFeature::geojson)
        .collect();
    let body = json!({
        "type": "FeatureCollection",
        "fuente": source.codigo,
        "titular": source.fuente.owner,
        "licencia": source.fuente.license,
        "copia": source.copia,
        "numberReturned": features.len(),
        "links": links,
        "features": features,
    });
    let kind = [(header::CONTENT_TYPE, "application/geo+json")];
    Ok((kind, body.to_string()).into_response())
}

/// Where features are asked for.
enum Where {
    All,
    Ground(Rect<f64>),
    Nowhere,
}

fn within(parameters: &Parameters) -> Result<Where, Problem> {
    Ok(match parameters.get("bbox") {
        None => Where::All,
        Some(text) => match extent::bbox(text, DEFAULT)? {
            Asked::Ground(window) => Where::Ground(window.bounds()),
            Asked::Nowhere => Where::Nowhere,
        },
    })
}
