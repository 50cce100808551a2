//! Values of a series, pasted or one by one; and what a planner decides on it.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use office::{
    Kind, Office, Problem,
    series::{Review, ValueSent, pasted},
};

use super::series::show;
use crate::{
    ogc::encoded,
    people::{filled::Filled, shell::Shell},
    problem::{Answer, Segments},
};

pub(super) async fn add_values(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let sent = match values(&typed) {
        Ok(values) => {
            let actor = &shell.visitor().actor;
            office.write_series_figures(actor, &code, &values).await
        }
        Err(problem) => Err(problem),
    };
    answer(&office, shell, &code, (sent.err(), "cifras"), typed).await
}

pub(super) async fn review(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let review = Review {
        paso: typed.typed("paso").to_owned(),
        motivo: typed.typed("motivo").to_owned(),
        version: typed.typed("version").parse().unwrap_or(i32::MAX),
    };
    let actor = &shell.visitor().actor;
    let refused = office.review_series(actor, &code, &review).await.err();
    answer(&office, shell, &code, (refused, "revision"), typed).await
}

async fn answer(
    office: &Office,
    shell: Shell,
    code: &str,
    (refused, done): (Option<Problem>, &str),
    typed: Filled,
) -> Answer<Response> {
    match refused {
        None => {
            let next = format!("/observatorio/series/{}?hecho={done}", encoded(code));
            Ok(Redirect::to(&next).into_response())
        }
        Some(problem) if matches!(problem.kind, Kind::NoAccount | Kind::NotFound) => {
            Err(problem.into())
        }
        Some(problem) => show(office, shell, code, (Some(problem), None, typed)).await,
    }
}

/// The pasted table, and the one value of the form beside it.
fn values(typed: &Filled) -> Result<Vec<ValueSent>, Problem> {
    let mut values = pasted(typed.typed("tabla"))?;
    if let Some(period) = typed.said("periodo") {
        let number = typed.said("valor").and_then(|text| text.parse().ok());
        values.push(ValueSent {
            periodo: period.to_owned(),
            ubigeo: typed.owned("ubigeo"),
            valor: number.ok_or_else(|| {
                Problem::new(
                    Kind::BadRequest,
                    "El valor no es un número.",
                    "Escríbalo con punto para los decimales, como 12.5.",
                )
            })?,
        });
    }
    Ok(values)
}
