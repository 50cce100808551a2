//! Landing page, conformance, description of the interface.

use std::sync::LazyLock;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use office::Office;
use serde_json::{Value, json};
use utoipa::OpenApi;

use super::{
    DESCRIBES, answers, base, clients, collections::documents, format::Format, html,
    reference as page,
};
use crate::doors::Doors;
use crate::problem::{Answer, Parameters};

/// What this part earns.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
];

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/", get(landing))
        .route("/conformance", get(conformance))
        .route("/openapi", get(openapi))
        .route("/openapi/3.0", get(openapi_for_clients))
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
        openapi_for_clients,
        reference,
        super::collections::collections,
        super::collections::collection,
        super::items::items,
        super::items::item,
        super::schema::queryables,
        super::schema::sortables,
        super::schema::schema,
        super::transactions::methods_of_items,
        super::transactions::methods_of_item,
        super::transactions::create,
        super::transactions::replace,
        super::transactions::update,
        super::transactions::remove,
        super::versions::versions,
        crate::programs::surveys::send,
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
        super::records::catalogue,
        super::records::records,
        super::records::record,
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
        crate::programs::indicators::indicators,
        crate::programs::indicators::create,
        crate::programs::indicators::indicator,
        crate::programs::indicators::replace,
        crate::programs::indicators::figures,
        crate::programs::indicators::type_in,
        crate::programs::indicators::check,
        crate::programs::indicators::compute,
        crate::programs::indicators::compute_all,
        crate::programs::reports::reports,
        crate::programs::reports::draft,
        crate::programs::reports::report,
        crate::programs::reports::edit,
        crate::programs::reports::sign,
        crate::programs::reports::signed,
        crate::programs::reports::paper,
        crate::programs::reports::verify,
        crate::programs::inspections::open,
        crate::programs::inspections::list,
        crate::programs::inspections::inspection,
        crate::programs::inspections::step,
        crate::programs::inspections::evidence,
        crate::programs::inspections::file,
        crate::programs::contributions::list,
        crate::programs::contributions::write,
        crate::programs::plans::list,
        crate::programs::plans::create,
        crate::programs::plans::plan,
        crate::programs::plans::change,
        crate::programs::plans::step,
        crate::programs::plans::tree,
        crate::programs::sessions::list,
        crate::programs::sessions::write,
        crate::programs::sessions::one,
        crate::programs::sessions::agreements,
        crate::programs::sessions::agree,
        crate::programs::sessions::agreement,
        crate::programs::sessions::follow,
        crate::programs::investments::projects,
        crate::programs::investments::create,
        crate::programs::investments::project,
        crate::programs::investments::change,
        crate::programs::investments::progress,
        crate::programs::investments::report,
        crate::programs::investments::evidence,
        crate::programs::investments::sheet,
        crate::programs::works::works,
        crate::programs::works::create,
        crate::programs::works::work,
        crate::programs::works::change,
        crate::programs::works::clashes,
        crate::programs::works::coverage,
        crate::programs::cadastral_projects::projects,
        crate::programs::cadastral_projects::create,
        crate::programs::cadastral_projects::project,
        crate::programs::cadastral_projects::replace,
        crate::programs::cadastral_projects::progress,
        crate::programs::cadastral_projects::funds,
        crate::programs::cadastral_projects::add_funds,
        crate::programs::series::list,
        crate::programs::series::offer,
        crate::programs::series::one,
        crate::programs::series::change,
        crate::programs::series::figures,
        crate::programs::series::add_figures,
        crate::programs::series::review,
        crate::programs::series::downloads::front,
        crate::programs::series::downloads::all_figures,
        crate::programs::series::downloads::map,
        crate::programs::papers::papers,
        crate::programs::papers::add,
        crate::programs::parcels::parcel,
        crate::programs::parcels::history,
        crate::programs::parcels::history_at,
        crate::programs::health::alive,
        crate::programs::health::ready,
        crate::programs::surveys::upload,
        crate::programs::loads::describe,
        crate::programs::loads::begin,
        crate::programs::loads::offset,
        crate::programs::loads::go_on,
        crate::programs::loads::remove,
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
        crate::programs::observations::observations,
        crate::programs::observations::observe,
        crate::programs::observations::observation,
        crate::programs::observations::step,
        crate::programs::observations::figures,
        crate::programs::news::news,
        crate::programs::questions::ask,
        crate::programs::sources::list,
        crate::programs::sources::add,
        crate::programs::sources::one,
        crate::programs::sources::change,
        crate::programs::sources::harvests,
        crate::programs::sources::harvest,
        crate::programs::sources::features,
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

/// The whole description, with the answers that every address may give.
static WHOLE: LazyLock<Value> = LazyLock::new(|| {
    let mut whole = serde_json::to_value(Description::openapi()).unwrap_or_default();
    answers::complete(&mut whole);
    whole
});

/// Página de entrada.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc", params(("f" = Option<String>, Query, description = "json o html; si no, según Accept")), responses((status = 200, description = "Enlaces a todo lo demás", content_type = "application/json"), (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
async fn landing(
    State(office): State<Office>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(DESCRIBES)?;
    let format = Format::asked(&parameters, &headers, &Format::DOCUMENTS)?;
    let base = base(&headers);
    let demonstration = office.feed.snapshot().has_demonstration();
    if format == Format::Html {
        let row = |path: &str, name: &str, about: &str| {
            (format!("{base}{path}"), name.to_owned(), about.to_owned())
        };
        let rows = [
            row(
                "/ogc/collections?f=html",
                "Capas",
                "Lo que hay, para ver y descargar",
            ),
            row(
                "/ogc/collections/catalogo/items?f=html",
                "Catálogo",
                "Capas, capas de otros, indicadores, informes y planes",
            ),
            row(
                "/api/documentacion",
                "Documentación",
                "Cada dirección, con sus parámetros y respuestas",
            ),
            row(
                "/ogc/conformance?f=html",
                "Conformidad",
                "Qué normas de la OGC se cumplen",
            ),
        ];
        return Ok(html::door(TITLE, ABOUT, &rows, &base, demonstration).into_response());
    }
    let own = format!("{base}/ogc");
    let link = |path: &str, rel: &str, kind: &str, title: &str| json!({"href": format!("{own}{path}"), "rel": rel, "type": kind, "title": title});
    let mut links = documents(&own, &parameters, format);
    links.extend([
        link("/openapi/3.0", "service-desc", OPENAPI_3_0, "Descripción de esta puerta, para clientes SIG"),
        link("/openapi", "service-desc", OPENAPI, "Descripción de toda la interfaz"),
        json!({"href": format!("{base}/api/documentacion"), "rel": "service-doc", "type": "text/html", "title": "Documentación"}),
        link("/conformance", "conformance", "application/json", "Clases de conformidad"),
        link("/conformance", "http://www.opengis.net/def/rel/ogc/1.0/conformance", "application/json", "Clases de conformidad"),
        link("/collections", "data", "application/json", "Capas"),
        link("/collections", "http://www.opengis.net/def/rel/ogc/1.0/data", "application/json", "Capas"),
        link("/tiles", "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", "application/json", "Teselas"),
        link("/tileMatrixSets", "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", "application/json", "Mallas de teselas"),
        link("/collections/catalogo", super::records::CATALOG, super::records::CATALOG_TYPE, "Catálogo de todo lo que se publica"),
        link("/styles", "http://www.opengis.net/def/rel/ogc/1.0/styles", "application/json", "Estilos de mapa"),
    ]);
    Ok(Json(json!({"title": TITLE, "description": ABOUT, "links": links})).into_response())
}

const TITLE: &str = "Catastro provincial";
const ABOUT: &str = "Predios, zonificación y restricciones de los municipios de la provincia.";
const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.1";
const OPENAPI_3_0: &str = "application/vnd.oai.openapi+json;version=3.0";

/// Clases de conformidad: solo lo que se cumple.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/conformance", params(("f" = Option<String>, Query, description = "json o html; si no, según Accept")), responses((status = 200, description = "Clases de conformidad", content_type = "application/json"), (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
async fn conformance(
    State(office): State<Office>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(DESCRIBES)?;
    let format = Format::asked(&parameters, &headers, &Format::DOCUMENTS)?;
    let base = base(&headers);
    let classes = super::conformance();
    if format == Format::Html {
        let rows: Vec<(String, String, String)> = classes
            .iter()
            .map(|class| ((*class).to_owned(), (*class).to_owned(), String::new()))
            .collect();
        let demonstration = office.feed.snapshot().has_demonstration();
        return Ok(html::door(
            "Conformidad",
            "Clases de las normas de la OGC que este servicio cumple.",
            &rows,
            &base,
            demonstration,
        )
        .into_response());
    }
    let own = format!("{base}/ogc/conformance");
    Ok(
        Json(json!({"conformsTo": classes, "links": documents(&own, &parameters, format)}))
            .into_response(),
    )
}

/// Esta descripción.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/openapi", params(("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La descripción", content_type = "application/vnd.oai.openapi+json;version=3.1")))]
async fn openapi(parameters: Parameters) -> Answer<impl IntoResponse> {
    parameters.only_json(DESCRIBES)?;
    Ok(([(header::CONTENT_TYPE, OPENAPI)], Json(&*WHOLE)))
}

/// La descripción de esta puerta en OpenAPI 3.0, con las propiedades de cada capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/openapi/3.0", params(("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La descripción", content_type = "application/vnd.oai.openapi+json;version=3.0")))]
async fn openapi_for_clients(
    State(office): State<Office>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    parameters.only_json(DESCRIBES)?;
    let described = clients::description(&WHOLE, &office.feed.snapshot(), &base(&headers));
    Ok(([(header::CONTENT_TYPE, OPENAPI_3_0)], Json(described)))
}

/// La misma descripción, para leerla.
#[utoipa::path(get, tag = "programas", path = "/api/documentacion",
    responses((status = 200, description = "Una página con todas las direcciones", content_type = "text/html")))]
pub async fn reference(State(office): State<Office>, headers: HeaderMap) -> Answer<Response> {
    let demonstration = office.feed.snapshot().has_demonstration();
    Ok(page::page(&WHOLE, &base(&headers), demonstration).into_response())
}
