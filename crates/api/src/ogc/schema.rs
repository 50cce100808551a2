//! What the features of a layer are made of, and what they may be asked and sorted by (OGC API Features, Part 5).

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    collection::{Collection, ShapeKind},
    filter::{Kind, Queryable},
};
use office::Office;
use serde_json::{Map, Value, json};

use super::{DESCRIBES, base, collections, question};
use crate::doors::Doors;
use crate::problem::{Answer, Parameters, Segments};

/// What this part earns.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
];

const SCHEMA_JSON: &str = "application/schema+json";

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/collections/{c}/queryables", get(queryables))
        .route("/collections/{c}/sortables", get(sortables))
        .route("/collections/{c}/schema", get(schema))
}

/// Por qué propiedades se puede preguntar a una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/queryables", params(("c" = String, Path, description = "Capa", example = "lotes"), ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Un esquema JSON con las propiedades", content_type = "application/schema+json"), (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn queryables(
    State(office): State<Office>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    document(&office, &name, &headers, &parameters, "queryables", |_| {
        true
    })
}

/// Por qué propiedades se puede ordenar una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/sortables", params(("c" = String, Path, description = "Capa", example = "lotes"), ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Un esquema JSON con las propiedades", content_type = "application/schema+json"), (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn sortables(
    State(office): State<Office>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    document(
        &office,
        &name,
        &headers,
        &parameters,
        "sortables",
        question::is_sortable,
    )
}

/// De qué propiedades consta un elemento de una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/schema", params(("c" = String, Path, description = "Capa", example = "lotes"), ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Un esquema JSON con las propiedades", content_type = "application/schema+json"), (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn schema(
    State(office): State<Office>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    document(&office, &name, &headers, &parameters, "schema", |_| true)
}

fn document(
    office: &Office,
    name: &str,
    headers: &HeaderMap,
    parameters: &Parameters,
    part: &str,
    is_in: impl Fn(&Queryable) -> bool,
) -> Answer<Response> {
    parameters.only_json(DESCRIBES)?;
    let snapshot = office.feed.snapshot();
    let collection = collections::find(name, &snapshot)?;
    let (title, description) = collections::words(&collection);
    let properties: Map<String, Value> = snapshot
        .queryables(&collection)
        .iter()
        .filter(|one| is_in(one))
        .enumerate()
        .map(|(sequence, one)| {
            (
                one.name.to_string(),
                property(one, &collection, sequence, part),
            )
        })
        .collect();
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{}/ogc/collections/{collection}/{part}", base(headers)),
        "type": "object",
        "title": title,
        "description": description,
        "properties": properties,
        "additionalProperties": false,
    });
    if part == "schema" {
        // A layer of another town may bring attributes that this one has not.
        document["additionalProperties"] = json!(true);
    }
    Ok(([(header::CONTENT_TYPE, SCHEMA_JSON)], Json(document)).into_response())
}

/// A property as a schema says it.
fn property(one: &Queryable, collection: &Collection, sequence: usize, part: &str) -> Value {
    let mut schema = match one.kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Number => json!({"type": "number"}),
        Kind::Truth => json!({"type": "boolean"}),
        Kind::Day => json!({"type": "string", "format": "date"}),
        Kind::Instant => json!({"type": "string", "format": "date-time"}),
        Kind::Shape => json!({"format": match collection.shapes() {
            ShapeKind::Areas => "geometry-multipolygon",
            ShapeKind::Lines => "geometry-multilinestring",
            ShapeKind::Any => "geometry-any",
        }}),
    };
    schema["title"] = json!(title(&one.name));
    if part == "schema" {
        schema["x-ogc-propertySeq"] = json!(sequence + 1);
        if one.kind == Kind::Shape {
            schema["x-ogc-role"] = json!("primary-geometry");
        }
        match &*one.name {
            "id" => schema["x-ogc-role"] = json!("id"),
            "vigente_desde" => schema["x-ogc-role"] = json!("primary-interval-start"),
            _ => {}
        }
        if matches!(
            &*one.name,
            "id" | "area_m2" | "provisional" | "ubigeo" | "version_datos" | "vigente_desde"
        ) {
            // The service says these itself.
            schema["readOnly"] = json!(true);
        }
    }
    schema
}

fn title(name: &str) -> &str {
    match name {
        "id" => "Identificador del elemento",
        "codigo" => "Código",
        "ubigeo" => "Ubigeo del municipio",
        "provisional" => "Si el código es provisional",
        "area_m2" => "Área en proyección UTM, en m²",
        "vigente_desde" => "Primer día de esta versión",
        "version_datos" => "Cambio que publicó esta versión",
        "geometry" => "Geometría",
        other => other,
    }
}
