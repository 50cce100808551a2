//! The layers and what is known of each.

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use domain::collection::Collection;
use office::{Kind, Office, Problem};
use query::Snapshot;
use serde_json::{Value, json};

use super::{base, extent};
use crate::doors::Doors;
use crate::problem::{Answer, Parameters, Segments};

/// What this part earns: nothing beyond the core.
pub const CONFORMANCE: &[&str] = &[];

/// Longitude and latitude on WGS 84.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/collections", get(collections))
        .route("/collections/{c}", get(collection))
}

/// Las capas.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections", params(("f" = Option<String>, Query, description = "json")), responses((status = 200, description = "Las capas", content_type = "application/json")))]
pub async fn collections(
    State(office): State<Office>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    let base = base(&headers);
    let snapshot = office.feed.snapshot();
    let described: Vec<Value> = listed(&snapshot)
        .iter()
        .map(|collection| describe(collection, &snapshot, &base))
        .collect::<Result<_, _>>()?;
    Ok(Json(json!({
        "links": [{"href": format!("{base}/ogc/collections"), "rel": "self", "type": "application/json"}],
        "collections": described,
    })))
}

/// Una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}", params(("c" = String, Path, description = "Capa"), ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La capa", content_type = "application/json"), (status = 404, description = "No existe")))]
pub async fn collection(
    State(office): State<Office>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    let snapshot = office.feed.snapshot();
    let collection = find(&name, &snapshot)?;
    Ok(Json(describe(&collection, &snapshot, &base(&headers))?))
}

/// The layer with a name: a known one, or one that holds something.
pub fn find(name: &str, snapshot: &Snapshot) -> Result<Collection, Problem> {
    listed(snapshot)
        .into_iter()
        .find(|collection| collection.name() == name)
        .ok_or_else(|| {
            Problem::new(
                Kind::NotFound,
                format!("No hay una capa «{name}»."),
                "Las capas están en /ogc/collections.",
            )
        })
}

/// All layers: the known ones, and those that an ingest registered.
pub fn listed(snapshot: &Snapshot) -> Vec<Collection> {
    let further = snapshot
        .collections()
        .into_iter()
        .filter(|layer| matches!(layer, Collection::Other(_)))
        .cloned();
    std::iter::once(Collection::Municipalities)
        .chain(Collection::KNOWN)
        .chain(further)
        .collect()
}

fn describe(collection: &Collection, snapshot: &Snapshot, base: &str) -> Result<Value, Problem> {
    let (title, description) = words(collection);
    let demonstration = if snapshot.has_demonstration() {
        " DATOS DE DEMOSTRACIÓN, sin valor legal."
    } else {
        ""
    };
    let url = format!("{base}/ogc/collections/{collection}");
    let mut described = json!({
        "id": collection.name(),
        "title": title,
        "description": format!("{description}{demonstration}"),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            {"href": url, "rel": "self", "type": "application/json", "title": title},
            {"href": format!("{url}/items"), "rel": "items", "type": "application/geo+json", "title": title},
            {"href": format!("{url}/tiles"), "rel": "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", "type": "application/json", "title": "Teselas"},
        ],
    });
    if let Some(bounds) = snapshot.bounds(collection) {
        described["extent"] =
            json!({"spatial": {"bbox": [extent::lon_lat(bounds)?], "crs": CRS84}});
    }
    Ok(described)
}

/// What a layer is called, and what it is.
pub fn words(collection: &Collection) -> (&str, &'static str) {
    match collection {
        Collection::Municipalities => (
            "Municipios",
            "Municipios del servicio; contornos generalizados.",
        ),
        Collection::Sectors => ("Sectores", "Sectores catastrales."),
        Collection::Manzanas => ("Manzanas", "Manzanas catastrales."),
        Collection::Parcels => (
            "Lotes",
            "Lotes en vigor. El identificador es el código catastral; áreas en proyección UTM.",
        ),
        Collection::Zones => (
            "Zonificación",
            "Zonas de los planes en vigor; «codigo» es la clase de zona.",
        ),
        Collection::Overlays => (
            "Restricciones",
            "Lo que limita el uso del suelo además de su zona; «tipo» es el tema.",
        ),
        Collection::Roads => ("Vías", "Ejes de vías."),
        Collection::Plans => ("Planes", "Ámbitos de los instrumentos de planificación."),
        Collection::Other(_) => (collection.name(), "Capa adicional."),
    }
}
