//! `/gobierno/aportes`: what was agreed, what was paid, and what is owed.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use domain::people::Action;
use office::{
    Office, Problem,
    contributions::{self, Contributions, NewContribution},
    government::Seat,
};

use super::super::{
    done,
    filled::Filled,
    shell::{Shell, page_after},
    spanish,
};
use crate::problem::{Answer, Parameters};

#[derive(Template)]
#[template(path = "aportes.html")]
struct List {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    found: Contributions,
    /// The same as a table to download.
    csv: String,
    places: Vec<Seat>,
    period: String,
    place: String,
    keeps: bool,
    typed: Filled,
}

impl List {
    fn measures() -> [(&'static str, &'static str); 4] {
        [
            ("acordado_fijo", "Acordado, fijo"),
            ("pagado_fijo", "Pagado, fijo"),
            ("acordado_variable", "Acordado, variable"),
            ("pagado_variable", "Pagado, variable"),
        ]
    }
}

pub(super) async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["periodo", "ubigeo", "hecho"])?;
    show(&office, shell, &parameters, None, Filled::default()).await
}

async fn show(
    office: &Office,
    shell: Shell,
    parameters: &Parameters,
    problem: Option<Problem>,
    typed: Filled,
) -> Answer<Response> {
    let period = parameters
        .get("periodo")
        .map(contributions::quarter)
        .transpose()?;
    let ubigeo = parameters.read("ubigeo", "un ubigeo de seis dígitos, como 220101")?;
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    let query = [("periodo", text("periodo")), ("ubigeo", text("ubigeo"))];
    let query: Vec<_> = query
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let page = List {
        problem,
        told: parameters.told(&[("aporte", "El aporte quedó registrado.")]),
        found: office.contributions(period, ubigeo).await?,
        csv: format!(
            "/api/aportes?f=csv&{}",
            serde_urlencoded::to_string(query).unwrap_or_default()
        ),
        places: office.seats(),
        period: text("periodo"),
        place: text("ubigeo"),
        keeps: shell.may(Action::KeepRegister),
        typed,
        shell,
    };
    Ok(page_after(page.problem.as_ref(), &page))
}

pub(super) async fn write(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    let written = match read(&typed) {
        Ok(new) => office.write_contribution(&actor, &new).await,
        Err(problem) => Err(problem),
    };
    match written {
        Ok(_) => Ok(done("/gobierno/aportes", "aporte")),
        Err(problem) => {
            office::plans::may_keep(&actor)?;
            let all = Parameters(Vec::new());
            show(&office, shell, &all, Some(problem), typed).await
        }
    }
}

fn read(typed: &Filled) -> Result<NewContribution, Problem> {
    Ok(NewContribution {
        periodo: typed.typed("trimestre").to_owned(),
        ubigeo: typed.typed("municipio").to_owned(),
        acordado_fijo: typed.number("acordado_fijo")?,
        pagado_fijo: typed.number("pagado_fijo")?,
        acordado_variable: typed.number("acordado_variable")?,
        pagado_variable: typed.number("pagado_variable")?,
        sustento: typed.typed("sustento").to_owned(),
    })
}
