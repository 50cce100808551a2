//! `/api/inversiones`: projects of investment, their progress and their evidence.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::institute::Phase;
use office::{
    Office, Problem,
    investments::{
        Progress, ProgressSeries, ProjectEvidence, ProjectFilter, ProjectShape, Projects,
        ProposedProject,
    },
};

use super::documents::sent;
use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/inversiones", get(projects).post(create))
        .route("/inversiones/{cui}", get(project).put(change))
        .route("/inversiones/{cui}/avances", get(progress).post(report))
        .route("/inversiones/{cui}/evidencia", get(evidence))
        .route("/inversiones/{cui}/ficha.pdf", get(sheet))
}

/// What a list of projects may be asked for.
const FILTERS: [&str; 9] = [
    "ubigeo", "fase", "eje", "plan", "nodo", "q", "abierto", "despues", "f",
];

/// Los proyectos de inversión, por CUI, con los totales de todo lo que se pide.
#[utoipa::path(get, tag = "inversiones", path = "/api/inversiones",
    params(("ubigeo" = Option<String>, Query, description = "De un municipio"),
        ("fase" = Option<String>, Query, description = "idea, formulacion, ejecucion, funcionamiento"),
        ("eje" = Option<String>, Query, description = "De un eje temático, por su código"),
        ("plan" = Option<String>, Query, description = "De un plan, por su código"),
        ("nodo" = Option<String>, Query, description = "De un objetivo, eje o programa del plan, y lo que está debajo"),
        ("q" = Option<String>, Query, description = "Palabras del nombre, o el CUI"),
        ("abierto" = Option<bool>, Query, description = "Abierto a inversionistas: true o false"),
        ("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn projects(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Projects>> {
    parameters.only_json(&FILTERS)?;
    Ok(Json(office.projects(&filter(&parameters)?).await?))
}

/// What the parameters of a list ask for.
pub(crate) fn filter(parameters: &Parameters) -> Result<ProjectFilter, Problem> {
    let text = |name: &str| parameters.get(name).map(str::to_owned);
    Ok(ProjectFilter {
        ubigeo: parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?,
        phase: parameters.read("fase", &Phase::ALL.map(Phase::name).join(", "))?,
        axis: text("eje"),
        plan: text("plan"),
        node: text("nodo"),
        words: text("q"),
        open: parameters.read("abierto", "true o false")?,
        after: text("despues"),
    })
}

/// Registra un proyecto, con su huella en longitud y latitud.
#[utoipa::path(post, tag = "inversiones", path = "/api/inversiones",
    request_body(content_type = "application/json", description = "cui, nombre, fase, eje, costo_soles, responsable y huella; y, si se saben, ubigeo, plan, nodo, fuentes, inicio, fin, area_influencia_m, abierto_a_inversionistas, motivo"),
    responses((status = 201, description = "El proyecto", content_type = "application/json"),
        (status = 400, description = "Falta algo", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ese CUI ya está", content_type = "application/problem+json"),
        (status = 422, description = "No cumple una regla", content_type = "application/problem+json")))]
pub async fn create(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(new): Body<ProposedProject>,
) -> Answer<impl IntoResponse> {
    let project = office.create_project(&actor, &new).await?;
    let link = [(
        header::LOCATION,
        format!("/api/inversiones/{}", project.cui),
    )];
    Ok((StatusCode::CREATED, link, Json(project)))
}

/// Un proyecto de inversión, con su huella.
#[utoipa::path(get, tag = "inversiones", path = "/api/inversiones/{cui}",
    params(("cui" = String, Path, description = "Código único de inversiones")),
    responses((status = 200, description = "El proyecto", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn project(
    State(office): State<Arc<Office>>,
    Segments(cui): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<ProjectShape>> {
    parameters.only_json(&["f"])?;
    Ok(Json(office.project(&cui).await?))
}

/// Cambia un proyecto: todos sus datos, la «version» que se leyó y el «motivo». Sin «huella», queda la que tiene.
#[utoipa::path(put, tag = "inversiones", path = "/api/inversiones/{cui}",
    params(("cui" = String, Path, description = "Código único de inversiones")),
    request_body(content_type = "application/json", description = "Lo mismo que al registrarlo, con version y motivo"),
    responses((status = 200, description = "El proyecto", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 409, description = "Otro lo cambió antes", content_type = "application/problem+json"),
        (status = 422, description = "No cumple una regla", content_type = "application/problem+json")))]
pub async fn change(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(cui): Segments<String>,
    Body(new): Body<ProposedProject>,
) -> Answer<Json<ProjectShape>> {
    Ok(Json(office.change_project(&actor, &cui, &new).await?))
}

/// El avance de un proyecto por periodo, acumulado; como se conocía en un momento, si se dice.
#[utoipa::path(get, tag = "inversiones", path = "/api/inversiones/{cui}/avances",
    params(("cui" = String, Path, description = "Código único de inversiones"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "La serie", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn progress(
    State(office): State<Arc<Office>>,
    Segments(cui): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<ProgressSeries>> {
    parameters.only(&["conocido_a"])?;
    let known_at = parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    Ok(Json(office.progress(&cui, known_at).await?))
}

/// Registra el avance de un mes o un trimestre; el de un periodo que ya está, lo corrige.
#[utoipa::path(post, tag = "inversiones", path = "/api/inversiones/{cui}/avances",
    params(("cui" = String, Path, description = "Código único de inversiones")),
    request_body(content_type = "application/json", description = "periodo (2026-09 o 2026-T3), fisico_pct, financiero_soles, y motivo si retrocede"),
    responses((status = 201, description = "La serie", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 422, description = "Retrocede sin motivo, o no vale", content_type = "application/problem+json")))]
pub async fn report(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(cui): Segments<String>,
    Body(new): Body<Progress>,
) -> Answer<impl IntoResponse> {
    let series = office.report_progress(&actor, &cui, &new).await?;
    Ok((StatusCode::CREATED, Json(series)))
}

/// La evidencia de un proyecto, calculada de las capas: cada respuesta con su consulta, la huella de esta y la versión de los
/// datos. De hoy, o de cualquier momento.
#[utoipa::path(get, tag = "inversiones", path = "/api/inversiones/{cui}/evidencia",
    params(("cui" = String, Path, description = "Código único de inversiones"),
        ("fecha" = Option<String>, Query, description = "Día que se pregunta"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "La evidencia", content_type = "application/json"),
        (status = 404, description = "No existe en esa fecha", content_type = "application/problem+json")))]
pub async fn evidence(
    State(office): State<Arc<Office>>,
    Segments(cui): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<ProjectEvidence>> {
    parameters.only(&["fecha", "conocido_a"])?;
    let day = parameters.read("fecha", "un día, como 2026-11-23")?;
    let known_at = parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    Ok(Json(office.project_evidence(&cui, day, known_at).await?))
}

/// La ficha de un proyecto en PDF: sus datos, su plano, su avance y su evidencia.
#[utoipa::path(get, tag = "inversiones", path = "/api/inversiones/{cui}/ficha.pdf",
    params(("cui" = String, Path, description = "Código único de inversiones")),
    responses((status = 200, description = "La ficha", content_type = "application/pdf"),
        (status = 304, description = "Es la que ya se tiene"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 503, description = "Hay demasiados documentos en curso", content_type = "application/problem+json")))]
pub async fn sheet(
    State(office): State<Arc<Office>>,
    Segments(cui): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&[])?;
    sent(office.project_sheet(&cui).await?, &headers).await
}
