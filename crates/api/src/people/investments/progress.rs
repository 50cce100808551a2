//! `/inversiones/{cui}/avance`: what is built and spent by the end of a month or a quarter.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use office::{
    Office, Problem,
    investments::{Progress, ProgressLine, ProjectShape, may_keep},
};

use super::super::{
    done,
    filled::Filled,
    shell::{Shell, page_after},
    spanish,
};
use crate::{
    problem::{Answer, Segments},
    session::Caller,
};

#[derive(Template)]
#[template(path = "inversion_avance.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    typed: Filled,
    one: ProjectShape,
    lines: Vec<ProgressLine>,
}

pub(super) async fn form(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    Segments(cui): Segments<String>,
) -> Answer<Response> {
    may_keep(&actor)?;
    shown(&office, shell, &cui, Filled::default(), None).await
}

pub(super) async fn report(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    Segments(cui): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let written = match read(&typed) {
        Ok(new) => office.report_progress(&actor, &cui, &new).await,
        Err(problem) => Err(problem),
    };
    match written {
        Ok(_) => Ok(done(&format!("/inversiones/{cui}"), "avance")),
        Err(problem) => {
            may_keep(&actor)?;
            shown(&office, shell, &cui, typed, Some(problem)).await
        }
    }
}

fn read(typed: &Filled) -> Result<Progress, Problem> {
    Ok(Progress {
        periodo: typed.typed("periodo").trim().to_owned(),
        fisico_pct: typed.number("fisico_pct")?.unwrap_or_default(),
        financiero_soles: typed.number("financiero_soles")?.unwrap_or_default(),
        motivo: typed.owned("motivo"),
    })
}

async fn shown(
    office: &Office,
    shell: Shell,
    cui: &str,
    typed: Filled,
    problem: Option<Problem>,
) -> Answer<Response> {
    let one = office.project(cui).await?;
    let mut lines = office.progress(cui, None).await?.avances;
    lines.reverse();
    let sheet = Sheet {
        shell,
        problem,
        typed,
        one,
        lines,
    };
    Ok(page_after(sheet.problem.as_ref(), &sheet))
}
