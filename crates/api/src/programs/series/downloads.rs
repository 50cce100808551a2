//! All public figures as a table, and the municipalities with the values of an indicator or a series as a layer.

use std::{io::Read as _, sync::Arc};

use axum::{
    Json, Router,
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::people::Actor;
use futures_util::stream;
use office::{
    Kind, Office, Problem,
    observatory::{FigureFilter, FigureLine, Front, MapOf, MapQuestion, figure_kind},
};
use serde_json::json;

use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Answer, Parameters},
    programs::cadastral_projects::no_format,
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/observatorio", get(front))
        .route("/observatorio/cifras", get(all_figures))
        .route("/observatorio/mapa", get(map))
}

/// Figures that are read from the database before they are sent.
const PIECE: i64 = 2_000;
/// Figures of a page of JSON.
const PAGE: usize = 1_000;

const COLUMNS: [&str; 14] = [
    "clase",
    "codigo",
    "nombre",
    "medida",
    "periodo",
    "ubigeo",
    "municipio",
    "valor",
    "unidad",
    "desde",
    "consulta_sha256",
    "version_datos",
    "conocido_a",
    "licencia",
];

/// Los ejes y los indicadores, cada uno con su último valor y de dónde sale.
#[utoipa::path(get, tag = "observatorio", path = "/api/observatorio",
    params(("eje" = Option<String>, Query, description = "De un eje temático"),
        ("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»")),
    responses((status = 200, description = "Ejes e indicadores", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn front(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Front>> {
    parameters.only(&["eje", "despues"])?;
    let found = office
        .observatory(parameters.get("eje"), parameters.get("despues"))
        .await?;
    Ok(Json(found))
}

/// Todas las cifras públicas: indicadores, series publicadas, avances, fondos y aportes. Como CSV, enteras; como JSON, por páginas.
#[utoipa::path(get, tag = "observatorio", path = "/api/observatorio/cifras",
    params(("clase" = Option<String>, Query, description = "indicador, serie, inversion, proyecto_catastral, aporte"),
        ("codigo" = Option<String>, Query, description = "De uno de ellos"),
        ("periodo" = Option<String>, Query, description = "2026, 2026-S1, 2026-T3, 2026-09"),
        ("conocido_a" = Option<String>, Query, description = "Lo que se sabía en ese momento"),
        ("despues" = Option<String>, Query, description = "De una lista JSON: su «siguiente»"),
        ("f" = Option<String>, Query, description = "csv o json")),
    responses((status = 200, description = "Las cifras, con la versión de los datos, la huella de la consulta y la licencia"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn all_figures(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["clase", "codigo", "periodo", "conocido_a", "despues", "f"])?;
    let kind = parameters.get("clase").map(|name| {
        figure_kind(name).ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("«{name}» no es una clase de cifras."),
                "Se admiten: indicador, serie, inversion, proyecto_catastral, aporte.",
            )
        })
    });
    let mut filter = FigureFilter {
        kind: kind.transpose()?,
        code: parameters.get("codigo").map(str::to_owned),
        period: parameters.read("periodo", "un periodo, como 2026-T3")?,
        known_at: parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?,
    };
    let after: i64 = parameters
        .read("despues", "el «siguiente» de la lista anterior")?
        .unwrap_or_default();
    let (change, known_at) = office.data_version(filter.known_at).await?;
    match parameters.get("f") {
        None | Some("json") => {
            let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
            let mut found = office.public_figures(&filter, after, limit).await?;
            let more = found.len() > PAGE;
            found.truncate(PAGE);
            let next = found.last().filter(|_| more).map(|one| one.id.to_string());
            Ok(Json(json!({
                "version_datos": change, "conocido_a": known_at, "cifras": found, "siguiente": next,
            }))
            .into_response())
        }
        Some("csv") => {
            // All pieces are as of one moment, whatever is written meanwhile.
            filter.known_at = Some(known_at);
            let said = [change.to_string(), known_at.to_rfc3339()];
            Ok(csv(office, filter, said))
        }
        Some(other) => Err(no_format(other, "csv y json").into()),
    }
}

fn csv(office: Arc<Office>, filter: FigureFilter, said: [String; 2]) -> Response {
    let mut head = Vec::new();
    line(&COLUMNS, &mut head);
    let begun = Some((0_i64, head));
    let pieces = stream::unfold(begun, move |next| {
        let (office, filter, said) = (Arc::clone(&office), filter.clone(), said.clone());
        async move {
            let (after, mut out) = next?;
            match office.public_figures(&filter, after, PIECE).await {
                Ok(found) => {
                    for figure in &found {
                        figure_line(figure, &said, &mut out);
                    }
                    let whole = i64::try_from(found.len()).is_ok_and(|count| count == PIECE);
                    let next = found
                        .last()
                        .filter(|_| whole)
                        .map(|last| (last.id, Vec::new()));
                    Some((Ok(out), next))
                }
                // A table that was cut would be taken for all there is: the answer breaks off.
                Err(problem) => Some((Err(std::io::Error::other(problem.title)), None)),
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"cifras.csv\"",
        ),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

fn figure_line(figure: &FigureLine, [change, known_at]: &[String; 2], out: &mut Vec<u8>) {
    let own = figure.version_datos.map(|version| version.to_string());
    line(
        &[
            &figure.clase,
            &figure.codigo,
            figure.nombre.as_deref().unwrap_or_default(),
            &figure.medida,
            &figure.periodo,
            figure.ubigeo.as_deref().unwrap_or_default(),
            &figure.municipio,
            &figure.valor.to_string(),
            figure.unidad.as_deref().unwrap_or_default(),
            &figure.desde.to_rfc3339(),
            figure.consulta_sha256.as_deref().unwrap_or_default(),
            own.as_ref().unwrap_or(change),
            known_at,
            &figure.licencia,
        ],
        out,
    );
}

/// A line of a table.
pub(crate) fn line(cells: &[&str], out: &mut Vec<u8>) {
    for (at, text) in cells.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        query::encode::table::cell(text, out);
    }
    out.extend_from_slice(b"\r\n");
}

/// Los municipios con los valores de un indicador o de una serie en un periodo.
#[utoipa::path(get, tag = "observatorio", path = "/api/observatorio/mapa",
    params(("indicador" = Option<String>, Query, description = "Código de un indicador"),
        ("serie" = Option<String>, Query, description = "O de una serie"),
        ("periodo" = Option<String>, Query, description = "El último con valores, si no se dice"),
        ("conocido_a" = Option<String>, Query, description = "Lo que se sabía en ese momento"),
        ("f" = Option<String>, Query, description = "geojson o gpkg")),
    responses((status = 200, description = "La capa, con la versión de los datos, la huella de la consulta y la licencia", content_type = "application/geo+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn map(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["indicador", "serie", "periodo", "conocido_a", "f"])?;
    let found = asked(&office, &actor, &parameters).await?;
    let name = format!(
        "{}-{}",
        encoded(&found.codigo),
        found.periodo.as_deref().unwrap_or("sin-datos")
    );
    match parameters.get("f") {
        None | Some("json" | "geojson") => {
            let headers = [
                (header::CONTENT_TYPE, "application/geo+json".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{name}.geojson\""),
                ),
            ];
            Ok((headers, found.geojson()?.to_string()).into_response())
        }
        Some("gpkg") => {
            let mut file = found.package().await?;
            let mut bytes = Vec::new();
            // Six outlines: some hundred kilobytes.
            file.read_to_end(&mut bytes).map_err(|error| {
                tracing::error!(%error, "a package");
                Problem::new(
                    Kind::Internal,
                    "El archivo no se pudo leer.",
                    "Pídalo otra vez, o como f=geojson.",
                )
            })?;
            let headers = [
                (
                    header::CONTENT_TYPE,
                    "application/geopackage+sqlite3".to_owned(),
                ),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{name}.gpkg\""),
                ),
            ];
            Ok((headers, bytes).into_response())
        }
        Some(other) => Err(no_format(other, "geojson y gpkg").into()),
    }
}

/// What the parameters of a map ask for.
pub(crate) async fn asked(
    office: &Office,
    actor: &Actor,
    parameters: &Parameters,
) -> Result<MapOf, Problem> {
    let question = MapQuestion {
        indicator: parameters.get("indicador").map(str::to_owned),
        series: parameters.get("serie").map(str::to_owned),
        period: parameters.read("periodo", "un periodo, como 2026-T3")?,
        known_at: parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?,
    };
    office.municipal_map(actor, &question).await
}
