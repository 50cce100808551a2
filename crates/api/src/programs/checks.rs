//! `/api/control-urbano`: one check, many at once, what an article or a zone reaches, and the nearest street front.

use axum::{
    Json, Router, body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::stream;
use office::{
    Office,
    checks::{BatchRequest, CheckRequest, Form, FrontAnswer, FrontRequest, ReachRequest},
    view::Check,
};

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/control-urbano/verificaciones", post(verify))
        .route("/control-urbano/verificaciones/masivas", post(verify_many))
        .route("/control-urbano/alcance", get(reach))
        .route("/control-urbano/frente", post(front))
}

/// Zonas y restricciones de un predio, un polígono o un punto, con sus áreas.
#[utoipa::path(post, tag = "programas", path = "/api/control-urbano/verificaciones",
    request_body(content_type = "application/json", description = "Uno de predio, geometria o punto; fecha y conocido_a si se pregunta por el pasado"),
    responses((status = 200, description = "La respuesta", content_type = "application/json"),
        (status = 400, description = "La pregunta no se entiende", content_type = "application/problem+json"),
        (status = 404, description = "No existe el predio", content_type = "application/problem+json")))]
pub async fn verify(
    State(office): State<Office>,
    Body(request): Body<CheckRequest>,
) -> Answer<Json<Check>> {
    Ok(Json(office.check(request).await?))
}

/// La misma pregunta sobre muchos predios: una línea de JSON por predio y, al final, una con el resumen. Sin esa última
/// línea la respuesta quedó cortada.
#[utoipa::path(post, tag = "programas", path = "/api/control-urbano/verificaciones/masivas",
    request_body(content_type = "application/json", description = "Uno de predios (lista de códigos), manzana, sector o ubigeo; propuesta, fecha, conocido_a y detalle (completo o breve) si hacen falta"),
    responses((status = 200, description = "Una línea por predio", content_type = "application/x-ndjson"),
        (status = 400, description = "La pregunta no se entiende", content_type = "application/problem+json"),
        (status = 404, description = "No existe la manzana, el sector o el municipio", content_type = "application/problem+json"),
        (status = 503, description = "Ya se contestan otras como esta", content_type = "application/problem+json")))]
pub async fn verify_many(
    State(office): State<Office>,
    Body(request): Body<BatchRequest>,
) -> Answer<Response> {
    let lines = office.lines(request).await?;
    // A client that goes away takes the rest of the work with it.
    let lines = stream::unfold(lines, |mut lines| async move {
        let piece = lines.next().await?;
        Some((piece, lines))
    });
    Ok((
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-ndjson"),
        )],
        body::Body::from_stream(lines),
    )
        .into_response())
}

/// Los predios que alcanza un artículo, una zona, una clase de zonas, una restricción o un tema, con sus áreas.
#[utoipa::path(get, tag = "programas", path = "/api/control-urbano/alcance",
    params(("ubigeo" = String, Query, description = "Municipio"),
        ("zona" = Option<String>, Query, description = "Una zona, por su id"),
        ("clase" = Option<String>, Query, description = "Una clase de zonas, como RDM"),
        ("restriccion" = Option<String>, Query, description = "Una restricción, por su id"),
        ("tema" = Option<String>, Query, description = "Un tema de restricciones, como faja_marginal"),
        ("articulo" = Option<String>, Query, description = "Un artículo, por su id en el archivo de la norma de «instrumento»"),
        ("instrumento" = Option<String>, Query, description = "El instrumento de «articulo»"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento"),
        ("f" = Option<String>, Query, description = "json, geojson o csv")),
    responses((status = 200, description = "Los predios, con lo que de cada uno se alcanza", content_type = "application/json"),
        (status = 400, description = "La pregunta no se entiende", content_type = "application/problem+json"),
        (status = 404, description = "No existe eso en el municipio en esa fecha", content_type = "application/problem+json")))]
pub async fn reach(State(office): State<Office>, parameters: Parameters) -> Answer<Response> {
    parameters.only(&[
        "ubigeo",
        "zona",
        "clase",
        "restriccion",
        "tema",
        "articulo",
        "instrumento",
        "fecha",
        "conocido_a",
        "f",
    ])?;
    let text = |name: &str| parameters.get(name).map(str::to_owned);
    let request = ReachRequest {
        ubigeo: parameters.needed("ubigeo", "un ubigeo, como 220101")?,
        zona: text("zona"),
        clase: text("clase"),
        restriccion: text("restriccion"),
        tema: text("tema"),
        articulo: text("articulo"),
        instrumento: text("instrumento"),
        fecha: parameters.read("fecha", "un día, como 2026-11-23")?,
        conocido_a: parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?,
    };
    let form: Form = parameters
        .read("f", "json, geojson o csv")?
        .unwrap_or_default();
    Ok(listed(form, office.reach(request, form).await?))
}

/// A list of parcels in its form.
pub(super) fn listed(form: Form, text: impl IntoResponse) -> Response {
    let kind = HeaderValue::from_static(form.media_type());
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// La vía y el frente más cercanos a un punto.
#[utoipa::path(post, tag = "programas", path = "/api/control-urbano/frente",
    request_body(content_type = "application/json", description = "punto: longitud y latitud"),
    responses((status = 200, description = "La vía y el frente, con sus distancias; nulos si no hay ninguno a 400 m", content_type = "application/json"),
        (status = 404, description = "El punto no está en ningún municipio", content_type = "application/problem+json")))]
pub async fn front(
    State(office): State<Office>,
    Body(request): Body<FrontRequest>,
) -> Answer<Json<FrontAnswer>> {
    Ok(Json(office.front(&request)?))
}
