//! `GET /api/paquete`: a part of a municipality as a GeoPackage, to work on away from the network.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::IntoResponse,
    routing::get,
};
use domain::id::Ubigeo;
use office::{Kind, Office, Problem, surveys::packages::Zone};

use crate::{
    doors::Doors,
    problem::{Answer, Parameters},
    session::Caller,
};

/// Its routes. Writing one takes as long as its lots do.
pub fn long_routes() -> Router<Doors> {
    Router::new().route("/paquete", get(package))
}

/// Un GeoPackage para trabajar sin red: los lotes de una zona para editar, con sus manzanas, sectores y vías.
#[utoipa::path(get, tag = "programas", path = "/api/paquete",
    params(("ubigeo" = String, Query, description = "Municipio"),
        ("zona" = Option<String>, Query, description = "Oeste, sur, este y norte en grados, como -76.98,-6.04,-76.96,-6.02"),
        ("manzana" = Option<String>, Query, description = "O el código de una manzana")),
    responses((status = 200, description = "El paquete", content_type = "application/geopackage+sqlite3"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 404, description = "Ahí no hay lotes", content_type = "application/problem+json")))]
pub async fn package(
    State(office): State<Office>,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    parameters.only(&["ubigeo", "zona", "manzana"])?;
    let ubigeo: Option<Ubigeo> = parameters.read("ubigeo", "seis dígitos, como 220101")?;
    let zone: Option<String> = parameters.read("zona", "cuatro números en grados")?;
    let block: Option<String> = parameters.read("manzana", "un código de once dígitos")?;
    let zone = match (zone.as_deref().map(degrees), block) {
        (Some(Some(box_)), None) => Some(Zone::Box(box_)),
        (None, Some(block)) if block.len() == 11 => Some(Zone::Block(block)),
        _ => None,
    };
    let (Some(ubigeo), Some(zone)) = (ubigeo, zone) else {
        return Err(Problem::new(
            Kind::BadRequest,
            "El paquete no dice de qué municipio y zona es.",
            "Pase «ubigeo», y «zona» (oeste,sur,este,norte en grados) o «manzana» (once dígitos).",
        )
        .into());
    };
    let packed = office.package(&actor, ubigeo, &zone).await?;
    let mut headers = HeaderMap::new();
    let kind = HeaderValue::from_static("application/geopackage+sqlite3");
    headers.insert(header::CONTENT_TYPE, kind);
    // The name is of digits and letters of ours.
    if let Ok(name) = format!("attachment; filename=\"{}\"", packed.name).parse() {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok((headers, packed.file))
}

fn degrees(text: &str) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|word| word.trim().parse().ok())
        .collect::<Option<_>>()?;
    let box_: [f64; 4] = numbers.try_into().ok()?;
    let [west, south, east, north] = box_;
    (west < east && south < north).then_some(box_)
}
