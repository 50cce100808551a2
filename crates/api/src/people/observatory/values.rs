//! Values of a series, pasted or one by one; and what a planner decides on it.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use office::{
    Kind, Office, Problem,
    series::{Review, ValueSent, pasted},
};

use super::series::show;
use crate::{
    people::{
        done,
        filled::{Filled, number},
        papers::address,
        shell::Shell,
    },
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
    (refused, what): (Option<Problem>, &str),
    typed: Filled,
) -> Answer<Response> {
    match refused {
        None => Ok(done(&address("serie", code), what)),
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
        values.push(ValueSent {
            periodo: period.to_owned(),
            ubigeo: typed.owned("ubigeo"),
            valor: number("valor", typed.typed("valor"))?,
        });
    }
    Ok(values)
}
