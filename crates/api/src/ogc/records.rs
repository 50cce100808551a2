//! The catalogue as a standard has it (OGC API Records, Part 1, OGC 20-004r1): a record for each layer, source, indicator,
//! signed report and plan. It is found by the link `ogc-catalog` of the landing page; among the layers it is not listed,
//! for it holds no features.

mod written;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::collection::Collection;
use office::{
    Kind, Office, Problem,
    catalogue::{RecordQuestion, Records},
    place::DEFAULT,
};
use serde_json::{Value, json};

use super::{
    DESCRIBES, base, collections,
    collections::documents,
    encoded, extent,
    extent::Asked,
    format::Format,
    html,
    links::{Link, forms, with_query},
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Segments},
};
use written::{contact, leads, written};

/// What this part earns.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-collection",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core-query-parameters",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/autodiscovery",
];

/// The relation of a page to its catalogue.
pub const CATALOG: &str = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog";
/// The media type of a catalogue.
pub const CATALOG_TYPE: &str = "application/ogc-catalog+json";
/// The class that a record keeps.
const RECORD: &str = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core";
const TITLE: &str = "Catálogo";
const WORDS: &str =
    "Lo que la oficina publica: capas, capas de otros, indicadores, informes firmados y planes.";

/// What a page may be asked for.
const KNOWN: [&str; 9] = [
    "bbox",
    "borrador",
    "desde",
    "externalIds",
    "f",
    "ids",
    "limit",
    "q",
    "type",
];
/// Records on a page, where nobody says how many, and at most.
const LIMIT: usize = 100;
const LIMIT_MAX: usize = 1_000;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/collections/catalogo", get(catalogue))
        .route("/collections/catalogo/items", get(records))
        .route("/collections/catalogo/items/{id}", get(record))
}

/// El catálogo de todo lo que se publica (OGC API Records).
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/catalogo",
    params(("f" = Option<String>, Query, description = "json o html; si no, según Accept")),
    responses((status = 200, description = "El catálogo", content_type = "application/ogc-catalog+json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn catalogue(
    State(office): State<Arc<Office>>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(DESCRIBES)?;
    let format = Format::asked(&parameters, &headers, &Format::DOCUMENTS)?;
    let base = base(&headers);
    let snapshot = office.feed.snapshot();
    let own = format!("{base}/ogc/collections/catalogo");
    if format == Format::Html {
        let row = (
            format!("{own}/items?f=html"),
            "Registros".to_owned(),
            "Todos, una página tras otra".to_owned(),
        );
        return Ok(
            html::door(TITLE, WORDS, &[row], &base, snapshot.has_demonstration()).into_response(),
        );
    }
    let mut links: Vec<Value> = documents(&own, &parameters, format);
    if let Some(itself) = links.first_mut() {
        itself["type"] = json!(CATALOG_TYPE);
    }
    links.extend(Format::DOCUMENTS.map(|format| {
        json!({"href": format!("{own}/items?f={}", format.name()), "rel": "items", "type": format.bare_type(), "title": "Registros"})
    }));
    links.push(json!({"href": format!("{base}/ayuda/fuentes"), "rel": "license", "type": "text/html", "title": "Términos"}));
    let mut described = json!({
        "id": "catalogo",
        "type": "Collection",
        "itemType": "record",
        "title": TITLE,
        "description": WORDS,
        "conformsTo": [RECORD],
        "language": {"code": "es", "name": "Español"},
        "contacts": [contact(&base)],
        "recordsArrayName": "features",
        "crs": [DEFAULT.uri],
        "links": links,
    });
    if let Some(bounds) = snapshot.bounds(&Collection::Municipalities) {
        described["extent"] =
            json!({"spatial": {"bbox": [extent::lon_lat(bounds)?], "crs": DEFAULT.uri}});
    }
    let kind = [(header::CONTENT_TYPE, CATALOG_TYPE)];
    Ok((kind, described.to_string()).into_response())
}

/// Los registros del catálogo.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/catalogo/items",
    params(("q" = Option<String>, Query, description = "Palabras o frases separadas por comas; basta con que esté una", example = "agua, vías"),
        ("type" = Option<String>, Query, description = "dataset, indicador, informe, plan; varios separados por comas"),
        ("bbox" = Option<String>, Query, description = "oeste,sur,este,norte en grados"),
        ("ids" = Option<String>, Query, description = "Identificadores separados por comas"),
        ("externalIds" = Option<String>, Query, description = "Códigos de lo que describen, separados por comas"),
        ("limit" = Option<u32>, Query, description = "Cuántos, 100 si no se dice, 1 000 como mucho"),
        ("desde" = Option<String>, Query, description = "Donde terminó la página anterior: lo trae su enlace «next»"),
        ("f" = Option<String>, Query, description = "json o html; si no, según Accept")),
    responses((status = 200, description = "Una página del catálogo", content_type = "application/geo+json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn records(
    State(office): State<Arc<Office>>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&KNOWN)?;
    let format = Format::asked(&parameters, &headers, &Format::DOCUMENTS)?;
    let base = base(&headers);
    let own = format!("{base}/ogc/collections/catalogo");
    let found = match question(&parameters)? {
        Some(question) => office.records(&layers(&office), &question).await?,
        None => Records {
            records: Vec::new(),
            matched: 0,
            more: false,
        },
    };
    let mut links = forms(
        &format!("{own}/items"),
        &parameters,
        format,
        &Format::DOCUMENTS,
    );
    links.push(Link::new(own.clone(), "collection", CATALOG_TYPE, TITLE));
    if let Some(last) = found.records.last().filter(|_| found.more) {
        let mut query = parameters.0.clone();
        query.retain(|(name, _)| name != "desde");
        query.push(("desde".to_owned(), last.id.clone()));
        let next = with_query(&format!("{own}/items"), &query);
        links.push(Link::new(next, "next", format.bare_type(), "Siguientes"));
    }
    if format == Format::Html {
        let rows: Vec<(String, String, String)> = found
            .records
            .iter()
            .map(|record| {
                let href = format!("{own}/items/{}?f=html", encoded(&record.id));
                (href, record.title.clone(), record.description.clone())
            })
            .chain(
                links
                    .iter()
                    .filter(|link| link.rel == "next")
                    .map(|link| (link.href.clone(), link.title.to_owned(), String::new())),
            )
            .collect();
        let demonstration = office.feed.snapshot().has_demonstration();
        let words = format!("{} registros.", found.matched);
        return Ok(html::door(TITLE, &words, &rows, &base, demonstration).into_response());
    }
    let features: Vec<Value> = found
        .records
        .iter()
        .map(|record| written(record, &base))
        .collect::<Result<_, _>>()?;
    let body = json!({
        "type": "FeatureCollection",
        "conformsTo": [RECORD],
        "timeStamp": office::moment::stamp(),
        "numberMatched": found.matched,
        "numberReturned": features.len(),
        "features": features,
        "links": links,
    });
    let kind = [(header::CONTENT_TYPE, Format::Json.media_type())];
    Ok((kind, body.to_string()).into_response())
}

/// Un registro del catálogo.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/catalogo/items/{id}",
    params(("id" = String, Path, description = "Su identificador", example = "capa-lotes"),
        ("f" = Option<String>, Query, description = "json o html; si no, según Accept")),
    responses((status = 200, description = "El registro", content_type = "application/geo+json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn record(
    State(office): State<Arc<Office>>,
    Segments(id): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(DESCRIBES)?;
    let format = Format::asked(&parameters, &headers, &Format::DOCUMENTS)?;
    let base = base(&headers);
    let question = RecordQuestion {
        ids: vec![id],
        limit: 1,
        ..RecordQuestion::default()
    };
    let found = office.records(&layers(&office), &question).await?;
    let record = found.records.first().ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            "El catálogo no tiene ese registro.",
            "Los que hay están en /ogc/collections/catalogo/items.",
        )
    })?;
    if format == Format::Html {
        let rows: Vec<(String, String, String)> = leads(record, &base)
            .into_iter()
            .map(|(href, _, kind, title)| (href, title, kind.to_owned()))
            .collect();
        let demonstration = office.feed.snapshot().has_demonstration();
        let page = html::door(
            &record.title,
            &record.description,
            &rows,
            &base,
            demonstration,
        );
        return Ok(page.into_response());
    }
    let kind = [(header::CONTENT_TYPE, Format::Json.media_type())];
    Ok((kind, Json(written(record, &base)?)).into_response())
}

/// None where nothing can be.
fn question(parameters: &Parameters) -> Result<Option<RecordQuestion>, Problem> {
    let list = |name: &str| -> Vec<String> {
        let text = parameters.get(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let within = match parameters.get("bbox") {
        None => None,
        Some(text) => match extent::bbox(text, DEFAULT)? {
            Asked::Ground(window) => Some(window.bounds()),
            Asked::Nowhere => return Ok(None),
        },
    };
    let limit: usize = parameters
        .read("limit", "un número entero desde 1")?
        .unwrap_or(LIMIT);
    if limit == 0 {
        return Err(Problem::new(
            Kind::BadRequest,
            "«0» no vale para «limit».",
            "Se espera un número entero desde 1.",
        ));
    }
    Ok(Some(RecordQuestion {
        words: RecordQuestion::phrases(parameters.get("q").unwrap_or_default()),
        types: list("type"),
        ids: list("ids"),
        external_ids: list("externalIds"),
        within,
        after: parameters.get("desde").map(str::to_owned),
        limit: limit.min(LIMIT_MAX),
    }))
}

/// Our layers, with their words.
fn layers(office: &Office) -> Vec<(Collection, String, String)> {
    collections::listed(&office.feed.snapshot())
        .into_iter()
        .map(|collection| {
            let (title, about) = collections::words(&collection);
            let (title, about) = (title.to_owned(), about.to_owned());
            (collection, title, about)
        })
        .collect()
}
