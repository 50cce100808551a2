//! The layers and what is known of each.

use axum::{
    Json, Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::collection::Collection;
use office::{
    Kind, Office, Problem,
    place::{DEFAULT, SERVED, STORAGE},
};
use query::Snapshot;
use serde_json::{Value, json};

use super::{DESCRIBES, base, extent, format::Format, html, links::forms};
use crate::doors::Doors;
use crate::problem::{Answer, Parameters, Segments};

/// What this part earns: nothing beyond the core.
pub const CONFORMANCE: &[&str] = &[];

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/collections", get(collections))
        .route("/collections/{c}", get(collection))
}

/// Las capas.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections", params(("f" = Option<String>, Query, description = "json o html; si no, según Accept")), responses((status = 200, description = "Las capas", content_type = "application/json"), (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn collections(
    State(office): State<Office>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(DESCRIBES)?;
    let format = Format::asked(&parameters, &headers, &Format::DOCUMENTS)?;
    let base = base(&headers);
    let snapshot = office.feed.snapshot();
    if format == Format::Html {
        let rows: Vec<(String, String, String)> = listed(&snapshot)
            .iter()
            .map(|collection| {
                let (title, about) = words(collection);
                let href = format!("{base}/ogc/collections/{collection}?f=html");
                (href, title.to_owned(), about.to_owned())
            })
            .collect();
        let words = "Cada capa se lee en línea o se descarga.";
        return Ok(
            html::door("Capas", words, &rows, &base, snapshot.has_demonstration()).into_response(),
        );
    }
    let described: Vec<Value> = listed(&snapshot)
        .iter()
        .map(|collection| describe(collection, &snapshot, &base, &parameters))
        .collect::<Result<_, _>>()?;
    let own = format!("{base}/ogc/collections");
    Ok(Json(json!({
        "links": documents(&own, &parameters, format),
        "crs": SERVED.iter().map(|one| one.uri).collect::<Vec<_>>(),
        "collections": described,
    }))
    .into_response())
}

/// Una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}", params(("c" = String, Path, description = "Capa", example = "lotes"), ("f" = Option<String>, Query, description = "json o html; si no, según Accept")),
    responses((status = 200, description = "La capa", content_type = "application/json"), (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"), (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn collection(
    State(office): State<Office>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(DESCRIBES)?;
    let format = Format::asked(&parameters, &headers, &Format::DOCUMENTS)?;
    let base = base(&headers);
    let snapshot = office.feed.snapshot();
    let collection = find(&name, &snapshot)?;
    if format == Format::Html {
        let (title, about) = words(&collection);
        let own = format!("{base}/ogc/collections/{collection}");
        let row = |path: &str, name: &str, about: &str| {
            (format!("{own}/{path}"), name.to_owned(), about.to_owned())
        };
        let rows = [
            row("items?f=html", "Elementos", "Una página tras otra"),
            row("items?f=gpkg", "GeoPackage", "La capa entera, para QGIS"),
            row("items?f=fgb", "FlatGeobuf", "La capa entera"),
            row(
                "items?f=csv",
                "CSV",
                "La capa entera, para una hoja de cálculo",
            ),
            row("queryables", "Propiedades", "Por cuáles se puede preguntar"),
            row("schema", "Esquema", "De qué consta un elemento"),
        ];
        return Ok(
            html::door(title, about, &rows, &base, snapshot.has_demonstration()).into_response(),
        );
    }
    Ok(Json(describe(&collection, &snapshot, &base, &parameters)?).into_response())
}

/// The links of a document to itself and to its page.
pub fn documents(url: &str, parameters: &Parameters, format: Format) -> Vec<Value> {
    forms(url, parameters, format, &Format::DOCUMENTS)
        .into_iter()
        .map(|link| match link.kind {
            // It is no feature.
            "application/geo+json" => json!({"href": link.href, "rel": link.rel, "type": "application/json", "title": "JSON"}),
            _ => json!(link),
        })
        .collect()
}

/// The layer with a name: a known one, or one that holds something.
pub fn find(name: &str, snapshot: &Snapshot) -> Result<Collection, Problem> {
    name.parse()
        .ok()
        .filter(|collection| match collection {
            Collection::Other(_) => snapshot.count(collection) > 0,
            _ => true,
        })
        .ok_or_else(|| {
            Problem::new(
                Kind::NotFound,
                format!(
                    "No hay una capa «{}».",
                    name.chars().take(60).collect::<String>()
                ),
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

fn describe(
    collection: &Collection,
    snapshot: &Snapshot,
    base: &str,
    parameters: &Parameters,
) -> Result<Value, Problem> {
    let (title, description) = words(collection);
    let demonstration = if snapshot.has_demonstration() {
        " DATOS DE DEMOSTRACIÓN, sin valor legal."
    } else {
        ""
    };
    let url = format!("{base}/ogc/collections/{collection}");
    let mut links = documents(&url, parameters, Format::Json);
    links.extend(Format::ALL.map(|format| {
        json!({"href": format!("{url}/items?f={}", format.name()), "rel": "items", "type": format.bare_type(), "title": format!("{title} ({})", format.title())})
    }));
    let schema = |path: &str, rel: &str, title: &str| json!({"href": format!("{url}/{path}"), "rel": rel, "type": "application/schema+json", "title": title});
    links.extend([
        schema(
            "queryables",
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            "Propiedades por las que se pregunta",
        ),
        schema(
            "sortables",
            "http://www.opengis.net/def/rel/ogc/1.0/sortables",
            "Propiedades por las que se ordena",
        ),
        schema(
            "schema",
            "http://www.opengis.net/def/rel/ogc/1.0/schema",
            "De qué consta un elemento",
        ),
        schema("schema", "describedby", "De qué consta un elemento"),
        json!({"href": format!("{url}/tiles"), "rel": "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", "type": "application/json", "title": "Teselas"}),
    ]);
    let mut described = json!({
        "id": collection.name(),
        "title": title,
        "description": format!("{description}{demonstration}"),
        "itemType": "feature",
        "crs": SERVED.iter().map(|one| one.uri).collect::<Vec<_>>(),
        "storageCrs": STORAGE.uri,
        "links": links,
    });
    if let Some(bounds) = snapshot.bounds(collection) {
        described["extent"] =
            json!({"spatial": {"bbox": [extent::lon_lat(bounds)?], "crs": DEFAULT.uri}});
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
        Collection::Investments => (
            "Inversiones",
            "Proyectos de inversión: dónde se hacen; «codigo» es el código único.",
        ),
        Collection::Services => (
            "Servicios",
            "Redes y obras previstas de agua, desagüe, energía, vías y residuos, de sus prestadores.",
        ),
        Collection::Other(_) => (collection.name(), "Capa adicional."),
    }
}
