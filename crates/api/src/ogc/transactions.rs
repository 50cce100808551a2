//! OGC API Features Part 4: what somebody writes lands in their own draft, and is published by another's decision.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{options, post, put},
};
use domain::{collection::Collection, time::ChangeNumber};
use office::{
    Kind, Office, Problem,
    surveys::edits::{ContentCrs, Read, Writing, Written},
};
use serde_json::Value;

use super::{base, collections, links::encoded, tag};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Refusal, Segments, method_not_allowed},
    session::Caller,
};

/// What this part earns.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
];

/// Its routes; reading is [`super::items`]'.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/collections/{c}/items", post(create))
        .route("/collections/{c}/items", options(methods_of_items))
        .route(
            "/collections/{c}/items/{id}",
            put(replace).patch(update).delete(remove),
        )
        .route("/collections/{c}/items/{id}", options(methods_of_item))
}

const GEOJSON: &[&str] = &["application/geo+json", "application/json"];
const PATCH: &[&str] = &["application/merge-patch+json"];
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");
const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");

/// Métodos que la cuenta puede usar en los elementos de una capa.
#[utoipa::path(options, tag = "clientes SIG", path = "/ogc/collections/{c}/items",
    params(("c" = String, Path, description = "Capa")),
    responses((status = 204, description = "Los métodos, en Allow: POST solo si la cuenta puede subir a esa capa"),
        (status = 404, description = "No existe la capa", content_type = "application/problem+json")))]
pub async fn methods_of_items(
    State(office): State<Office>,
    caller: Result<Caller, Refusal>,
    Segments(name): Segments<String>,
) -> Answer<Response> {
    let collection = layer(&office, &name)?;
    let allow = if may_edit(&office, caller, &collection) {
        "GET, HEAD, OPTIONS, POST"
    } else {
        "GET, HEAD, OPTIONS"
    };
    Ok((StatusCode::NO_CONTENT, [(header::ALLOW, allow)]).into_response())
}

/// Métodos que la cuenta puede usar en un elemento.
#[utoipa::path(options, tag = "clientes SIG", path = "/ogc/collections/{c}/items/{id}",
    params(("c" = String, Path, description = "Capa"), ("id" = String, Path, description = "Código")),
    responses((status = 204, description = "Los métodos, en Allow; los cuerpos de PATCH, en Accept-Patch"),
        (status = 404, description = "No existe la capa", content_type = "application/problem+json")))]
pub async fn methods_of_item(
    State(office): State<Office>,
    caller: Result<Caller, Refusal>,
    Segments((name, _)): Segments<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let collection = layer(&office, &name)?;
    if !may_edit(&office, caller, &collection) {
        let allow = [(header::ALLOW, "GET, HEAD, OPTIONS")];
        return Ok((StatusCode::NO_CONTENT, allow).into_response());
    }
    // QGIS prefers PATCH where it is offered, and says with neither PATCH nor DELETE which version it has read: both
    // would be refused. Its PUT sends all attributes back, the version among them.
    let allow = if is_qgis(&headers) {
        "GET, HEAD, OPTIONS, PUT"
    } else {
        "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
    };
    let said = [
        (header::ALLOW, allow),
        (ACCEPT_PATCH, PATCH[0]),
        (header::VARY, "User-Agent"),
    ];
    Ok((StatusCode::NO_CONTENT, said).into_response())
}

/// Who has to change a password first may do nothing until then.
fn may_edit(office: &Office, caller: Result<Caller, Refusal>, collection: &Collection) -> bool {
    caller.is_ok_and(|Caller(actor)| office.may_edit(&actor, collection))
}

fn is_qgis(headers: &HeaderMap) -> bool {
    headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .is_some_and(|agent| agent.contains("QGIS"))
}

/// Crea un elemento, en el borrador de quien lo envía.
#[utoipa::path(post, tag = "clientes SIG", path = "/ogc/collections/{c}/items",
    params(("c" = String, Path, description = "Capa"),
        ("Content-Crs" = Option<String>, Header, description = "Sistema de las coordenadas, entre ángulos; CRS84 si no se dice")),
    request_body(content_type = "application/geo+json", description = "Un Feature. El código va en «codigo»; sin él, un lote recibe uno provisional"),
    responses((status = 201, description = "En el borrador, con su dirección en Location, su levantamiento en Link y lo que se halló en él", content_type = "application/json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "El código ya existe", content_type = "application/problem+json"),
        (status = 422, description = "El elemento tiene errores", content_type = "application/problem+json")))]
pub async fn create(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Response> {
    let collection = layer(&office, &name)?;
    if collection == Collection::Municipalities {
        return Ok(method_not_allowed());
    }
    parameters.only(&[])?;
    let writing = Writing::Create(json(&headers, body, GEOJSON)?);
    let crs = crs(&headers)?;
    let written = office
        .write(&actor, &collection, writing, None, crs)
        .await?;
    let address = format!(
        "{}/ogc/collections/{collection}/items/{}",
        base(&headers),
        encoded(&written.code)
    );
    let mut response = said(StatusCode::CREATED, written)?;
    let location = address.parse().map_err(|_| unwritten())?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Reemplaza un elemento entero, en el borrador de quien lo envía.
#[utoipa::path(put, tag = "clientes SIG", path = "/ogc/collections/{c}/items/{id}",
    params(("c" = String, Path, description = "Capa"), ("id" = String, Path, description = "Código"),
        ("If-Match" = Option<String>, Header, description = "El ETag de lo que se leyó; sin él cuenta el atributo «version_datos» que vuelve con el elemento"),
        ("Content-Crs" = Option<String>, Header, description = "Sistema de las coordenadas, entre ángulos; CRS84 si no se dice")),
    request_body(content_type = "application/geo+json", description = "El Feature, con todos sus atributos"),
    responses((status = 200, description = "En el borrador, con lo que se halló en él", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 412, description = "Ya no es lo que se leyó", content_type = "application/problem+json"),
        (status = 422, description = "El elemento tiene errores", content_type = "application/problem+json"),
        (status = 428, description = "Falta decir qué versión se leyó", content_type = "application/problem+json")))]
pub async fn replace(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments((name, id)): Segments<(String, String)>,
    headers: HeaderMap,
    parameters: Parameters,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Response> {
    let collection = layer(&office, &name)?;
    if collection == Collection::Municipalities {
        return Ok(method_not_allowed());
    }
    parameters.only(&[])?;
    let writing = Writing::Replace(id, json(&headers, body, GEOJSON)?);
    let read = tag::read(&headers).map(Read::Versions);
    let crs = crs(&headers)?;
    let written = office
        .write(&actor, &collection, writing, read, crs)
        .await?;
    Ok(said(StatusCode::OK, written)?)
}

/// Cambia algo de un elemento, en el borrador de quien lo envía.
#[utoipa::path(patch, tag = "clientes SIG", path = "/ogc/collections/{c}/items/{id}",
    params(("c" = String, Path, description = "Capa"), ("id" = String, Path, description = "Código"),
        ("If-Match" = Option<String>, Header, description = "El ETag de lo que se leyó; también vale «version_datos» en «properties»"),
        ("Content-Crs" = Option<String>, Header, description = "Sistema de las coordenadas, entre ángulos; CRS84 si no se dice")),
    request_body(content_type = "application/merge-patch+json", description = "Lo que cambia de «geometry» y de «properties» (RFC 7396)"),
    responses((status = 200, description = "En el borrador, con lo que se halló en él", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 412, description = "Ya no es lo que se leyó", content_type = "application/problem+json"),
        (status = 415, description = "El cuerpo no es un merge-patch", content_type = "application/problem+json"),
        (status = 428, description = "Falta decir qué versión se leyó", content_type = "application/problem+json")))]
pub async fn update(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments((name, id)): Segments<(String, String)>,
    headers: HeaderMap,
    parameters: Parameters,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Response> {
    let collection = layer(&office, &name)?;
    if collection == Collection::Municipalities {
        return Ok(method_not_allowed());
    }
    parameters.only(&[])?;
    let writing = Writing::Update(id, json(&headers, body, PATCH)?);
    let read = tag::read(&headers).map(Read::Versions);
    let crs = crs(&headers)?;
    let written = office
        .write(&actor, &collection, writing, read, crs)
        .await?;
    Ok(said(StatusCode::OK, written)?)
}

/// Quita un elemento, en el borrador de quien lo pide.
#[utoipa::path(delete, tag = "clientes SIG", path = "/ogc/collections/{c}/items/{id}",
    params(("c" = String, Path, description = "Capa"), ("id" = String, Path, description = "Código"),
        ("If-Match" = Option<String>, Header, description = "El ETag de lo que se leyó"),
        ("version_datos" = Option<i64>, Query, description = "O la «version_datos» de lo que se leyó")),
    responses((status = 200, description = "Quitado en el borrador", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 412, description = "Ya no es lo que se leyó", content_type = "application/problem+json"),
        (status = 428, description = "Falta decir qué versión se leyó", content_type = "application/problem+json")))]
pub async fn remove(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments((name, id)): Segments<(String, String)>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    let collection = layer(&office, &name)?;
    if collection == Collection::Municipalities {
        return Ok(method_not_allowed());
    }
    parameters.only(&["version_datos"])?;
    let stated: Option<i64> = parameters.read("version_datos", "un número entero, como 1234")?;
    let read = tag::read(&headers).or_else(|| stated.map(|number| vec![number]));
    let read = read.map(Read::Versions);
    let writing = Writing::Remove(id);
    let written = office
        .write(&actor, &collection, writing, read, ContentCrs::default())
        .await?;
    Ok(said(StatusCode::OK, written)?)
}

fn layer(office: &Office, name: &str) -> Result<Collection, Problem> {
    collections::find(name, &office.feed.snapshot())
}

/// What was written: the draft's tag, and the survey that it is in.
fn said(status: StatusCode, written: Written) -> Result<Response, Problem> {
    let link = format!(
        "<{}>; rel=\"related\"; type=\"application/json\"; title=\"levantamiento\"",
        written.link
    );
    let tag = written
        .version
        .map(|number| tag::item(ChangeNumber(number), ""));
    let mut response = (status, [(header::LINK, link)], Json(written)).into_response();
    if let Some(tag) = tag {
        let tag = tag.parse().map_err(|_| unwritten())?;
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

fn unwritten() -> Problem {
    Problem::new(
        Kind::Internal,
        "La respuesta no se pudo escribir.",
        "Lo enviado está guardado: véalo en /api/levantamientos.",
    )
}

fn crs(headers: &HeaderMap) -> Result<ContentCrs, Problem> {
    match headers.get(CONTENT_CRS) {
        None => Ok(ContentCrs::default()),
        Some(value) => ContentCrs::of_header(value.to_str().unwrap_or_default()),
    }
}

/// A JSON body of one of these media types.
fn json(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    kinds: &[&str],
) -> Result<Value, Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if !kinds.contains(&kind.as_str()) {
        return Err(Problem::new(
            Kind::MediaType,
            "El cuerpo no es del tipo que aquí se admite.",
            format!("Envíelo con la cabecera Content-Type: {}.", kinds[0]),
        ));
    }
    let body = body.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Problem::new(
                Kind::TooLarge,
                "El elemento es demasiado grande.",
                "Simplifique su geometría, o súbalo en un archivo por /api/levantamientos.",
            );
        }
        Problem::new(
            Kind::BadRequest,
            "El cuerpo no se pudo leer.",
            "No se cambió nada. Vuelva a enviarlo completo.",
        )
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        Problem::new(
            Kind::BadRequest,
            "El cuerpo no es JSON.",
            format!(
                "Deja de entenderse en la línea {}, columna {}: revise comas, comillas y que los números sean finitos.",
                error.line(),
                error.column()
            ),
        )
    })
}
