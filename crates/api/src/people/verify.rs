//! `/verificar`: whether a certificate is genuine, for anybody, as a page or as JSON.

use askama::Template;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use office::{Office, Problem, view::Proof};

use super::{
    shell::{Shell, page_with},
    spanish,
    wrong::wants_a_page,
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, Refusal, Segments, status},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/verificar", get(form))
        .route("/verificar/{codigo}", get(verify))
}

/// The form. It sends the code as a parameter, which becomes the address of the answer.
async fn form(shell: Shell, parameters: Parameters) -> Answer<Response> {
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
        None => Sheet::of(shell, FORM_TITLE.to_owned()).answer(StatusCode::OK),
    })
}

const FORM_TITLE: &str = "Verificar un certificado";

#[derive(Template)]
#[template(path = "verificar.html")]
struct Sheet {
    shell: Shell,
    title: String,
    problem: Option<Problem>,
    warning: Option<&'static str>,
    rows: Vec<(&'static str, String)>,
    signed: String,
    genuine: bool,
}

impl Sheet {
    fn of(shell: Shell, title: String) -> Self {
        Self {
            shell,
            title,
            problem: None,
            warning: None,
            rows: Vec::new(),
            signed: String::new(),
            genuine: false,
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        fresh(page_with(status, self))
    }
}

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
    shell: Shell,
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
        Ok(proof) => Sheet {
            warning: warning(&proof),
            rows: rows(&proof),
            signed: proof.firma.clone(),
            genuine: proof.autentico,
            ..Sheet::of(shell, heading(&proof))
        }
        .answer(StatusCode::OK),
        Err(problem) => {
            let status = status(&problem);
            Sheet {
                problem: Some(problem.clone()),
                ..Sheet::of(shell, problem.title)
            }
            .answer(status)
        }
    }
}

async fn answer(office: &Office, code: &str, parameters: &Parameters) -> Result<Proof, Problem> {
    parameters.only(&["fecha"])?;
    let day = parameters.read("fecha", "un día, como 2026-11-23")?;
    office.verify(code, day).await
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
fn rows(proof: &Proof) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("Certificado", proof.titulo.clone()),
        ("Número", proof.numero.clone()),
        ("Código", proof.codigo.clone()),
        ("Al día", spanish::day(proof.al)),
        ("Emitido el", spanish::day(proof.emitido)),
        (
            "Vence el",
            proof
                .vence
                .map_or_else(|| "no vence".to_owned(), spanish::day),
        ),
    ];
    if let Some(annulled) = &proof.anulacion {
        rows.push((
            "Anulado",
            format!(
                "el {}, {}: {}{}",
                annulled.fecha.format("%d/%m/%Y"),
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
    rows
}

fn warning(proof: &Proof) -> Option<&'static str> {
    match proof.estado {
        "anulado" => Some("Este certificado se anuló y no vale."),
        "vencido" => Some("Este certificado venció."),
        "no_autentico" => Some(
            "Lo que el registro dice no es lo que se firmó. No confíe en este certificado y avise a la municipalidad.",
        ),
        _ => None,
    }
}

/// An answer that nobody on the way keeps: it may be annulled in the next minute.
fn fresh(body: impl IntoResponse) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    ([(header::CACHE_CONTROL, no_store)], body).into_response()
}
