//! `/api/proyectos-catastrales`: projects of the cadastre, and how far each has come.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use office::{
    Kind, Office, Problem,
    cadastral_projects::{Fund, Funds, Progress, ProjectSent, ProjectShape, Projects, Times},
};
use serde::Deserialize;

use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/proyectos-catastrales", get(projects).post(create))
        .route("/proyectos-catastrales/{codigo}", get(project).put(replace))
        .route("/proyectos-catastrales/{codigo}/avance", get(progress))
        .route(
            "/proyectos-catastrales/{codigo}/fondos",
            get(funds).post(add_funds),
        )
}

/// The two times of a request.
pub(crate) fn times(parameters: &Parameters) -> Result<Times, Problem> {
    Ok(Times {
        day: parameters.read("fecha", "un día, como 2026-11-23")?,
        known_at: parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?,
    })
}

/// Los proyectos catastrales por código, cada uno con su avance calculado de lo publicado.
#[utoipa::path(get, tag = "institución", path = "/api/proyectos-catastrales",
    params(("ubigeo" = Option<String>, Query, description = "De un municipio"),
        ("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»"),
        ("fecha" = Option<String>, Query, description = "Avance a ese día"),
        ("conocido_a" = Option<String>, Query, description = "Lo que se sabía en ese momento")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn projects(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Projects>> {
    parameters.only(&["ubigeo", "despues", "fecha", "conocido_a"])?;
    let ubigeo = parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?;
    let after = parameters.get("despues");
    let times = times(&parameters)?;
    Ok(Json(office.cadastral_projects(after, ubigeo, times).await?))
}

/// Registra un proyecto catastral.
#[utoipa::path(post, tag = "institución", path = "/api/proyectos-catastrales",
    request_body(content_type = "application/json", description = "codigo (PC-2026-01), ubigeo, nombre, estado, area (polígono GeoJSON) o sectores, brigadas (nombre de la brigada, personas, manzanas), metas (predios, manzanas), calendario (nombre, inicio, fin), descripcion"),
    responses((status = 201, description = "El proyecto", content_type = "application/json"),
        (status = 400, description = "Algo no vale", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ya existe", content_type = "application/problem+json")))]
pub async fn create(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(sent): Body<ProjectSent>,
) -> Answer<impl IntoResponse> {
    let kept = office.keep_cadastral_project(&actor, None, sent).await?;
    let link = format!("/api/proyectos-catastrales/{}", encoded(&kept.codigo));
    Ok((StatusCode::CREATED, [(header::LOCATION, link)], Json(kept)))
}

/// Un proyecto catastral con su avance, manzana por manzana.
#[utoipa::path(get, tag = "institución", path = "/api/proyectos-catastrales/{codigo}",
    params(("codigo" = String, Path, description = "Su código"),
        ("fecha" = Option<String>, Query, description = "Avance a ese día"),
        ("conocido_a" = Option<String>, Query, description = "Lo que se sabía en ese momento")),
    responses((status = 200, description = "El proyecto", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn project(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<ProjectShape>> {
    parameters.only(&["fecha", "conocido_a"])?;
    let times = times(&parameters)?;
    Ok(Json(office.cadastral_project(&code, times).await?))
}

/// Cambia un proyecto catastral; «version» es la que se leyó.
#[utoipa::path(put, tag = "institución", path = "/api/proyectos-catastrales/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "Lo mismo que al registrarlo, con version"),
    responses((status = 200, description = "El proyecto", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Cambió mientras tanto, o no admite ese estado", content_type = "application/problem+json")))]
pub async fn replace(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(sent): Body<ProjectSent>,
) -> Answer<Json<ProjectShape>> {
    if sent.version < 1 {
        return Err(Problem::new(
            Kind::BadRequest,
            "Falta «version».",
            "Es la del proyecto que leyó; así nadie pisa lo que otro escribió.",
        )
        .into());
    }
    let kept = office
        .keep_cadastral_project(&actor, Some(&code), sent)
        .await?;
    Ok(Json(kept))
}

/// El avance de un proyecto, manzana por manzana, contra sus metas y su calendario; hoy o en otro momento.
#[utoipa::path(get, tag = "institución", path = "/api/proyectos-catastrales/{codigo}/avance",
    params(("codigo" = String, Path, description = "Su código"),
        ("fecha" = Option<String>, Query, description = "A ese día"),
        ("conocido_a" = Option<String>, Query, description = "Lo que se sabía en ese momento"),
        ("f" = Option<String>, Query, description = "json, geojson o csv")),
    responses((status = 200, description = "El avance"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn progress(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["fecha", "conocido_a", "f"])?;
    let times = times(&parameters)?;
    let progress = office.cadastral_project(&code, times).await?.avance;
    Ok(match parameters.get("f") {
        None | Some("json") => Json(progress).into_response(),
        Some("geojson") => {
            let kind = [(header::CONTENT_TYPE, "application/geo+json")];
            let found = office.progress_geojson(&code, &progress)?;
            (kind, found.to_string()).into_response()
        }
        Some("csv") => csv(&code, &progress),
        Some(other) => {
            return Err(no_format(other, "json, geojson y csv").into());
        }
    })
}

/// A format that is not offered.
pub(crate) fn no_format(format: &str, offered: &str) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("No se ofrece el formato «{format}»."),
        format!("Se ofrecen: {offered}."),
    )
}

fn csv(code: &str, progress: &Progress) -> Response {
    let mut text = "proyecto,manzana,estado,predios,publicados,ultima_publicacion,brigada,version_datos,conocido_a\r\n".to_owned();
    for block in &progress.detalle {
        // Codes, numbers and a brigade's name; the last may have a comma.
        let brigade = block.brigada.as_deref().unwrap_or_default();
        let last = block.ultima_publicacion.map(|at| at.to_rfc3339());
        let _ = write!(
            text,
            "{code},{},{},{},{},{},\"{}\",{},{}\r\n",
            block.codigo,
            block.estado,
            block.predios,
            block.publicados,
            last.unwrap_or_default(),
            brigade.replace('"', "\"\""),
            progress.version_datos,
            progress.conocido_a.to_rfc3339(),
        );
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"avance-{}.csv\"", encoded(code)),
        ),
    ];
    (headers, text).into_response()
}

/// Los fondos de un proyecto: lo acordado y lo gastado por municipio y trimestre.
#[utoipa::path(get, tag = "institución", path = "/api/proyectos-catastrales/{codigo}/fondos",
    params(("codigo" = String, Path, description = "Su código"),
        ("conocido_a" = Option<String>, Query, description = "Lo que se sabía en ese momento")),
    responses((status = 200, description = "Los fondos", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn funds(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<Funds>> {
    parameters.only(&["conocido_a"])?;
    let times = times(&parameters)?;
    Ok(Json(office.cadastral_funds(&code, times).await?))
}

/// Money as it is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundsSent {
    fondos: Vec<Fund>,
}

/// Escribe fondos de un proyecto; lo que ya estaba se corrige, y lo anterior queda.
#[utoipa::path(post, tag = "institución", path = "/api/proyectos-catastrales/{codigo}/fondos",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "fondos: periodo (2026-T3), ubigeo, acordado, gastado, sustento"),
    responses((status = 200, description = "Los fondos", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json")))]
pub async fn add_funds(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(sent): Body<FundsSent>,
) -> Answer<Json<Funds>> {
    let kept = office
        .write_cadastral_funds(&actor, &code, &sent.fondos)
        .await?;
    Ok(Json(kept))
}
