//! `/`: look for something, what is new, where the rest is; and how GIS clients come in.

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use domain::collection::Collection;
use office::{Office, Problem, news, search};

use super::{
    shell::{Shell, page_with},
    spanish,
};
use crate::{
    doors::Doors,
    ogc::base,
    problem::{Parameters, status},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/", get(home))
}

#[derive(Template)]
#[template(path = "inicio.html")]
struct Home {
    shell: Shell,
    problem: Option<Problem>,
    asked: String,
    found: Option<Found>,
    version: String,
    municipalities: Vec<Municipality>,
    news: Vec<news::Change>,
    ogc: String,
}

/// A line of the table of municipalities.
struct Municipality {
    ubigeo: String,
    name: String,
    parcels: String,
    /// Where the map shows it.
    on_the_map: String,
}

/// What was found.
struct Found {
    lines: Vec<Line>,
    more: bool,
}

/// One of it.
struct Line {
    href: String,
    name: String,
    kind: &'static str,
    municipality: String,
}

async fn home(
    State(office): State<Arc<Office>>,
    shell: Shell,
    headers: HeaderMap,
    parameters: Parameters,
) -> Response {
    let snapshot = office.feed.snapshot();
    let asked = parameters.get("q").unwrap_or_default().trim().to_owned();
    let (found, problem) = match asked.as_str() {
        "" => (None, None),
        text => match search::search(&snapshot, text) {
            Ok(found) => (Some(Found::of(found)), None),
            Err(problem) => (None, Some(problem)),
        },
    };
    let municipalities = snapshot
        .municipalities
        .values()
        .map(|land| {
            let municipality = &land.municipality;
            let parcels = land
                .layer(&Collection::Parcels)
                .map_or(0, |layer| layer.features().len());
            Municipality {
                ubigeo: municipality.ubigeo.to_string(),
                name: municipality.name.clone(),
                parcels: spanish::count(parcels),
                on_the_map: search::box_of(land).map_or_else(|| "/mapa".to_owned(), on_the_map),
            }
        })
        .collect();
    // The front page answers while the database does not.
    let news = office.news().await.unwrap_or_default();
    let status = problem.as_ref().map_or(axum::http::StatusCode::OK, status);
    page_with(
        status,
        &Home {
            problem,
            asked,
            found,
            version: spanish::count(snapshot.change.0),
            municipalities,
            news,
            ogc: format!("{}/ogc", base(&headers)),
            shell,
        },
    )
}

impl Found {
    fn of(found: search::Found) -> Self {
        Self {
            more: found.hay_mas,
            lines: found.resultados.into_iter().map(Line::of).collect(),
        }
    }
}

impl Line {
    fn of(hit: search::Hit) -> Self {
        let kind = match hit.capa {
            "lotes" => "Predio",
            "manzanas" => "Manzana",
            "planes" => "Plan",
            "inversiones" => "Proyecto de inversión",
            _ => "Calle",
        };
        Self {
            href: hit.enlace.unwrap_or_else(|| on_the_map(hit.caja)),
            name: hit.nombre,
            kind,
            municipality: hit.municipio,
        }
    }
}

/// The map over a box of longitudes and latitudes: as near as a screen of a thousand pixels shows all of it.
fn on_the_map([west, south, east, north]: [f64; 4]) -> String {
    const SCREEN_TILES: f64 = 2.0;
    let widest = (east - west).max(north - south).max(1e-4);
    let zoom = (360.0 * SCREEN_TILES / widest).log2().clamp(7.0, 19.0);
    format!(
        "/mapa#z={zoom:.2}&lat={:.6}&lon={:.6}",
        f64::midpoint(south, north),
        f64::midpoint(west, east)
    )
}
