//! `/indicadores`: the catalogue by axis, one indicator with its series and their origin, and the forms of planners.

mod edit;
mod one;
pub(super) mod words;

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use domain::people::Action;
use office::{Kind, Office, Problem, indicators::AxisShape};

use super::{
    filled::Filled,
    shell::{Shell, page_after},
    spanish,
};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/indicadores", get(list).post(compute))
        .route("/indicadores/nuevo", get(edit::blank).post(edit::create))
        .route("/indicadores/{codigo}", get(one::indicator).post(one::step))
        .route(
            "/indicadores/{codigo}/editar",
            get(edit::form).post(edit::replace),
        )
        .route("/indicadores/{codigo}/verificacion", get(one::check))
}

#[derive(Template)]
#[template(path = "indicadores.html")]
struct List {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    axes: Vec<AxisShape>,
    keeps: bool,
    typed: Filled,
}

async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho"])?;
    let told = parameters.told(&[("calculo", "Los indicadores del periodo se calcularon.")]);
    show(&office, shell, told, None, Filled::default()).await
}

async fn show(
    office: &Office,
    shell: Shell,
    told: Option<&'static str>,
    problem: Option<Problem>,
    typed: Filled,
) -> Answer<Response> {
    let axes = office.indicators_by_axis().await?;
    let list = List {
        problem,
        told,
        axes,
        keeps: shell.may(Action::KeepRegister),
        shell,
        typed,
    };
    Ok(page_after(list.problem.as_ref(), &list))
}

/// Computes all indicators of a periodicity for a period.
async fn compute(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    let done = office
        .compute_indicators(&actor, typed.typed("periodo"), None)
        .await;
    let problem = match done {
        Ok(done) if done.fallidos.is_empty() => {
            return Ok(super::done("/indicadores", "calculo"));
        }
        Ok(done) => {
            let failed: Vec<String> = done
                .fallidos
                .iter()
                .map(|one| format!("{}: {}", one.codigo, one.motivo))
                .collect();
            Problem::new(
                Kind::Refused,
                format!(
                    "Se calcularon {}, y {} no.",
                    done.calculados.len(),
                    failed.len()
                ),
                failed.join(" "),
            )
        }
        Err(problem) if problem.kind == Kind::NoAccount => return Err(problem.into()),
        Err(problem) => problem,
    };
    show(&office, shell, None, Some(problem), typed).await
}
