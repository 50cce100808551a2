//! `/api/obras`: networks and planned works, where they clash, and which blocks networks reach.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use domain::institute::work::{ClashKind, Service, WorkClass, WorkState};
use office::{
    Kind, Office, Problem,
    works::{
        ClashFilter, Clashes, Coverage, ProposedWork, WorkFilter, WorkShape, Works, WrittenWork,
    },
};

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/obras", get(works).post(create))
        .route("/obras/choques", get(clashes))
        .route("/obras/cobertura", get(coverage))
        .route("/obras/{codigo}", get(work).put(change))
}

/// What a list of works may be asked for.
const FILTERS: [&str; 7] = ["ubigeo", "clase", "servicio", "estado", "q", "despues", "f"];

/// Las redes y las obras, por calle y plazo.
#[utoipa::path(get, tag = "servicios", path = "/api/obras",
    params(("ubigeo" = Option<String>, Query, description = "De un municipio"),
        ("clase" = Option<String>, Query, description = "red, obra"),
        ("servicio" = Option<String>, Query, description = "agua, desague, energia, vias, residuos"),
        ("estado" = Option<String>, Query, description = "en_servicio, prevista, en_obra, terminada, suspendida"),
        ("q" = Option<String>, Query, description = "Palabras del nombre, la calle o el prestador, o el código"),
        ("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn works(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Works>> {
    parameters.only_json(&FILTERS)?;
    Ok(Json(office.works(&filter(&parameters)?)))
}

/// What the parameters of a list ask for.
pub(crate) fn filter(parameters: &Parameters) -> Result<WorkFilter, Problem> {
    Ok(WorkFilter {
        ubigeo: parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?,
        class: parameters.read("clase", &WorkClass::ALL.map(WorkClass::name).join(", "))?,
        service: parameters.read("servicio", &Service::ALL.map(Service::name).join(", "))?,
        state: parameters.read("estado", &WorkState::ALL.map(WorkState::name).join(", "))?,
        words: parameters.get("q").map(str::to_owned),
        after: parameters.get("despues").map(str::to_owned),
    })
}

/// Registra una red o una obra. Si choca con otras, lo dice y no la escribe, salvo que se acepten los choques.
#[utoipa::path(post, tag = "servicios", path = "/api/obras",
    request_body(content_type = "application/json", description = "clase, servicio, prestador, nombre, estado, huella; de una obra, inicio y fin; y codigo, inversion, motivo, aceptar_choques"),
    responses((status = 201, description = "La obra y sus choques", content_type = "application/json"),
        (status = 400, description = "Falta algo", content_type = "application/problem+json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Choca con otras, o el código ya está", content_type = "application/problem+json"),
        (status = 422, description = "No cumple una regla", content_type = "application/problem+json")))]
pub async fn create(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(new): Body<ProposedWork>,
) -> Answer<impl IntoResponse> {
    let written = office.create_work(&actor, &new).await?;
    let link = [(
        header::LOCATION,
        format!("/api/obras/{}", written.obra.codigo),
    )];
    Ok((StatusCode::CREATED, link, Json(written)))
}

/// Una red o una obra, con su huella. Con qué choca está en /api/obras/choques.
#[utoipa::path(get, tag = "servicios", path = "/api/obras/{codigo}",
    params(("codigo" = String, Path, description = "Su código, como 220101-OBR-0012")),
    responses((status = 200, description = "La obra", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn work(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<WorkShape>> {
    parameters.only_json(&["f"])?;
    Ok(Json(office.street_work(&code)?))
}

/// Cambia una red o una obra: todos sus datos, la «version» que se leyó y el «motivo». Sin «huella», queda la que tiene.
#[utoipa::path(put, tag = "servicios", path = "/api/obras/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "Lo mismo que al registrarla, con version y motivo"),
    responses((status = 200, description = "La obra y sus choques", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json"),
        (status = 409, description = "Choca con otras, u otro la cambió antes", content_type = "application/problem+json"),
        (status = 422, description = "No cumple una regla", content_type = "application/problem+json")))]
pub async fn change(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(new): Body<ProposedWork>,
) -> Answer<Json<WrittenWork>> {
    Ok(Json(office.change_work(&actor, &code, &new).await?))
}

/// Las obras que chocan entre sí y con proyectos de inversión, las más graves primero.
#[utoipa::path(get, tag = "servicios", path = "/api/obras/choques",
    params(("ubigeo" = Option<String>, Query, description = "De un municipio"),
        ("clase" = Option<String>, Query, description = "secuencia, simultaneas, seguidas"),
        ("despues" = Option<usize>, Query, description = "Donde terminó la lista anterior: su «siguiente»"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn clashes(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Clashes>> {
    parameters.only_json(&["ubigeo", "clase", "despues", "f"])?;
    let kind = parameters.get("clase").map(clash_kind).transpose()?;
    let filter = ClashFilter {
        ubigeo: parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?,
        kind,
        offset: parameters
            .read("despues", "el «siguiente» de la lista anterior")?
            .unwrap_or_default(),
    };
    Ok(Json(office.clashes(&filter)?))
}

fn clash_kind(text: &str) -> Result<ClashKind, Problem> {
    let known = ClashKind::ALL.into_iter().find(|kind| kind.name() == text);
    known.ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            format!("«{text}» no vale para «clase»."),
            format!(
                "Se espera {}.",
                ClashKind::ALL.map(ClashKind::name).join(", ")
            ),
        )
    })
}

/// Qué manzanas y qué lotes tienen una red cerca, por municipio y servicio. De un municipio, también manzana por manzana.
#[utoipa::path(get, tag = "servicios", path = "/api/obras/cobertura",
    params(("ubigeo" = Option<String>, Query, description = "De un municipio"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La cobertura", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn coverage(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Coverage>> {
    parameters.only_json(&["ubigeo", "f"])?;
    let ubigeo = parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?;
    Ok(Json(office.coverage(ubigeo).await?))
}
