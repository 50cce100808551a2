//! `/api/planes`: the register of plans, their life and their tree.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use office::{
    Office, Problem,
    plans::{ChangedPlan, NewPlan, PlanFilter, PlanShape, PlanStep, Plans, TreeShape},
};

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/planes", get(list).post(create))
        .route("/planes/{codigo}", get(plan).put(change))
        .route("/planes/{codigo}/estado", post(step))
        .route("/planes/{codigo}/arbol", get(tree))
}

const MOMENT: &str = "un momento, como 2026-11-23T15:04:05Z";

/// What the parameters of a list ask for.
pub(crate) fn filter(parameters: &Parameters) -> Result<PlanFilter, Problem> {
    Ok(PlanFilter {
        kind: parameters.read("tipo", "pat, pdm, pdu, eou o especifico")?,
        state: parameters.read(
            "estado",
            "elaboracion, consulta_publica, aprobado, vigente, en_actualizacion o derogado",
        )?,
        ubigeo: parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?,
        after: parameters.get("despues").map(str::to_owned),
        known_at: parameters.read("conocido_a", MOMENT)?,
    })
}

/// Los planes (PAT, PDM, PDU, EOU, específicos), por código.
#[utoipa::path(get, tag = "institución", path = "/api/planes",
    params(("tipo" = Option<String>, Query, description = "pat, pdm, pdu, eou, especifico"),
        ("estado" = Option<String>, Query, description = "elaboracion, consulta_publica, aprobado, vigente, en_actualizacion, derogado"),
        ("ubigeo" = Option<String>, Query, description = "De un municipio"),
        ("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn list(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Plans>> {
    parameters.only(&["tipo", "estado", "ubigeo", "despues", "conocido_a"])?;
    Ok(Json(office.plans(&filter(&parameters)?).await?))
}

/// Inscribe un plan en el registro.
#[utoipa::path(post, tag = "institución", path = "/api/planes",
    request_body(content_type = "application/json", description = "codigo, tipo, nombre, ubigeo (salvo un PAT), y si los hay borrador, nodos del árbol e hitos anteriores"),
    responses((status = 201, description = "El plan", content_type = "application/json"),
        (status = 400, description = "Falta algo", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ya hay uno con ese código", content_type = "application/problem+json"),
        (status = 422, description = "El árbol o los hitos no valen", content_type = "application/problem+json")))]
pub async fn create(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(new): Body<NewPlan>,
) -> Answer<impl IntoResponse> {
    let plan = office.register_plan(&actor, new).await?;
    let link = [(header::LOCATION, format!("/api/planes/{}", plan.codigo))];
    Ok((StatusCode::CREATED, link, Json(plan)))
}

/// Un plan: sus hitos, su perímetro y el avance de sus proyectos.
#[utoipa::path(get, tag = "institución", path = "/api/planes/{codigo}",
    params(("codigo" = String, Path, description = "Su código"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "El plan", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn plan(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<PlanShape>> {
    parameters.only(&["conocido_a"])?;
    let known_at = parameters.read("conocido_a", MOMENT)?;
    Ok(Json(office.plan(&code, known_at).await?))
}

/// Cambia el nombre, el borrador y el árbol de un plan. En «version» va la que se leyó.
#[utoipa::path(put, tag = "institución", path = "/api/planes/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "version, nombre, borrador y nodos: lo que no va, se quita"),
    responses((status = 200, description = "El plan", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 409, description = "Cambió desde que se leyó", content_type = "application/problem+json"),
        (status = 422, description = "El árbol no vale", content_type = "application/problem+json")))]
pub async fn change(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(changed): Body<ChangedPlan>,
) -> Answer<Json<PlanShape>> {
    Ok(Json(office.change_plan(&actor, &code, changed).await?))
}

/// Pasa un plan a su siguiente estado, con su fecha y lo que lo prueba. Queda en la auditoría.
#[utoipa::path(post, tag = "institución", path = "/api/planes/{codigo}/estado",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "version, estado, fecha; hasta (de una consulta), norma (de una aprobación) y nota (el motivo)"),
    responses((status = 200, description = "El plan", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 409, description = "De su estado no se pasa a ese, o cambió desde que se leyó", content_type = "application/problem+json"),
        (status = 422, description = "Falta la ordenanza, el plazo o el motivo", content_type = "application/problem+json")))]
pub async fn step(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(next): Body<PlanStep>,
) -> Answer<Json<PlanShape>> {
    Ok(Json(office.step_plan(&actor, &code, next).await?))
}

/// El árbol de un plan (objetivo, eje, programa), con el avance que suben sus proyectos.
#[utoipa::path(get, tag = "institución", path = "/api/planes/{codigo}/arbol",
    params(("codigo" = String, Path, description = "Su código"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "El árbol", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn tree(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<TreeShape>> {
    parameters.only(&["conocido_a"])?;
    let known_at = parameters.read("conocido_a", MOMENT)?;
    Ok(Json(office.plan(&code, known_at).await?.arbol))
}
