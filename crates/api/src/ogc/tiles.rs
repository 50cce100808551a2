//! Vector tiles: of one layer, or of several at once.

mod matrix;
mod tileset;

use std::sync::Arc;

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use domain::collection::Collection;
use office::{Kind, Office, Problem, moment, tiles::PastTile};
use query::{
    Snapshot,
    tile::{Place, Tile, ZOOM_MAX},
};
use serde_json::Value;

use super::{base, collections, is_known, moment::Period};
use crate::doors::Doors;
use crate::problem::{Answer, Parameters, Segments};
pub use tileset::Set;

/// What this part earns.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/datetime",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
];

/// The name of the one grid.
pub const GRID: &str = "WebMercatorQuad";
/// What a tile is.
const MVT: &str = "application/vnd.mapbox-vector-tile";
/// Today's tiles may be kept, and are asked after each time: who has published something sees it at once, and what has
/// not changed is answered by 304 from memory.
const TODAY: &str = "public, max-age=0, must-revalidate";
/// Another day's may change by what is recorded of it later.
const PAST: &str = "public, max-age=300, must-revalidate";
/// Of another day as it was known at a moment: nothing changes that.
const SETTLED: &str = "public, max-age=86400";

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/tiles", get(tilesets))
        .route("/tiles/{grid}", get(tileset))
        .route("/tiles/{grid}/{z}/{y}/{x}", get(tile))
        .route("/collections/{c}/tiles", get(layer_tilesets))
        .route("/collections/{c}/tiles/{grid}", get(layer_tileset))
        .route("/collections/{c}/tiles/{grid}/{z}/{y}/{x}", get(layer_tile))
        .route("/tileMatrixSets", get(grids))
        .route("/tileMatrixSets/{grid}", get(grid))
}

/// Las teselas de todas las capas.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/tiles", params(("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Los conjuntos de teselas", content_type = "application/json")))]
pub async fn tilesets(headers: HeaderMap, parameters: Parameters) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    Ok(Json(tileset::list(None, &base(&headers))))
}

/// Las teselas de una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/tiles",
    params(("c" = String, Path, description = "Capa"), ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Los conjuntos de teselas", content_type = "application/json"), (status = 404, description = "No existe")))]
pub async fn layer_tilesets(
    State(office): State<Office>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    let collection = collections::find(&name, &office.feed.snapshot())?;
    Ok(Json(tileset::list(Some(&collection), &base(&headers))))
}

/// Un conjunto de teselas de todas las capas.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/tiles/{grid}",
    params(("grid" = String, Path, description = "WebMercatorQuad"), ("f" = Option<String>, Query, description = "json o tilejson"),
        ("collections" = Option<String>, Query, description = "Solo estas capas, con comas")),
    responses((status = 200, description = "Qué trae y dónde", content_type = "application/json"), (status = 404, description = "No existe")))]
pub async fn tileset(
    State(office): State<Office>,
    Segments(grid): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Json<Value>> {
    parameters.only(&["collections", "f"])?;
    known_grid(&grid)?;
    let snapshot = office.feed.snapshot();
    let chosen = parameters.get("collections");
    let collections = chosen_layers(chosen, &snapshot)?;
    let base = base(&headers);
    let query = chosen.map(|chosen| format!("?collections={chosen}"));
    let set = Set {
        snapshot: &snapshot,
        title: "Todas las capas",
        collections: &collections,
        url: format!("{base}/ogc/tiles/{GRID}"),
        query: query.unwrap_or_default(),
        base,
    };
    described(&set, &parameters)
}

/// Un conjunto de teselas de una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/tiles/{grid}",
    params(("c" = String, Path, description = "Capa"), ("grid" = String, Path, description = "WebMercatorQuad"),
        ("f" = Option<String>, Query, description = "json o tilejson")),
    responses((status = 200, description = "Qué trae y dónde", content_type = "application/json"), (status = 404, description = "No existe")))]
pub async fn layer_tileset(
    State(office): State<Office>,
    Segments((name, grid)): Segments<(String, String)>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Json<Value>> {
    parameters.only(&["f"])?;
    let snapshot = office.feed.snapshot();
    let collection = collections::find(&name, &snapshot)?;
    known_grid(&grid)?;
    let base = base(&headers);
    let set = Set {
        snapshot: &snapshot,
        title: collections::words(&collection).0,
        url: format!("{base}/ogc/collections/{collection}/tiles/{GRID}"),
        collections: std::slice::from_ref(&collection),
        query: String::new(),
        base,
    };
    described(&set, &parameters)
}

fn described(set: &Set<'_>, parameters: &Parameters) -> Answer<Json<Value>> {
    match parameters.get("f") {
        None | Some("json") => Ok(Json(set.metadata()?)),
        Some("tilejson") => Ok(Json(set.tile_json()?)),
        Some(other) => Err(format_problem(other, "json y tilejson").into()),
    }
}

/// Una tesela de todas las capas, o de las que se pidan.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/tiles/{grid}/{z}/{y}/{x}",
    params(("grid" = String, Path, description = "WebMercatorQuad"), ("z" = String, Path, description = "Nivel, de 0 a 20"),
        ("y" = String, Path, description = "Fila, desde el norte"), ("x" = String, Path, description = "Columna, desde el oeste"),
        ("collections" = Option<String>, Query, description = "Solo estas capas, con comas"),
        ("datetime" = Option<String>, Query, description = "Día en que estaba vigente"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento"),
        ("f" = Option<String>, Query, description = "mvt")),
    responses((status = 200, description = "La tesela", content_type = "application/vnd.mapbox-vector-tile"),
        (status = 204, description = "No hay nada en ella"), (status = 304, description = "No ha cambiado"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"),
        (status = 404, description = "No hay tal tesela", content_type = "application/problem+json")))]
pub async fn tile(
    State(office): State<Office>,
    Segments((grid, z, y, x)): Segments<(String, String, String, String)>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["collections", "conocido_a", "datetime", "f"])?;
    known_grid(&grid)?;
    let place = place(&z, &y, &x)?;
    let snapshot = office.feed.snapshot();
    let collections = chosen_layers(parameters.get("collections"), &snapshot)?;
    answer(
        &office,
        snapshot,
        collections.into(),
        place,
        &headers,
        &parameters,
    )
    .await
}

/// Una tesela de una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/tiles/{grid}/{z}/{y}/{x}",
    params(("c" = String, Path, description = "Capa"), ("grid" = String, Path, description = "WebMercatorQuad"),
        ("z" = String, Path, description = "Nivel, de 0 a 20"), ("y" = String, Path, description = "Fila, desde el norte"),
        ("x" = String, Path, description = "Columna, desde el oeste"),
        ("datetime" = Option<String>, Query, description = "Día en que estaba vigente"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento"),
        ("f" = Option<String>, Query, description = "mvt")),
    responses((status = 200, description = "La tesela", content_type = "application/vnd.mapbox-vector-tile"),
        (status = 204, description = "No hay nada en ella"), (status = 304, description = "No ha cambiado"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"),
        (status = 404, description = "No hay tal tesela", content_type = "application/problem+json")))]
pub async fn layer_tile(
    State(office): State<Office>,
    Segments((name, grid, z, y, x)): Segments<(String, String, String, String, String)>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["conocido_a", "datetime", "f"])?;
    let snapshot = office.feed.snapshot();
    let collection = collections::find(&name, &snapshot)?;
    known_grid(&grid)?;
    let place = place(&z, &y, &x)?;
    answer(
        &office,
        snapshot,
        [collection].into(),
        place,
        &headers,
        &parameters,
    )
    .await
}

/// Las mallas de teselas.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/tileMatrixSets", params(("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Las mallas", content_type = "application/json")))]
pub async fn grids(headers: HeaderMap, parameters: Parameters) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    Ok(Json(matrix::list(&base(&headers))))
}

/// Una malla de teselas.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/tileMatrixSets/{grid}",
    params(("grid" = String, Path, description = "WebMercatorQuad"), ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La malla", content_type = "application/json"), (status = 404, description = "No existe")))]
pub async fn grid(Segments(grid): Segments<String>, parameters: Parameters) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    known_grid(&grid)?;
    Ok(Json(matrix::definition()))
}

async fn answer(
    office: &Office,
    snapshot: Arc<Snapshot>,
    collections: Arc<[Collection]>,
    place: Place,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Answer<Response> {
    match parameters.get("f") {
        None | Some("mvt") => {}
        Some(other) => return Err(format_problem(other, "mvt").into()),
    }
    let known_at = parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    let (tile, keep) = match past(parameters.get("datetime"), known_at)? {
        None => (office.tile(snapshot, collections, place).await?, TODAY),
        Some(past) => {
            let is_settled = past.known_at.is_some() && past.day < moment::day_at(Utc::now());
            let keep = if is_settled { SETTLED } else { PAST };
            let tile = office.past_tile(snapshot, collections, place, past).await?;
            (tile, keep)
        }
    };
    Ok(sent(tile, keep, headers))
}

/// The day and the moment that are asked for, unless it is today as it is known now.
fn past(
    datetime: Option<&str>,
    known_at: Option<DateTime<Utc>>,
) -> Result<Option<PastTile>, Problem> {
    let period = datetime.map(Period::parse).transpose()?;
    let period = period.unwrap_or_else(Period::today);
    if known_at.is_none() && period.is_today() {
        return Ok(None);
    }
    match period.from {
        Some(day) if period.to == Some(day) => Ok(Some(PastTile { day, known_at })),
        _ => Err(Problem::new(
            Kind::BadRequest,
            "Una tesela es de un día, no de un periodo.",
            "En «datetime» se espera un día (2026-11-23) o un momento (2026-11-23T15:04:05Z).",
        )),
    }
}

/// A tile that is shared with the cache while it is sent.
struct Shared(Arc<Tile>, bool);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        if self.1 {
            self.0.packed()
        } else {
            self.0.bytes()
        }
    }
}

/// The tile as the client takes it. One without anything on it is 204: there is nothing to send, and to the clients of
/// the standard both that and an empty 200 mean the same.
fn sent(tile: Arc<Tile>, keep: &'static str, headers: &HeaderMap) -> Response {
    let is_packed = takes_gzip(headers) && !tile.is_empty();
    let etag = format!("\"{}\"", tile.digest());
    let mut response = if is_known(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if tile.is_empty() {
        StatusCode::NO_CONTENT.into_response()
    } else {
        let mut response = Body::from(Bytes::from_owner(Shared(tile, is_packed))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MVT));
        if is_packed {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// Whether a client takes answers that are packed by gzip.
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .any(|list| {
            list.split(',').any(|one| {
                let (name, weight) = one.split_once(';').unwrap_or((one, ""));
                let refused = weight
                    .trim()
                    .strip_prefix("q=")
                    .and_then(|q| q.parse().ok())
                    == Some(0.0);
                name.trim().eq_ignore_ascii_case("gzip") && !refused
            })
        })
}

/// A format that is not offered.
pub fn format_problem(asked: &str, offered: &str) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("No se ofrece el formato «{asked}»."),
        format!("Se ofrece: {offered}."),
    )
}

fn known_grid(name: &str) -> Result<(), Problem> {
    if name == GRID {
        return Ok(());
    }
    Err(Problem::new(
        Kind::NotFound,
        format!("No hay una malla «{name}»."),
        format!("Las teselas se ofrecen en la malla {GRID}."),
    ))
}

fn place(z: &str, y: &str, x: &str) -> Result<Place, Problem> {
    let number = |text: &str| {
        text.parse::<u32>().map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                format!("«{text}» no es un número de tesela."),
                "La dirección termina en nivel/fila/columna, como 14/8466/4689.",
            )
        })
    };
    let (z, y, x) = (number(z)?, number(y)?, number(x)?);
    u8::try_from(z)
        .ok()
        .and_then(|z| Place::new(z, y, x))
        .ok_or_else(|| {
            Problem::new(
                Kind::NotFound,
                format!("No hay una tesela {z}/{y}/{x}."),
                format!(
                    "Los niveles van de 0 a {ZOOM_MAX}; las filas y columnas de cada uno, de 0 a 2^nivel - 1."
                ),
            )
        })
}

/// The layers that are named, or all; in the order in which they are drawn.
fn chosen_layers(names: Option<&str>, snapshot: &Snapshot) -> Result<Vec<Collection>, Problem> {
    let Some(names) = names else {
        return Ok(collections::listed(snapshot));
    };
    let mut chosen: Vec<Collection> = Vec::new();
    for name in names.split(',') {
        let collection = collections::find(name, snapshot)?;
        if !chosen.contains(&collection) {
            chosen.push(collection);
        }
    }
    // In one order, so that the same layers are the same tile.
    chosen.sort();
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_refused() {
        for (accepted, takes) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(takes_gzip(&headers), takes, "{accepted}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_tile_is_of_one_day() {
        assert!(matches!(past(None, None), Ok(None)));
        assert!(matches!(past(Some("2020-01-02"), None), Ok(Some(_))));
        assert!(matches!(past(None, Some(Utc::now())), Ok(Some(_))));
        for wrong in ["2020-01-01/2020-02-01", "2020-01-01/..", "ayer"] {
            assert!(past(Some(wrong), None).is_err(), "{wrong}");
        }
    }
}
