//! `/observatorio`: public series, maps and downloads.

mod map;
mod series;
mod values;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use domain::people::Action;
use office::{
    Office,
    observatory::{AxisLine, IndicatorLine, LICENCE},
    series::{SeriesFilter, SeriesShape},
};

use super::{
    next_of,
    shell::{Shell, page},
    spanish,
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/observatorio", get(front))
        .route("/observatorio/mapa", get(map::map))
        .route("/observatorio/descargas", get(downloads))
        .route("/observatorio/series", get(series::list))
        .route(
            "/observatorio/series/nueva",
            get(series::blank).post(series::offer),
        )
        .route("/observatorio/series/{codigo}", get(series::one))
        .route(
            "/observatorio/series/{codigo}/editar",
            get(series::edit).post(series::change),
        )
        .route(
            "/observatorio/series/{codigo}/cifras",
            post(values::add_values),
        )
        .route(
            "/observatorio/series/{codigo}/revision",
            post(values::review),
        )
}

#[derive(Template)]
#[template(path = "observatorio.html")]
struct FrontPage {
    shell: Shell,
    axes: Vec<AxisLine>,
    axis: String,
    indicators: Vec<IndicatorLine>,
    series: Vec<SeriesShape>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "observatorio_descargas.html")]
struct Downloads {
    shell: Shell,
    licence: &'static str,
}

async fn front(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["eje", "despues"])?;
    let axis = parameters.get("eje");
    let found = office.observatory(axis, parameters.get("despues")).await?;
    let filter = SeriesFilter {
        axis: axis.map(str::to_owned),
        state: Some(domain::institute::SeriesState::Published),
        after: None,
    };
    let mut series = office.series_list(&shell.visitor().actor, &filter).await?;
    series.series.truncate(12);
    Ok(page(&FrontPage {
        shell,
        axes: found.ejes,
        axis: axis.unwrap_or_default().to_owned(),
        indicators: found.indicadores,
        series: series.series,
        next: next_of("/observatorio", &parameters, found.siguiente.as_deref()),
    }))
}

async fn downloads(shell: Shell) -> Response {
    page(&Downloads {
        shell,
        licence: LICENCE,
    })
}
