//! `/inspecciones/nueva`: where, why, and what it is held against.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use office::{Office, Problem, inspections::NewVisit, place};

use super::super::{
    filled::Filled,
    shell::{Shell, page_with},
    surroundings::{self, Plan},
};
use crate::{
    problem::{Parameters, Refusal, status},
    session::Caller,
};

#[derive(Template)]
#[template(path = "inspeccion_nueva.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    typed: Filled,
    plan: Option<Plan>,
}

pub(super) async fn form(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    office::inspections::may_inspect(&actor)?;
    Ok(shown(&office, shell, Filled::of(parameters.0), None).await)
}

pub(super) async fn open(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    typed: Filled,
) -> Result<Response, Refusal> {
    let opened = match read(&typed) {
        Ok(visit) => office.open_inspection(&actor, &visit).await,
        Err(problem) => Err(problem),
    };
    match opened {
        Ok(one) => {
            let next = format!("/inspecciones/{}?hecho=programar", one.id);
            Ok(Redirect::to(&next).into_response())
        }
        Err(problem) => {
            office::inspections::may_inspect(&actor)?;
            Ok(shown(&office, shell, typed, Some(problem)).await)
        }
    }
}

fn read(typed: &Filled) -> Result<NewVisit, Problem> {
    Ok(NewVisit {
        place: typed.said("lugar").map(place::typed).transpose()?,
        parcel: typed.owned("predio"),
        subject: typed.typed("asunto").to_owned(),
        certificate: typed.owned("certificado"),
        receipt: typed.owned("recibo"),
    })
}

async fn shown(
    office: &Office,
    shell: Shell,
    typed: Filled,
    mut problem: Option<Problem>,
) -> Response {
    let mut plan = None;
    if let Some(code) = typed.said("predio") {
        match office.parcel(code, None, None).await {
            Ok(parcel) => {
                let snapshot = office.feed.snapshot();
                let name = format!("el predio {}", parcel.code);
                plan = surroundings::plan(&snapshot, &parcel.geometry, &name, false);
            }
            Err(absent) => problem = problem.or(Some(absent)),
        }
    }
    let status = problem.as_ref().map_or(StatusCode::OK, status);
    let sheet = Sheet {
        shell,
        problem,
        typed,
        plan,
    };
    page_with(status, &sheet)
}
