//! `/verificar`: whether a certificate is genuine, for anybody, as a page or as JSON.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use office::{Office, Problem, view::Proof};

use super::escaped;
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Refusal, Segments},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/verificar", get(form))
        .route("/verificar/{codigo}", get(verify))
}

/// The form. It sends the code as a parameter, which becomes the address of the answer.
async fn form(parameters: Parameters) -> Answer<Response> {
    parameters.only(&["codigo"])?;
    Ok(match parameters.get("codigo") {
        // Letters, digits and hyphens of a code need no quoting; of anything else nothing is left that does.
        Some(code) => {
            let plain: String = code
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
                .take(40)
                .collect();
            Redirect::to(&format!("/verificar/{plain}")).into_response()
        }
        None => page(StatusCode::OK, FORM_TITLE, ""),
    })
}

const FORM_TITLE: &str = "Verificar un certificado";

/// Si un certificado es auténtico, si está vigente, y si la norma cambió desde entonces. Sin cuenta.
#[utoipa::path(get, tag = "programas", path = "/verificar/{codigo}",
    params(("codigo" = String, Path, description = "El código del certificado, debajo del QR"),
        ("fecha" = Option<String>, Query, description = "El día del que se pregunta si estaba o estará vigente; si no, hoy")),
    responses((status = 200, description = "La respuesta, como página o como JSON según Accept", content_type = "application/json"),
        (status = 404, description = "No hay un certificado con ese código", content_type = "application/problem+json")))]
pub async fn verify(
    State(office): State<Office>,
    Segments(code): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Response {
    let answer = answer(&office, &code, &parameters).await;
    if !wants_a_page(&headers) {
        return match answer {
            Ok(proof) => fresh(Json(proof)),
            Err(problem) => Refusal(problem).into_response(),
        };
    }
    match answer {
        Ok(proof) => page(StatusCode::OK, &heading(&proof), &html(&proof)),
        Err(problem) => {
            let status = Refusal(problem.clone()).into_response().status();
            let said = format!(
                "<p class=\"aviso\" role=\"alert\">{}</p>",
                escaped(&problem.detail)
            );
            page(status, &problem.title, &said)
        }
    }
}

async fn answer(office: &Office, code: &str, parameters: &Parameters) -> Result<Proof, Problem> {
    parameters.only(&["fecha"])?;
    let day = parameters.read("fecha", "un día, como 2026-11-23")?;
    office.verify(code, day).await
}

/// A browser names HTML; a program gets JSON unless it asks for a page.
fn wants_a_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn heading(proof: &Proof) -> String {
    match proof.estado {
        "vigente" => "Auténtico y vigente",
        "vencido" => "Auténtico, y VENCIDO",
        "anulado" => "ANULADO",
        "todavia_no_emitido" => "Ese día todavía no se había emitido",
        _ => "NO ES AUTÉNTICO",
    }
    .to_owned()
}

/// The answer as rows of a table.
fn html(proof: &Proof) -> String {
    let mut rows = vec![
        ("Certificado", proof.titulo.clone()),
        ("Número", proof.numero.clone()),
        ("Código", proof.codigo.clone()),
        ("Al día", proof.al.to_string()),
        ("Emitido el", proof.emitido.to_string()),
        (
            "Vence el",
            proof
                .vence
                .map_or_else(|| "no vence".to_owned(), |day| day.to_string()),
        ),
    ];
    if let Some(annulled) = &proof.anulacion {
        rows.push((
            "Anulado",
            format!(
                "el {}, {}: {}{}",
                annulled.fecha.format("%Y-%m-%d"),
                annulled.documento,
                annulled.motivo,
                match proof.anulacion_firmada {
                    Some(true) => "",
                    _ => " (sin firma que lo pruebe: avise a la municipalidad)",
                }
            ),
        ));
    }
    if let Some(place) = &proof.municipio {
        rows.push((
            "Municipalidad",
            format!("{} ({})", place.nombre, place.ubigeo),
        ));
    }
    if let Some(parcel) = &proof.predio {
        rows.push(("Predio", parcel.clone()));
    }
    if let Some(officer) = &proof.firmado_por {
        rows.push((
            "Firmado por",
            format!("{}, {}", officer.nombre, officer.cargo),
        ));
    }
    rows.push(("Desde entonces", proof.hoy.explicacion.clone()));
    if proof.estado == "vigente"
        && let Some(prevails) = &proof.prevalece
    {
        rows.push(("Prevalece", prevails.clone()));
    }
    let rows: Vec<String> = rows
        .into_iter()
        .map(|(name, text)| {
            format!(
                "<tr><th scope=\"row\">{name}</th><td>{}</td></tr>",
                escaped(&text)
            )
        })
        .collect();
    let demonstration = if proof.demostracion == Some(true) {
        "<p class=\"aviso\">Datos de demostración: todo lo que se ve es inventado y no tiene valor legal.</p>"
    } else {
        ""
    };
    let warning = match proof.estado {
        "anulado" => "<p class=\"aviso\" role=\"alert\">Este certificado se anuló y no vale.</p>",
        "vencido" => "<p class=\"aviso\" role=\"alert\">Este certificado venció.</p>",
        "no_autentico" => {
            "<p class=\"aviso\" role=\"alert\">Lo que el registro dice no es lo que se firmó. No confíe en este certificado y avise a la municipalidad.</p>"
        }
        _ => "",
    };
    format!(
        "{demonstration}{warning}<table>{}</table><p><a href=\"{}\">El certificado como JSON firmado</a>. Compare lo de arriba con el papel.</p>",
        rows.concat(),
        escaped(&proof.firma)
    )
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = include_str!("pages/verificar.html")
        .replace("{titulo}", &escaped(title))
        .replace("{cuerpo}", body);
    (status, fresh(Html(html))).into_response()
}

/// An answer that nobody on the way keeps: it may be annulled in the next minute.
fn fresh(body: impl IntoResponse) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    ([(header::CACHE_CONTROL, no_store)], body).into_response()
}
