//! `/api/fiscalizacion`: inspections on the map, for who inspects.

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::people::Actor;
use office::{
    Kind, Office, Problem,
    inspections::{EvidenceFile, NewVisit, NextStep, Taken},
    place,
    view::{InspectionShape, Inspections},
};
use uuid::Uuid;

use super::surveys::{broken_form, filled, store, twice};
use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Answer, Body, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/fiscalizacion", get(list).post(open))
        .route("/fiscalizacion/{id}", get(inspection))
        .route("/fiscalizacion/{id}/paso", post(step))
        .route("/fiscalizacion/{id}/pruebas/{prueba}", get(file))
}

/// Its routes that take as long as a file does. The file's size is limited while it comes.
pub fn long_routes() -> Router<Doors> {
    Router::new()
        .route("/fiscalizacion/{id}/pruebas", post(evidence))
        .layer(DefaultBodyLimit::disable())
}

const GEO_JSON: [(header::HeaderName, &str); 2] = [
    (header::CONTENT_TYPE, "application/geo+json"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Abre una inspección en un lugar o un predio.
#[utoipa::path(post, tag = "programas", path = "/api/fiscalizacion",
    request_body(content_type = "application/json", description = "asunto; lugar ([longitud, latitud]) o predio; y si los hay, certificado (su número) o recibo_sha256"),
    responses((status = 201, description = "La inspección, programada", content_type = "application/geo+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn open(
    State(office): State<Office>,
    Caller(actor): Caller,
    Body(visit): Body<NewVisit>,
) -> Answer<impl IntoResponse> {
    let opened = office.open_inspection(&actor, &visit).await?;
    let link = [(
        header::LOCATION,
        format!("/api/fiscalizacion/{}", opened.id),
    )];
    Ok((StatusCode::CREATED, link, GEO_JSON, Json(opened)))
}

/// Las últimas inspecciones de los municipios en que la cuenta fiscaliza, como GeoJSON.
#[utoipa::path(get, tag = "programas", path = "/api/fiscalizacion",
    responses((status = 200, description = "Las inspecciones", content_type = "application/geo+json"),
        (status = 401, description = "Hace falta ingresar", content_type = "application/problem+json")))]
pub async fn list(
    State(office): State<Office>,
    Caller(actor): Caller,
) -> Answer<impl IntoResponse> {
    let all: Inspections = office.inspections(&actor).await?;
    Ok((GEO_JSON, Json(all)))
}

/// Una inspección, con sus pruebas.
#[utoipa::path(get, tag = "programas", path = "/api/fiscalizacion/{id}",
    params(("id" = String, Path, description = "Su identificador")),
    responses((status = 200, description = "La inspección", content_type = "application/geo+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn inspection(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<impl IntoResponse> {
    let one: InspectionShape = office.inspection(&actor, parse(&id)?).await?;
    Ok((GEO_JSON, Json(one)))
}

/// Un paso de la inspección: realizar, decir si hay infracción, ordenar, subsanar o resolver.
#[utoipa::path(post, tag = "programas", path = "/api/fiscalizacion/{id}/paso",
    params(("id" = String, Path, description = "Su identificador")),
    request_body(content_type = "application/json", description = "paso; acta y fecha al realizar; codigo e infraccion; orden y plazo al ordenar; documento al subsanar o resolver"),
    responses((status = 200, description = "La inspección después del paso", content_type = "application/geo+json"),
        (status = 409, description = "Su estado no lo admite", content_type = "application/problem+json")))]
pub async fn step(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    Body(next): Body<NextStep>,
) -> Answer<impl IntoResponse> {
    let one = office.step_inspection(&actor, parse(&id)?, &next).await?;
    Ok((GEO_JSON, Json(one)))
}

/// Agrega una prueba: un archivo de hasta 20 MB, con su lugar y su hora.
#[utoipa::path(post, tag = "programas", path = "/api/fiscalizacion/{id}/pruebas",
    params(("id" = String, Path, description = "Su identificador")),
    request_body(content_type = "multipart/form-data", description = "archivo; y si se saben, lugar (longitud,latitud) y tomada_a (2026-11-23T15:04:05Z)"),
    responses((status = 201, description = "La inspección, con la prueba y su huella", content_type = "application/geo+json"),
        (status = 413, description = "El archivo es demasiado grande", content_type = "application/problem+json")))]
pub async fn evidence(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer<impl IntoResponse> {
    let one = take_evidence(&office, &actor, &id, multipart).await?;
    Ok((StatusCode::CREATED, GEO_JSON, Json(one)))
}

/// Takes in the evidence of a form.
pub(crate) async fn take_evidence(
    office: &Office,
    actor: &Actor,
    id: &str,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<InspectionShape, Problem> {
    let id = parse(id)?;
    let mut incoming = office.receive_evidence(actor, id).await?;
    let mut multipart = multipart.map_err(|_| broken_form())?;
    let mut taken = Taken::default();
    let mut has_file = false;
    while let Some(mut field) = multipart.next_field().await.map_err(|_| broken_form())? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "archivo" if has_file => return Err(twice("archivo")),
            "archivo" => {
                has_file = true;
                taken.file_name = field.file_name().map(str::to_owned);
                store(&mut field, &mut incoming).await?;
            }
            "lugar" => {
                let text = filled(field).await?;
                taken.place = text.as_deref().map(place::typed).transpose()?;
            }
            "tomada_a" => {
                let text = filled(field).await?;
                taken.at = text.as_deref().map(moment).transpose()?;
            }
            _ => return Err(unknown_field()),
        }
    }
    office.add_evidence(actor, id, incoming, taken).await
}

/// A moment with its zone, or without one as the clocks of Peru had it.
fn moment(text: &str) -> Result<DateTime<Utc>, Problem> {
    const LIMA_IS_BEHIND: TimeDelta = TimeDelta::hours(5);
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"];
    let local = || {
        let read = |form: &&str| NaiveDateTime::parse_from_str(text, form).ok();
        let read = local.iter().find_map(read)?;
        read.and_utc().checked_add_signed(LIMA_IS_BEHIND)
    };
    text.parse().ok().or_else(local).ok_or_else(unknown_field)
}

/// El archivo de una prueba, si su huella es la que se guardó.
#[utoipa::path(get, tag = "programas", path = "/api/fiscalizacion/{id}/pruebas/{prueba}",
    params(("id" = String, Path, description = "La inspección"), ("prueba" = String, Path, description = "La prueba")),
    responses((status = 200, description = "El archivo", content_type = "application/octet-stream"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn file(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments((id, evidence)): Segments<(String, String)>,
) -> Answer<Response> {
    let EvidenceFile { name, bytes } = office
        .evidence_file(&actor, parse(&id)?, parse(&evidence)?)
        .await?;
    // Never shown as what it says it is: strangers' files run nowhere.
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{}", encoded(&name)),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

fn unknown_field() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El formulario tiene un campo que no se entiende.",
        "Se admiten: archivo, lugar (-76.97,-6.03) y tomada_a, el día y la hora (2026-11-23T15:04, o con su zona 2026-11-23T15:04:05Z).",
    )
}

pub(crate) fn parse(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| {
        Problem::new(
            Kind::NotFound,
            "No hay una inspección con ese identificador.",
            "Las suyas están en /api/fiscalizacion.",
        )
    })
}
