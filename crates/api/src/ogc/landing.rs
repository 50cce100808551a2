//! Landing page, conformance, description of the interface.

use axum::{
    Json, Router,
    http::{HeaderMap, header},
    response::IntoResponse,
    routing::get,
};
use serde_json::{Value, json};
use utoipa::OpenApi;

use super::base;
use crate::doors::Doors;
use crate::problem::{Answer, Parameters};

/// What this part earns.
pub const CONFORMANCE: &[&str] = &["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"];

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/", get(landing))
        .route("/conformance", get(conformance))
        .route("/openapi", get(openapi))
}

/// Description of the interface, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Catastro provincial: datos para clientes SIG y programas",
        description = "Predios, zonificación y restricciones en vigor. Coordenadas en longitud y latitud (CRS84)."
    ),
    paths(
        landing,
        conformance,
        openapi,
        super::collections::collections,
        super::collections::collection,
        super::items::items,
        super::items::item,
        super::tiles::tilesets,
        super::tiles::tileset,
        super::tiles::tile,
        super::tiles::layer_tilesets,
        super::tiles::layer_tileset,
        super::tiles::layer_tile,
        super::tiles::grids,
        super::tiles::grid,
        super::styles::styles,
        super::styles::style,
        super::styles::metadata,
        crate::programs::checks::verify,
        crate::programs::checks::verify_many,
        crate::programs::checks::reach,
        crate::programs::checks::front,
        crate::programs::certificates::draft,
        crate::programs::certificates::list,
        crate::programs::certificates::certificate,
        crate::programs::certificates::decide,
        crate::programs::certificates::applicant,
        crate::programs::certificates::signed,
        crate::programs::certificates::paper,
        crate::programs::certificates::keys,
        crate::people::verify::verify,
        crate::programs::inspections::open,
        crate::programs::inspections::list,
        crate::programs::inspections::inspection,
        crate::programs::inspections::step,
        crate::programs::inspections::evidence,
        crate::programs::inspections::file,
        crate::programs::parcels::parcel,
        crate::programs::parcels::history,
        crate::programs::parcels::history_at,
        crate::programs::health::alive,
        crate::programs::health::ready,
        crate::programs::surveys::upload,
        crate::programs::surveys::surveys,
        crate::programs::surveys::survey,
        crate::programs::surveys::decide,
        crate::programs::surveys::findings,
        crate::programs::operations::operate,
        crate::programs::operations::rehearse,
        crate::programs::documents::plan,
        crate::programs::documents::memoria,
        crate::programs::documents::record,
        crate::programs::drafts::load,
        crate::programs::drafts::list,
        crate::programs::drafts::draft,
        crate::programs::drafts::impact,
        crate::programs::drafts::decide,
        crate::programs::follows::follow,
        crate::programs::follows::followed,
        crate::programs::follows::unfollow,
        crate::programs::follows::notices,
        crate::programs::norms::list,
        crate::programs::norms::one,
        crate::programs::questions::ask,
        crate::programs::questions::list,
        crate::programs::questions::question,
        crate::programs::questions::answers,
        crate::programs::packages::package,
        crate::programs::search::find,
        crate::programs::surveys::changes,
        crate::programs::surveys::conflicts,
        crate::programs::surveys::attempts,
        crate::programs::surveys::confirm_reference,
        crate::programs::events::events,
        crate::programs::holders::read,
        crate::programs::holders::write,
        crate::programs::audit::head,
        crate::programs::audit::trail,
        crate::programs::accounts::me,
        crate::programs::accounts::list,
        crate::programs::accounts::create,
        crate::programs::accounts::disable,
        crate::programs::accounts::enable,
        crate::programs::accounts::reset_password,
        crate::programs::accounts::set_roles,
        crate::programs::accounts::own_tokens,
        crate::programs::accounts::create_token,
        crate::programs::accounts::revoke_token,
    )
)]
struct Description;

/// Página de entrada.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc", params(("f" = Option<String>, Query, description = "json")), responses((status = 200, description = "Enlaces a todo lo demás", content_type = "application/json")))]
async fn landing(headers: HeaderMap, parameters: Parameters) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    let base = base(&headers);
    let link = |path: &str, rel: &str, kind: &str, title: &str| json!({"href": format!("{base}/ogc{path}"), "rel": rel, "type": kind, "title": title});
    Ok(Json(json!({
        "title": "Catastro provincial",
        "description": "Predios, zonificación y restricciones de los municipios de la provincia.",
        "links": [
            link("", "self", "application/json", "Esta página"),
            link("/openapi", "service-desc", "application/vnd.oai.openapi+json;version=3.1", "Descripción de la interfaz"),
            link("/conformance", "conformance", "application/json", "Clases de conformidad"),
            link("/collections", "data", "application/json", "Capas"),
            link("/tiles", "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", "application/json", "Teselas"),
            link("/tileMatrixSets", "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", "application/json", "Mallas de teselas"),
            link("/styles", "http://www.opengis.net/def/rel/ogc/1.0/styles", "application/json", "Estilos de mapa"),
        ],
    })))
}

/// Clases de conformidad: solo lo que se cumple.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/conformance", params(("f" = Option<String>, Query, description = "json")), responses((status = 200, description = "Clases de conformidad", content_type = "application/json")))]
async fn conformance(parameters: Parameters) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    Ok(Json(json!({ "conformsTo": super::conformance() })))
}

/// Esta descripción.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/openapi", params(("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La descripción", content_type = "application/vnd.oai.openapi+json;version=3.1")))]
async fn openapi(parameters: Parameters) -> Answer<impl IntoResponse> {
    parameters.only_json(&["f"])?;
    Ok((
        [(
            header::CONTENT_TYPE,
            "application/vnd.oai.openapi+json;version=3.1",
        )],
        Json(Description::openapi()),
    ))
}
