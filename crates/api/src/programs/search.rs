//! `GET /api/buscar`: a code or a street, for those who look for it on a map.

use axum::{Json, Router, extract::State, routing::get};
use office::{
    Office,
    search::{self, Found},
};

use crate::doors::Doors;
use crate::problem::{Answer, Parameters};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/buscar", get(find))
}

/// Lotes, manzanas, planes e inversiones por el comienzo de su código (de una inversión, su CUI); lotes por dirección o
/// partida; planes, inversiones y calles por su nombre. De cada clase hasta diez; «enlace» es su página, donde la tiene.
#[utoipa::path(get, tag = "programas", path = "/api/buscar",
    params(("q" = String, Query, description = "De 2 a 80 letras de un código o del nombre de una calle")),
    responses((status = 200, description = "Lo que se encontró, con su caja en grados", content_type = "application/json"),
        (status = 400, description = "Falta qué buscar, o es demasiado corto", content_type = "application/problem+json")))]
pub async fn find(State(office): State<Office>, parameters: Parameters) -> Answer<Json<Found>> {
    parameters.only(&["q"])?;
    let text: String = parameters.needed("q", "un código o el nombre de una calle")?;
    Ok(Json(search::search(&office.feed.snapshot(), &text)?))
}
