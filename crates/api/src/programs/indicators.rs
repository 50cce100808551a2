//! `/api/indicadores`: the catalogue, its values, and what computes them.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use office::{
    Kind, Office, Problem,
    indicators::{
        Calculation, FigureChecks, FigureShape, IndicatorShape, Indicators, NewIndicator,
        TypedFigure,
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/indicadores", get(indicators).post(create))
        .route("/indicadores/calculo", post(compute_all))
        .route("/indicadores/{codigo}", get(indicator).put(replace))
        .route("/indicadores/{codigo}/cifras", get(figures).post(type_in))
        .route("/indicadores/{codigo}/cifras/verificacion", get(check))
        .route("/indicadores/{codigo}/calculo", post(compute))
}

/// Los indicadores, por código, con su último valor para la provincia.
#[utoipa::path(get, tag = "institución", path = "/api/indicadores",
    params(("eje" = Option<String>, Query, description = "De un eje temático"),
        ("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn indicators(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Indicators>> {
    parameters.only_json(&["eje", "despues", "f"])?;
    let found = office
        .indicators(parameters.get("eje"), parameters.get("despues"))
        .await?;
    Ok(Json(found))
}

/// Crea un indicador. Su consulta, si la tiene, se revisa y se prueba una vez antes de guardarla.
#[utoipa::path(post, tag = "institución", path = "/api/indicadores",
    request_body(content_type = "application/json", description = "codigo, nombre, eje, formula, unidad, fuente, sentido, periodicidad; y linea_base, metas, consulta"),
    responses((status = 201, description = "El indicador", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ya existe", content_type = "application/problem+json"),
        (status = 422, description = "La definición o la consulta no se admiten", content_type = "application/problem+json")))]
pub async fn create(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(new): Body<NewIndicator>,
) -> Answer<impl IntoResponse> {
    let new = NewIndicator { version: 0, ..new };
    let made = office.write_indicator(&actor, new).await?;
    let link = format!("/api/indicadores/{}", encoded(&made.codigo));
    Ok((StatusCode::CREATED, [(header::LOCATION, link)], Json(made)))
}

/// Un indicador: su definición, sus cifras con su origen, y las versiones de su definición.
#[utoipa::path(get, tag = "institución", path = "/api/indicadores/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    responses((status = 200, description = "El indicador", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn indicator(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<IndicatorShape>> {
    parameters.only_json(&["f"])?;
    Ok(Json(office.indicator(&code).await?))
}

/// Cambia la definición de un indicador. Las cifras que ya tiene quedan como se calcularon.
#[utoipa::path(put, tag = "institución", path = "/api/indicadores/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "version (la que se leyó) y la definición entera"),
    responses((status = 200, description = "El indicador", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Cambió mientras se editaba", content_type = "application/problem+json"),
        (status = 422, description = "La definición o la consulta no se admiten", content_type = "application/problem+json")))]
pub async fn replace(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(new): Body<NewIndicator>,
) -> Answer<Json<IndicatorShape>> {
    if new.version < 1 {
        return Err(Problem::new(
            Kind::BadRequest,
            "Falta «version».",
            "Pase la versión que leyó, de un indicador que existe.",
        )
        .into());
    }
    let new = NewIndicator {
        codigo: code,
        ..new
    };
    Ok(Json(office.write_indicator(&actor, new).await?))
}

/// The values of an indicator.
#[derive(Debug, Serialize)]
pub struct Figures {
    indicador: String,
    cifras: Vec<FigureShape>,
}

/// Las cifras en vigor de un indicador, el periodo más nuevo primero; o todas las que se escribieron.
#[utoipa::path(get, tag = "institución", path = "/api/indicadores/{codigo}/cifras",
    params(("codigo" = String, Path, description = "Su código"),
        ("historia" = Option<String>, Query, description = "si: también las que otra corrigió"),
        ("f" = Option<String>, Query, description = "json o csv")),
    responses((status = 200, description = "Las cifras"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn figures(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["historia", "f"])?;
    let is_table = match parameters.get("f") {
        None | Some("json") => false,
        Some("csv") => true,
        Some(other) => {
            return Err(Problem::new(
                Kind::BadRequest,
                format!("No se ofrece el formato «{other}»."),
                "Se ofrecen json y csv.",
            )
            .into());
        }
    };
    let shape = office.indicator(&code).await?;
    let cifras = match parameters.get("historia") {
        None => shape.cifras,
        Some("si") => office.indicator_history(&shape.codigo).await?,
        Some(_) => {
            return Err(Problem::new(
                Kind::BadRequest,
                "«historia» no se entiende.",
                "Se admite: si.",
            )
            .into());
        }
    };
    if is_table {
        let name = format!(
            "attachment; filename=\"indicador-{}.csv\"",
            encoded(&shape.codigo)
        );
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ];
        return Ok((headers, table(&cifras)).into_response());
    }
    Ok(Json(Figures {
        indicador: shape.codigo,
        cifras,
    })
    .into_response())
}

/// Values as a table.
fn table(figures: &[FigureShape]) -> String {
    let mut text =
        "periodo,ubigeo,lugar,valor,desde,hasta,consulta_sha256,version_datos,fecha_datos,nota\r\n"
            .to_owned();
    for one in figures {
        let origin = one.origen.as_ref();
        let cells = [
            one.periodo.clone(),
            one.ubigeo.clone().unwrap_or_default(),
            one.lugar.clone(),
            one.valor.to_string(),
            one.desde.to_rfc3339(),
            one.hasta
                .map(|until| until.to_rfc3339())
                .unwrap_or_default(),
            origin
                .map(|origin| origin.consulta_sha256.clone())
                .unwrap_or_default(),
            origin
                .map(|origin| origin.version_datos.to_string())
                .unwrap_or_default(),
            origin
                .map(|origin| origin.fecha.to_string())
                .unwrap_or_default(),
            one.nota.clone().unwrap_or_default(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell (RFC 4180). What a spreadsheet would run as a formula begins with a quote.
fn quoted(cell: &str) -> String {
    let is_number = cell.parse::<f64>().is_ok();
    let cell = if !is_number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

/// Escribe una cifra de un indicador que no se calcula, con el documento o la nota que la respalda.
#[utoipa::path(post, tag = "institución", path = "/api/indicadores/{codigo}/cifras",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "periodo, valor; ubigeo (nada: la provincia); nota, o documento (identificador de uno del indicador)"),
    responses((status = 201, description = "La cifra", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 422, description = "Se calcula, o falta lo que la respalda", content_type = "application/problem+json")))]
pub async fn type_in(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(typed): Body<TypedFigure>,
) -> Answer<impl IntoResponse> {
    let kept = office.type_figure(&actor, &code, &typed).await?;
    Ok((StatusCode::CREATED, Json(kept)))
}

/// Vuelve a calcular las cifras de un periodo: con los datos de los que salieron, y con los de hoy.
#[utoipa::path(get, tag = "institución", path = "/api/indicadores/{codigo}/cifras/verificacion",
    params(("codigo" = String, Path, description = "Su código"),
        ("periodo" = String, Query, description = "2026, 2026-S1, 2026-T3 o 2026-09")),
    responses((status = 200, description = "Cada cifra: recalculado, igual, hoy, cambio", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn check(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<FigureChecks>> {
    parameters.only(&["periodo"])?;
    let period: String = parameters.needed("periodo", "un periodo, como 2026-T3")?;
    Ok(Json(office.check_figures(&code, &period).await?))
}

/// Of which period.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfPeriod {
    periodo: String,
}

/// Calcula un indicador para un periodo: al último día de este, o a hoy si aún no termina.
#[utoipa::path(post, tag = "institución", path = "/api/indicadores/{codigo}/calculo",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "periodo"),
    responses((status = 200, description = "Sus cifras, con su origen", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 422, description = "No se calcula, o no hay datos", content_type = "application/problem+json")))]
pub async fn compute(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(of): Body<OfPeriod>,
) -> Answer<Json<Figures>> {
    let cifras = office.compute_indicator(&actor, &code, &of.periodo).await?;
    Ok(Json(Figures {
        indicador: code,
        cifras,
    }))
}

/// Of which period, and those of which periodicity.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfAll {
    periodo: String,
    #[serde(default)]
    periodicidad: Option<String>,
}

/// Calcula todos los indicadores de una periodicidad para un periodo. El que falla no detiene a los demás.
#[utoipa::path(post, tag = "institución", path = "/api/indicadores/calculo",
    request_body(content_type = "application/json", description = "periodo, y periodicidad (nada: la del periodo)"),
    responses((status = 200, description = "calculados, sin_datos, fallidos", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 422, description = "El periodo todavía no empieza", content_type = "application/problem+json")))]
pub async fn compute_all(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(of): Body<OfAll>,
) -> Answer<Json<Calculation>> {
    let calculation = office
        .compute_indicators(&actor, &of.periodo, of.periodicidad.as_deref())
        .await?;
    Ok(Json(calculation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_runs_nothing() {
        for (cell, expected) in [
            ("Moyobamba", "Moyobamba"),
            ("=1+1", "'=1+1"),
            ("-3.5", "-3.5"),
            ("a, \"b\"", "\"a, \"\"b\"\"\""),
        ] {
            assert_eq!(quoted(cell), expected);
        }
    }
}
