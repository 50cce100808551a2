//! `/api/novedades`: what is new and public. The same as a feed is `/novedades.atom`.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::get};
use office::{
    Office, Problem,
    bulletin::{Following, Item},
};
use serde::Serialize;

use super::observations::ground;
use crate::{
    doors::Doors,
    problem::{Answer, Parameters},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/novedades", get(news))
}

/// What is new.
#[derive(Serialize)]
pub struct News {
    novedades: Vec<Item>,
}

/// Lo nuevo que es público, lo último primero: cambios del territorio, planes, inversiones, obras, informes, observaciones.
#[utoipa::path(get, tag = "participación", path = "/api/novedades",
    params(("tema" = Option<String>, Query, description = "levantamientos, planes, inversiones, obras, informes, observaciones, normas"),
        ("ubigeo" = Option<String>, Query, description = "De un municipio"),
        ("bbox" = Option<String>, Query, description = "Lo que tocó ese terreno: oeste,sur,este,norte en grados"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "Hasta 60 novedades", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn news(State(office): State<Arc<Office>>, parameters: Parameters) -> Answer<Json<News>> {
    parameters.only_json(&["tema", "ubigeo", "bbox", "f"])?;
    let following = following(&parameters)?;
    Ok(Json(News {
        novedades: office.bulletin(&following).await?,
    }))
}

/// What is followed, as parameters say it.
pub(crate) fn following(parameters: &Parameters) -> Result<Following, Problem> {
    Ok(Following {
        topic: parameters.read(
            "tema",
            "levantamientos, planes, inversiones, obras, informes, observaciones o normas",
        )?,
        ubigeo: parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?,
        within: ground(parameters)?,
    })
}
