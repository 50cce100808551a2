//! The features of a layer, a page at a time, and one by its id.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::{collection::Collection, feature::Feature, id::Ubigeo};
use office::{Kind, Office, Problem, past::PastQuestion};
use query::{Page, Window, encode::geojson};
use serde_json::json;

use super::{
    base, collections, drafts,
    extent::{self, Asked},
    moment::Period,
    tag,
};
use crate::doors::Doors;
use crate::problem::{Answer, Parameters, Refusal, Segments};
use crate::session::Caller;

/// What this part earns.
pub const CONFORMANCE: &[&str] =
    &["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson"];

/// Features on a page, where the client names no number.
const LIMIT: usize = 100;
/// Most features on a page; a larger number is taken as this one.
const LIMIT_MAX: usize = 10_000;

const GEOJSON: &str = "application/geo+json";
const KNOWN: [&str; 9] = [
    "borrador",
    "bbox",
    "bbox-crs",
    "conocido_a",
    "datetime",
    "desde",
    "f",
    "limit",
    "offset",
];

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/collections/{c}/items", get(items))
        .route("/collections/{c}/items/{id}", get(item))
}

/// What a page was asked for.
struct Question {
    area: Option<Asked>,
    period: Option<Period>,
    known_at: Option<DateTime<Utc>>,
    after: Option<(Ubigeo, String)>,
    offset: usize,
    limit: usize,
}

impl Question {
    fn read(parameters: &Parameters) -> Result<Self, Problem> {
        parameters.only_json(&KNOWN)?;
        if let Some(crs) = parameters.get("bbox-crs")
            && crs != collections::CRS84
        {
            return Err(Problem::new(
                Kind::BadRequest,
                format!("No se admite «{crs}» en «bbox-crs»."),
                format!("Por ahora solo se admite {}.", collections::CRS84),
            ));
        }
        let limit: usize = parameters
            .read("limit", "un número entero de 1 en adelante")?
            .unwrap_or(LIMIT);
        if limit == 0 {
            return Err(Problem::new(
                Kind::BadRequest,
                "«0» no vale para «limit».",
                "Se espera un número entero de 1 en adelante.",
            ));
        }
        Ok(Self {
            area: parameters.get("bbox").map(extent::bbox).transpose()?,
            period: parameters.get("datetime").map(Period::parse).transpose()?,
            known_at: parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?,
            after: parameters.get("desde").map(key).transpose()?,
            offset: parameters
                .read("offset", "un número entero de 0 en adelante")?
                .unwrap_or(0),
            limit: limit.min(LIMIT_MAX),
        })
    }

    fn is_now(&self) -> bool {
        self.known_at.is_none() && self.period.is_none_or(Period::is_today)
    }

    fn window(&self) -> Option<&Window> {
        match &self.area {
            Some(Asked::Ground(window)) => Some(window),
            _ => None,
        }
    }
}

/// Elementos de una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/items",
    params(
        ("c" = String, Path, description = "Capa"),
        ("f" = Option<String>, Query, description = "json"),
        ("bbox-crs" = Option<String>, Query, description = "Solo CRS84"),
        ("desde" = Option<String>, Query, description = "Donde terminó la página anterior: lo trae su enlace «next»"),
        ("bbox" = Option<String>, Query, description = "oeste,sur,este,norte en grados"),
        ("limit" = Option<u32>, Query, description = "Cuántos, 100 si no se dice, 10 000 como mucho", minimum = 1, maximum = 10_000),
        ("offset" = Option<u32>, Query, description = "Después de cuántos"),
        ("datetime" = Option<String>, Query, description = "Día o periodo en que estaban vigentes"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento"),
        ("borrador" = Option<String>, Query, description = "si: con lo que la cuenta escribió y aún no se decide, solo para ella"),
    ),
    responses((status = 200, description = "GeoJSON", content_type = "application/geo+json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn items(
    State(office): State<Office>,
    caller: Result<Caller, Refusal>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    let snapshot = office.feed.snapshot();
    let collection = collections::find(&name, &snapshot)?;
    if drafts::is_asked(&parameters)? {
        return drafts::items(&office, &caller?.0, &collection, &headers, &parameters).await;
    }
    let question = Question::read(&parameters)?;
    let url = format!("{}/ogc/collections/{collection}/items", base(&headers));
    if matches!(question.area, Some(Asked::Nowhere)) {
        return page(
            &collection,
            &Found {
                features: &[],
                matched: Some(0),
                more: false,
            },
            &url,
            &parameters,
        );
    }
    if question.is_now() || collection == Collection::Municipalities {
        let etag = etag(snapshot.change.0);
        if is_known(&headers, &etag) {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
        }
        let asked = Page {
            area: question.window().cloned(),
            after: question.after.clone(),
            offset: question.offset,
            limit: question.limit,
        };
        let found = snapshot.page(&collection, &asked);
        let found = Found {
            features: &found.features,
            matched: Some(found.matched),
            more: found.more,
        };
        let mut response = page(&collection, &found, &url, &parameters)?;
        response
            .headers_mut()
            .extend([(header::ETAG, etag.parse().map_err(internal)?)]);
        return Ok(response);
    }
    let period = question.period.unwrap_or_else(Period::today);
    let past = PastQuestion {
        from: period.from,
        to: period.to,
        known_at: question.known_at,
        area: question.window().map(|window| window.ground().clone()),
        after: question.after,
        offset: question.offset,
        limit: question.limit,
    };
    let (features, more) = office.past(&collection, past).await?;
    let features: Vec<&Feature> = features.iter().collect();
    page(
        &collection,
        &Found {
            features: &features,
            matched: None,
            more,
        },
        &url,
        &parameters,
    )
}

/// Un elemento de una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/items/{id}",
    params(("c" = String, Path, description = "Capa"), ("id" = String, Path, description = "Código"),
        ("f" = Option<String>, Query, description = "json"),
        ("borrador" = Option<String>, Query, description = "si: como lo dejaría el borrador de la cuenta")),
    responses((status = 200, description = "GeoJSON", content_type = "application/geo+json"), (status = 404, description = "No existe")))]
pub async fn item(
    State(office): State<Office>,
    caller: Result<Caller, Refusal>,
    Segments((name, id)): Segments<(String, String)>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    let snapshot = office.feed.snapshot();
    let collection = collections::find(&name, &snapshot)?;
    if drafts::is_asked(&parameters)? {
        return drafts::item(&office, &caller?.0, &collection, &id, &headers, &parameters).await;
    }
    parameters.only_json(&["borrador", "f"])?;
    let (_, feature) = snapshot.feature(&collection, &id).ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            format!("La capa «{collection}» no tiene «{id}»."),
            "Compruebe el código; puede que ya no esté en vigor.",
        )
    })?;
    // What a write names in If-Match.
    let etag = tag::item(feature.change, "");
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let mut body = Vec::new();
    geojson::features(&collection, &[feature], &mut body).map_err(internal)?;
    let url = format!("{}/ogc/collections/{collection}", base(&headers));
    let links = json!([
        {"href": format!("{url}/items/{}", encoded(&id)), "rel": "self", "type": GEOJSON},
        {"href": url, "rel": "collection", "type": "application/json"},
    ]);
    body.pop();
    body.extend_from_slice(format!(",\"links\":{links}}}").as_bytes());
    Ok((
        [
            (header::CONTENT_TYPE, GEOJSON.to_owned()),
            (header::ETAG, etag),
        ],
        body,
    )
        .into_response())
}

struct Found<'a> {
    features: &'a [&'a Feature],
    matched: Option<usize>,
    more: bool,
}

fn page(
    collection: &Collection,
    found: &Found<'_>,
    url: &str,
    parameters: &Parameters,
) -> Answer<Response> {
    let mut links =
        vec![json!({"href": with_query(url, &parameters.0), "rel": "self", "type": GEOJSON})];
    if let (true, Some(last)) = (found.more, found.features.last()) {
        let mut next: Vec<(String, String)> = parameters
            .0
            .iter()
            .filter(|(name, _)| name != "desde" && name != "offset")
            .cloned()
            .collect();
        next.push(("desde".to_owned(), format!("{}~{}", last.ubigeo, last.code)));
        links.push(json!({"href": with_query(url, &next), "rel": "next", "type": GEOJSON}));
    }
    let mut body = Vec::with_capacity(found.features.len() * 600 + 1024);
    body.extend_from_slice(br#"{"type":"FeatureCollection","#);
    if let Some(matched) = found.matched {
        body.extend_from_slice(format!("\"numberMatched\":{matched},").as_bytes());
    }
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    body.extend_from_slice(
        format!(
            "\"numberReturned\":{},\"timeStamp\":\"{now}\",\"links\":{},\"features\":[",
            found.features.len(),
            serde_json::Value::from(links)
        )
        .as_bytes(),
    );
    geojson::features(collection, found.features, &mut body).map_err(internal)?;
    body.extend_from_slice(b"]}");
    Ok(([(header::CONTENT_TYPE, GEOJSON)], body).into_response())
}

/// Where the page before ended: municipality and code.
pub(super) fn key(text: &str) -> Result<(Ubigeo, String), Problem> {
    text.split_once('~')
        .filter(|(_, code)| !code.contains(char::is_control))
        .and_then(|(ubigeo, code)| Some((ubigeo.parse().ok()?, code.to_owned())))
        .ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("«{text}» no vale para «desde»."),
                "Siga el enlace «next» de la página anterior tal como viene.",
            )
        })
}

fn with_query(url: &str, parameters: &[(String, String)]) -> String {
    match serde_urlencoded::to_string(parameters) {
        Ok(query) if !query.is_empty() => format!("{url}?{query}"),
        _ => url.to_owned(),
    }
}

pub(super) fn encoded(id: &str) -> String {
    serde_urlencoded::to_string([("", id)])
        .unwrap_or_default()
        .trim_start_matches('=')
        .to_owned()
}

/// Weak: the same land, whatever the compression.
fn etag(change: i64) -> String {
    format!("W/\"{change}\"")
}

pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known == "*" || known.split(',').any(|one| one.trim() == etag))
}

fn internal(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "features");
    Problem::new(
        Kind::Internal,
        "La capa no se pudo escribir.",
        "El detalle está en el registro del servicio.",
    )
}
