//! How the layers are drawn on web maps: styles of `MapLibre` over our own tiles, and their legends.

mod legend;
mod paint;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use domain::collection::Collection;
use office::{Kind, Office, Problem, tiles};
use query::Snapshot;
use serde_json::{Value, json};

use super::{base, collections, moment::Period, tiles::Set};
use crate::doors::Doors;
use crate::problem::{Answer, Parameters, Segments};

/// What this part earns: classes of a draft of the standard.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-styles-1/0.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-styles-1/0.0/conf/mapbox-styles",
];

const STYLE: &str = "application/vnd.mapbox.style+json";

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/styles", get(styles))
        .route("/styles/{s}", get(style))
        .route("/styles/{s}/metadata", get(metadata))
}

/// A style.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Style {
    Parcels,
    Zones,
    Overlays,
    Map,
}

impl Style {
    const ALL: [Self; 4] = [Self::Parcels, Self::Zones, Self::Overlays, Self::Map];

    fn find(name: &str) -> Result<Self, Problem> {
        Self::ALL
            .into_iter()
            .find(|style| style.name() == name)
            .ok_or_else(|| {
                Problem::new(
                    Kind::NotFound,
                    format!("No hay un estilo «{name}»."),
                    "Los estilos están en /ogc/styles.",
                )
            })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Parcels => "lotes",
            Self::Zones => "zonificacion",
            Self::Overlays => "restricciones",
            Self::Map => "mapa",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Parcels => "Lotes, manzanas y vías",
            Self::Zones => "Zonificación",
            Self::Overlays => "Restricciones",
            Self::Map => "Todo el catastro",
        }
    }

    /// The layers that it draws, from the lowest to the highest.
    fn layers(self) -> Vec<Collection> {
        use Collection::{
            Manzanas, Municipalities, Overlays, Parcels, Plans, Roads, Sectors, Zones,
        };
        match self {
            Self::Parcels => vec![Municipalities, Sectors, Manzanas, Roads, Parcels],
            Self::Zones => vec![Municipalities, Zones, Manzanas],
            Self::Overlays => vec![Municipalities, Overlays, Manzanas],
            Self::Map => vec![
                Municipalities,
                Plans,
                Zones,
                Overlays,
                Sectors,
                Manzanas,
                Roads,
                Parcels,
            ],
        }
    }
}

/// Estilos de mapa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/styles", params(("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Los estilos", content_type = "application/json")))]
pub async fn styles(headers: HeaderMap, parameters: Parameters) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    let base = base(&headers);
    let described: Vec<Value> = Style::ALL
        .iter()
        .map(|style| {
            let url = format!("{base}/ogc/styles/{}", style.name());
            json!({
                "id": style.name(),
                "title": style.title(),
                "links": [
                    {"href": url, "rel": "stylesheet", "type": STYLE},
                    {"href": format!("{url}/metadata"), "rel": "describedby", "type": "application/json"},
                ],
            })
        })
        .collect();
    Ok(Json(json!({
        "default": Style::Map.name(),
        "styles": described,
        "links": [{"href": format!("{base}/ogc/styles"), "rel": "self", "type": "application/json"}],
    })))
}

/// Un estilo de mapa, para quien dibuja teselas.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/styles/{s}",
    params(("s" = String, Path, description = "Estilo"), ("f" = Option<String>, Query, description = "mapbox"),
        ("datetime" = Option<String>, Query, description = "Las teselas del mapa son de ese día"),
        ("conocido_a" = Option<String>, Query, description = "Y lo que el servicio sabía en ese momento")),
    responses((status = 200, description = "El estilo", content_type = "application/vnd.mapbox.style+json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn style(
    State(office): State<Office>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["conocido_a", "datetime", "f"])?;
    if let Some(other) = parameters.get("f")
        && !["json", "mapbox"].contains(&other)
    {
        return Err(super::tiles::format_problem(other, "mapbox").into());
    }
    let style = Style::find(&name)?;
    let snapshot = office.feed.snapshot();
    let described = described(style, &snapshot, base(&headers), &time(&parameters)?)?;
    Ok(([(header::CONTENT_TYPE, STYLE)], described.to_string()).into_response())
}

/// Qué es un estilo, y su leyenda.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/styles/{s}/metadata",
    params(("s" = String, Path, description = "Estilo"), ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Título, capas y leyenda", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn metadata(
    State(office): State<Office>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Json<Value>> {
    parameters.only_json(&["f"])?;
    let style = Style::find(&name)?;
    let url = format!("{}/ogc/styles/{}", base(&headers), style.name());
    let snapshot = office.feed.snapshot();
    let layers: Vec<Value> = style
        .layers()
        .iter()
        .map(|layer| json!({"id": layer.name(), "title": collections::words(layer).0}))
        .collect();
    Ok(Json(json!({
        "id": style.name(),
        "title": style.title(),
        "layers": layers,
        "leyenda": legend::of(&style.layers(), &snapshot, tiles::palette()?),
        "stylesheets": [{
            "title": "MapLibre",
            "version": "8",
            "specification": "https://maplibre.org/maplibre-style-spec/",
            "native": true,
            "link": {"href": url, "rel": "stylesheet", "type": STYLE},
        }],
        "links": [{"href": format!("{url}/metadata"), "rel": "self", "type": "application/json"}],
    })))
}

/// The parameters of time that go on into the addresses of tiles, once they are read.
fn time(parameters: &Parameters) -> Result<String, Problem> {
    let mut query = Vec::new();
    if let Some(day) = parameters.get("datetime") {
        Period::parse(day)?;
        query.push(("datetime", day));
    }
    if let Some(known_at) = parameters.get("conocido_a") {
        parameters.read::<DateTime<Utc>>("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
        query.push(("conocido_a", known_at));
    }
    Ok(serde_urlencoded::to_string(query).unwrap_or_default())
}

fn described(
    style: Style,
    snapshot: &Snapshot,
    base: String,
    time: &str,
) -> Result<Value, Problem> {
    let layers = style.layers();
    let names: Vec<&str> = layers.iter().map(Collection::name).collect();
    let mut query = format!("?collections={}", names.join(","));
    if !time.is_empty() {
        query = format!("{query}&{time}");
    }
    let set = Set {
        snapshot,
        title: style.title(),
        collections: &layers,
        url: format!("{base}/ogc/tiles/{}", super::tiles::GRID),
        query,
        base,
    };
    Ok(json!({
        "version": 8,
        "name": style.title(),
        "metadata": {"catastro:leyenda": legend::of(&layers, snapshot, tiles::palette()?)},
        "sources": {"catastro": set.source()?},
        "layers": paint::layers(&layers),
    }))
}
