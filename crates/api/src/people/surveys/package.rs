//! `/levantamientos/paquete`: a part of a municipality to work on away from the network.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{collection::Collection, id::Ubigeo, people::Actor};
use office::{
    Kind, Office, Problem,
    surveys::packages::{Packed, Zone},
};

use super::words;
use crate::{
    doors::Doors,
    people::shell::{Shell, page_with},
    problem::{Parameters, Refusal, status},
    session::Caller,
};

#[derive(Template)]
#[template(path = "levantamiento_paquete.html")]
struct Form {
    shell: Shell,
    problem: Option<Problem>,
    places: Vec<words::Choice>,
    block: String,
}

/// The form, or the package that it asks for.
pub async fn package(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    parameters.only(&["ubigeo", "manzana"])?;
    let office = doors.office();
    let places = office.places_to_upload(&actor, &Collection::Parcels)?;
    let block = parameters
        .get("manzana")
        .unwrap_or_default()
        .trim()
        .to_owned();
    let place = parameters.get("ubigeo").unwrap_or_default().to_owned();
    let problem = if block.is_empty() {
        // Who may not upload anywhere is told so, and not shown a form without a place.
        office.loads(&actor).await?;
        None
    } else {
        match packed(office, &actor, &place, &block).await {
            Ok(packed) => return Ok(sent(packed)),
            Err(problem) if problem.kind == Kind::NoAccount => return Err(problem.into()),
            Err(problem) => Some(problem),
        }
    };
    let status = problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(
        status,
        &Form {
            shell,
            problem,
            places: words::choices(&places, &place),
            block,
        },
    ))
}

async fn packed(
    office: &Office,
    actor: &Actor,
    place: &str,
    block: &str,
) -> Result<Packed, Problem> {
    let wrong = |title: &str, detail: &str| Problem::new(Kind::BadRequest, title, detail);
    let ubigeo: Ubigeo = place
        .parse()
        .map_err(|_| wrong("Falta el municipio.", "Elija uno de la lista."))?;
    if block.len() != 11 || !block.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(wrong(
            "El código de la manzana no tiene once dígitos.",
            "Son los once primeros del código de cualquiera de sus lotes, como 22010101001.",
        ));
    }
    office
        .package(actor, ubigeo, &Zone::Block(block.to_owned()))
        .await
}

/// A file that a browser keeps.
pub(super) fn sent(packed: Packed) -> Response {
    let kind = HeaderValue::from_static("application/geopackage+sqlite3");
    let mut response = ([(header::CONTENT_TYPE, kind)], packed.file).into_response();
    // The name is of digits and letters of ours.
    if let Ok(name) = format!("attachment; filename=\"{}\"", packed.name).parse() {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
