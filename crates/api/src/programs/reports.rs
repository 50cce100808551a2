//! `/api/informes`: reports by thematic axis, from draft to signed, and what proves them.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use office::{
    Office,
    reports::{EditedReport, NewReport, ReportCheck, ReportShape, Reports, Signature},
};

use crate::{
    doors::Doors,
    problem::{Answer, Body, Parameters, Segments},
    session::Caller,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/informes", get(reports).post(draft))
        .route("/informes/{codigo}", get(report).put(edit))
        .route("/informes/{codigo}/firma", post(sign).get(signed))
        .route("/informes/{codigo}/pdf", get(paper))
        .route("/informes/{codigo}/verificacion", get(verify))
}

/// Los informes por eje temático, el periodo más nuevo primero.
#[utoipa::path(get, tag = "institución", path = "/api/informes",
    params(("despues" = Option<String>, Query, description = "Donde terminó la lista anterior: su «siguiente»"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "La lista", content_type = "application/json"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json")))]
pub async fn reports(
    State(office): State<Arc<Office>>,
    parameters: Parameters,
) -> Answer<Json<Reports>> {
    parameters.only_json(&["despues", "f"])?;
    Ok(Json(office.reports(parameters.get("despues")).await?))
}

/// Empieza un informe: calcula las cifras que faltan y deja un borrador.
#[utoipa::path(post, tag = "institución", path = "/api/informes",
    request_body(content_type = "application/json", description = "periodo (trimestre o semestre); eje (nada: todos), titulo"),
    responses((status = 201, description = "El borrador", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Ya existe", content_type = "application/problem+json")))]
pub async fn draft(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Body(new): Body<NewReport>,
) -> Answer<impl IntoResponse> {
    let made = office.new_report(&actor, &new).await?;
    let link = [(header::LOCATION, format!("/api/informes/{}", made.codigo))];
    Ok((StatusCode::CREATED, link, Json(made)))
}

/// Un informe: como se firmó; o, mientras es un borrador, con las cifras en vigor.
#[utoipa::path(get, tag = "institución", path = "/api/informes/{codigo}",
    params(("codigo" = String, Path, description = "2026-T3, o 2026-S1-urbano si es de un eje")),
    responses((status = 200, description = "El informe, y la huella de lo que dice", content_type = "application/json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn report(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<ReportShape>> {
    parameters.only_json(&["f"])?;
    Ok(Json(office.report(&code).await?))
}

/// Edita un borrador: su título y el texto de sus ejes.
#[utoipa::path(put, tag = "institución", path = "/api/informes/{codigo}",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "version (la que se leyó), titulo, secciones (eje, texto)"),
    responses((status = 200, description = "El borrador", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede", content_type = "application/problem+json"),
        (status = 409, description = "Cambió, o ya está firmado", content_type = "application/problem+json")))]
pub async fn edit(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(edited): Body<EditedReport>,
) -> Answer<Json<ReportShape>> {
    Ok(Json(office.edit_report(&actor, &code, &edited).await?))
}

/// Firma un informe que otra persona redactó. Desde entonces no cambia: ni sus cifras, ni su papel.
#[utoipa::path(post, tag = "institución", path = "/api/informes/{codigo}/firma",
    params(("codigo" = String, Path, description = "Su código")),
    request_body(content_type = "application/json", description = "cargo, y huella: la del informe que se leyó"),
    responses((status = 200, description = "El informe firmado", content_type = "application/json"),
        (status = 403, description = "La cuenta no puede, o lo redactó", content_type = "application/problem+json"),
        (status = 409, description = "Cambió desde que se leyó, o ya está firmado", content_type = "application/problem+json"),
        (status = 422, description = "El periodo todavía no termina", content_type = "application/problem+json")))]
pub async fn sign(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(code): Segments<String>,
    Body(signature): Body<Signature>,
) -> Answer<Json<ReportShape>> {
    Ok(Json(office.sign_report(&actor, &code, &signature).await?))
}

/// Un informe firmado, como JSON firmado (JWS, Ed25519): cualquiera lo comprueba con la llave pública de /api/firma/claves.
#[utoipa::path(get, tag = "institución", path = "/api/informes/{codigo}/firma",
    params(("codigo" = String, Path, description = "Su código")),
    responses((status = 200, description = "contenido, payload, protected, signature", content_type = "application/json"),
        (status = 404, description = "No existe, o no está firmado", content_type = "application/problem+json")))]
pub async fn signed(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    Ok(Json(office.signed_report(&code).await?).into_response())
}

/// El papel de un informe firmado: los mismos bytes que el día de su firma.
#[utoipa::path(get, tag = "institución", path = "/api/informes/{codigo}/pdf",
    params(("codigo" = String, Path, description = "Su código")),
    responses((status = 200, description = "El informe", content_type = "application/pdf"),
        (status = 404, description = "No existe, o no está firmado", content_type = "application/problem+json")))]
pub async fn paper(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    let pdf = office.report_paper(&code).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"informe-{code}.pdf\""),
        ),
        // It never changes.
        (
            header::CACHE_CONTROL,
            "public, max-age=86400, immutable".to_owned(),
        ),
    ];
    Ok((headers, pdf).into_response())
}

/// Comprueba un informe firmado: su firma, su papel, y cada cifra con los datos de entonces y con los de hoy.
#[utoipa::path(get, tag = "institución", path = "/api/informes/{codigo}/verificacion",
    params(("codigo" = String, Path, description = "Su código"),
        ("f" = Option<String>, Query, description = "json")),
    responses((status = 200, description = "firma, pdf, resumen, cifras", content_type = "application/json"),
        (status = 404, description = "No existe, o no está firmado", content_type = "application/problem+json")))]
pub async fn verify(
    State(office): State<Arc<Office>>,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Json<ReportCheck>> {
    parameters.only_json(&["f"])?;
    Ok(Json(office.verify_report(&code).await?))
}
