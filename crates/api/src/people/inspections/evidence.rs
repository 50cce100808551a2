//! Evidence on the pages: a file box that takes it, and the pictures among it.

use std::sync::Arc;

use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use office::{Kind, Office, Problem};

use super::one::{Said, shown};
use crate::{
    people::Shell,
    problem::{Refusal, Segments},
    programs::inspections::{parse, take_evidence},
    session::Caller,
};

pub(super) async fn add(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    shell: Shell,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    match take_evidence(&office, &actor, &id, multipart).await {
        Ok(one) => {
            let next = format!("/inspecciones/{}?hecho=prueba#pruebas", one.id);
            Ok(Redirect::to(&next).into_response())
        }
        Err(problem) => {
            let said = Said {
                problem: Some(problem),
                ..Said::default()
            };
            shown(&office, &actor, &id, shell, said).await
        }
    }
}

/// A picture, shown as what its bytes are and never as what it is called.
pub(super) async fn picture(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    Segments((id, evidence)): Segments<(String, String)>,
) -> Result<Response, Refusal> {
    let file = office
        .evidence_file(&actor, parse(&id)?, parse(&evidence)?)
        .await?;
    let kind = file.picture().ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            "Esa prueba no es una fotografía que se pueda mostrar.",
            "Se puede descargar como llegó.",
        )
    })?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, file.bytes).into_response())
}
