//! All versions of a feature on both time axes, the newest first.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use office::{Kind, Office, Problem};
use serde_json::{Value, json};

use super::{base, collections, links::encoded};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Segments},
};

/// Versions on a page, where the client names no number, and at most.
const LIMIT: usize = 100;
const LIMIT_MAX: usize = 1_000;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/collections/{c}/items/{id}/versions", get(versions))
}

/// Todas las versiones de un elemento en los dos tiempos, la más nueva primero.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/items/{id}/versions",
    params(("c" = String, Path, description = "Capa"), ("id" = String, Path, description = "Código"),
        ("f" = Option<String>, Query, description = "json"),
        ("limit" = Option<u32>, Query, description = "Cuántas, 100 si no se dice, 1000 como mucho", minimum = 1, maximum = 1_000),
        ("offset" = Option<u32>, Query, description = "Después de cuántas")),
    responses((status = 200, description = "GeoJSON: vigente_desde y vigente_hasta, registrado_desde y registrado_hasta, el cambio que la abrió y su levantamiento", content_type = "application/geo+json"),
        (status = 404, description = "Nunca existió", content_type = "application/problem+json")))]
pub async fn versions(
    State(office): State<Office>,
    Segments((name, id)): Segments<(String, String)>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only_json(&["f", "limit", "offset"])?;
    let limit: usize = parameters
        .read("limit", "un número entero de 1 en adelante")?
        .unwrap_or(LIMIT);
    if limit == 0 {
        return Err(Problem::new(
            Kind::BadRequest,
            "«0» no vale para «limit».",
            "Se espera un número entero de 1 en adelante.",
        )
        .into());
    }
    let limit = limit.min(LIMIT_MAX);
    let offset: usize = parameters
        .read("offset", "un número entero de 0 en adelante")?
        .unwrap_or_default();
    let collection = collections::find(&name, &office.feed.snapshot())?;
    let (found, matched) = office
        .feature_versions(&collection, &id, offset, limit)
        .await?;
    let item = format!(
        "{}/ogc/collections/{collection}/items/{}",
        base(&headers),
        encoded(&id)
    );
    let page = |offset: usize| format!("{item}/versions?limit={limit}&offset={offset}");
    let mut links = vec![
        json!({"href": page(offset), "rel": "self", "type": "application/geo+json"}),
        json!({"href": item, "rel": "latest-version", "type": "application/geo+json"}),
    ];
    let next = offset.saturating_add(found.len());
    if !found.is_empty() && next < matched {
        links.push(json!({"href": page(next), "rel": "next", "type": "application/geo+json"}));
    }
    let body: Value = json!({
        "type": "FeatureCollection",
        "numberMatched": matched,
        "numberReturned": found.len(),
        "links": links,
        "features": found,
    });
    let kind = [(header::CONTENT_TYPE, "application/geo+json")];
    Ok((kind, body.to_string()).into_response())
}
