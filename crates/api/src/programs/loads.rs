//! `/api/cargas`: files in pieces, which go on where they stopped when the line breaks. The protocol is tus 1.0 (core,
//! creation, expiration, termination; <https://tus.io/protocols/resumable-upload>).

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{head, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::StreamExt as _;
use office::{Kind, Office, Problem, surveys::Load};
use uuid::Uuid;

use super::brought::no_such_load;
use crate::{
    doors::Doors,
    problem::{Answer, Refusal, Segments},
    session::Caller,
};

/// Its routes: a piece takes as long as its line does.
pub fn long_routes() -> Router<Doors> {
    Router::new()
        .route("/cargas", post(begin).options(describe))
        .route("/cargas/{id}", head(offset).patch(go_on).delete(remove))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(speaks_tus))
}

const VERSION: &str = "1.0.0";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSIONS: HeaderName = HeaderName::from_static("tus-version");
const EXTENSIONS: HeaderName = HeaderName::from_static("tus-extension");
const LARGEST: HeaderName = HeaderName::from_static("tus-max-size");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const PIECE: &str = "application/offset+octet-stream";

/// A line that says nothing for so long has broken; another may go on.
const SILENCE_MAX: Duration = Duration::from_secs(25);

/// Who speaks another version is told which one we speak; every answer says it.
async fn speaks_tus(request: Request, next: Next) -> Response {
    let spoken = request.headers().get(RESUMABLE);
    let is_other =
        request.method() != Method::OPTIONS && spoken.is_none_or(|version| version != VERSION);
    let mut response = if is_other {
        Refusal(Problem::new(
            Kind::Stale,
            "Falta la cabecera «Tus-Resumable: 1.0.0».",
            "Los archivos a pedazos se envían con el protocolo tus 1.0.0 (https://tus.io).",
        ))
        .into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(RESUMABLE, HeaderValue::from_static(VERSION));
    headers.insert(VERSIONS, HeaderValue::from_static(VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Qué se admite al enviar un archivo a pedazos (tus 1.0).
#[utoipa::path(options, tag = "programas", path = "/api/cargas",
    responses((status = 204, description = "Tus-Version, Tus-Extension y Tus-Max-Size")))]
pub async fn describe(State(office): State<Office>) -> Response {
    let headers = [
        (
            EXTENSIONS,
            HeaderValue::from_static("creation,expiration,termination"),
        ),
        (LARGEST, HeaderValue::from(office.upload_bytes_max)),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Empieza a enviar un archivo a pedazos (tus 1.0): lo que llega se conserva aunque se corte la línea.
#[utoipa::path(post, tag = "programas", path = "/api/cargas",
    params(("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = u64, Header, description = "Los bytes del archivo"),
        ("Upload-Metadata" = Option<String>, Header, description = "filename y su nombre en base64")),
    responses((status = 201, description = "Location dice a dónde van los pedazos; Upload-Expires, hasta cuándo espera"),
        (status = 412, description = "No es tus 1.0.0", content_type = "application/problem+json"),
        (status = 413, description = "El archivo es demasiado grande", content_type = "application/problem+json")))]
pub async fn begin(
    State(office): State<Office>,
    Caller(actor): Caller,
    headers: HeaderMap,
) -> Answer<Response> {
    let length = number(&headers, &LENGTH)?;
    let name = headers
        .get(METADATA)
        .and_then(|value| value.to_str().ok())
        .and_then(file_name);
    let load = office.begin_load(&actor, length, name.as_deref()).await?;
    let location = HeaderValue::from_str(&format!("/api/cargas/{}", load.id));
    let mut response = (StatusCode::CREATED, about(&load)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Cuánto hay de un archivo que se envía a pedazos: desde ahí se sigue.
#[utoipa::path(head, tag = "programas", path = "/api/cargas/{id}",
    params(("id" = String, Path, description = "Su identificador"),
        ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses((status = 200, description = "Upload-Offset dice cuánto hay; Upload-Length, cuánto será"),
        (status = 412, description = "No es tus 1.0.0", content_type = "application/problem+json"),
        (status = 404, description = "No existe o venció", content_type = "application/problem+json")))]
pub async fn offset(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<Response> {
    let load = office.load(&actor, parse(&id)?).await?;
    Ok((StatusCode::OK, about(&load)).into_response())
}

/// Envía el pedazo que sigue. Lo que llegó se conserva, también si la línea se corta a la mitad.
#[utoipa::path(patch, tag = "programas", path = "/api/cargas/{id}",
    params(("id" = String, Path, description = "Su identificador"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "Desde qué byte va lo que se envía")),
    request_body(content_type = "application/offset+octet-stream", description = "Los bytes que siguen"),
    responses((status = 204, description = "Upload-Offset dice cuánto hay"),
        (status = 412, description = "No es tus 1.0.0", content_type = "application/problem+json"),
        (status = 409, description = "No empieza donde se quedó, u otra conexión está enviando", content_type = "application/problem+json")))]
pub async fn go_on(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    let id = parse(&id)?;
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind != PIECE)
    {
        return Err(Problem::new(
            Kind::MediaType,
            "El pedazo no dice qué es.",
            format!("Envíelo con Content-Type: {PIECE}."),
        )
        .into());
    }
    let mut loading = office.go_on(&actor, id, number(&headers, &OFFSET)?).await?;
    let mut pieces = body.into_data_stream();
    loop {
        match tokio::time::timeout(SILENCE_MAX, pieces.next()).await {
            Ok(Some(Ok(piece))) => loading.write(&piece).await?,
            Ok(None) => break,
            Ok(Some(Err(_))) | Err(_) => return Err(broken_line().into()),
        }
    }
    drop(loading);
    let load = office.load(&actor, id).await?;
    Ok((StatusCode::NO_CONTENT, about(&load)).into_response())
}

/// Borra un archivo a medio enviar.
#[utoipa::path(delete, tag = "programas", path = "/api/cargas/{id}",
    params(("id" = String, Path, description = "Su identificador"),
        ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses((status = 204, description = "Ya no está"),
        (status = 412, description = "No es tus 1.0.0", content_type = "application/problem+json"),
        (status = 404, description = "No existe o venció", content_type = "application/problem+json")))]
pub async fn remove(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<StatusCode> {
    office.drop_load(&actor, parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn about(load: &Load) -> [(HeaderName, String); 3] {
    [
        (OFFSET, load.offset.to_string()),
        (LENGTH, load.length.to_string()),
        // RFC 9110, 5.6.7.
        (
            EXPIRES,
            load.expires_at
                .format("%a, %d %b %Y %H:%M:%S GMT")
                .to_string(),
        ),
    ]
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            format!("Falta la cabecera «{name}», o no es un número."),
            "Es un número entero de bytes.",
        )
    })
}

/// `filename` of an `Upload-Metadata`: pairs of a key and base64, apart by commas.
fn file_name(metadata: &str) -> Option<String> {
    let mut pairs = metadata
        .split(',')
        .filter_map(|pair| pair.trim().split_once(' '));
    let (_, letters) = pairs.find(|(key, _)| *key == "filename")?;
    String::from_utf8(STANDARD.decode(letters.trim()).ok()?).ok()
}

fn parse(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| no_such_load())
}

fn broken_line() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El envío se cortó.",
        "Lo que llegó se conserva: pregunte con HEAD cuánto hay y siga desde ahí.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_senders_write_them() {
        assert_eq!(
            file_name("filename bG90ZXMuemlw").as_deref(),
            Some("lotes.zip")
        );
        assert_eq!(
            file_name("a Yg==, filename w7EuemlwIQ==").as_deref(),
            Some("ñ.zip!")
        );
        for wrong in ["", "filename", "filename %%%", "filename /w=="] {
            assert_eq!(file_name(wrong), None, "{wrong}");
        }
    }
}
