//! The form of a feature: blank, or filled with what is there; sent, and shown again where it was refused.

use std::{future::Future, sync::Arc};

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use domain::people::Actor;
use geo_types::Geometry;
use office::{Office, Problem, government::Seat, investments::may_keep};

use super::footprint;
use crate::{
    people::{
        done,
        filled::Filled,
        shell::{Shell, page_after},
    },
    problem::{Answer, Parameters, Segments},
    session::Caller,
};

/// A kind of feature: the fields that are its own, as a template, and how it is kept.
pub trait Feature: Template + Send + Sync + 'static {
    /// What all of it are called, and where they are.
    const ALL: (&'static str, &'static str);
    /// What it is to write a new one, and where that is done.
    const NEW: (&'static str, &'static str);

    /// Its own fields, with what was typed into them and what is wrong.
    fn of(typed: &Filled, is_new: bool, problem: Option<&Problem>) -> Self;

    /// One that is there: its fields, as somebody would type them, and its shape.
    fn standing(
        office: &Office,
        code: &str,
    ) -> impl Future<Output = Result<Standing, Problem>> + Send;

    /// Writes a new one, or the next version of one. Gives its code, and what was done.
    fn write(
        office: &Office,
        actor: &Actor,
        code: Option<&str>,
        typed: &Filled,
    ) -> impl Future<Output = Result<(String, &'static str), Problem>> + Send;
}

/// One that is there, to be edited.
pub struct Standing {
    /// Its fields but for the footprint, by name.
    pub fields: Vec<(&'static str, String)>,
    /// Its footprint.
    pub shape: Geometry<f64>,
}

/// A day of [`Standing::fields`].
pub fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "elemento_editar.html")]
struct Sheet<F: Feature> {
    shell: Shell,
    problem: Option<Problem>,
    typed: Filled,
    /// What is edited; none where it is new.
    code: Option<String>,
    places: Vec<Seat>,
    form: &'static str,
    plan: Option<String>,
    /// Whether the footprint has parts or holes, which corners do not tell.
    has_parts: bool,
    own: F,
}

/// The form of a new one, with what the address says.
pub async fn blank<F: Feature>(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    may_keep(&actor)?;
    let typed = Filled::of(parameters.0);
    Ok(shown::<F>(&office, shell, typed, None, None))
}

/// Writes a new one.
pub async fn create<F: Feature>(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    match F::write(&office, &actor, None, &typed).await {
        Ok(written) => Ok(seen::<F>(written)),
        Err(problem) => {
            may_keep(&actor)?;
            Ok(shown::<F>(&office, shell, typed, None, Some(problem)))
        }
    }
}

/// The form of one that is there.
pub async fn filled<F: Feature>(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    may_keep(&actor)?;
    let Standing { mut fields, shape } = F::standing(&office, &code).await?;
    let (form, corners) = footprint::corners(&shape).unwrap_or_default();
    fields.extend([("forma", form.to_owned()), ("huella", corners)]);
    let one = Some((code, shape));
    Ok(shown::<F>(&office, shell, Filled::of(fields), one, None))
}

/// Writes the next version of one.
pub async fn change<F: Feature>(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    match F::write(&office, &actor, Some(&code), &typed).await {
        Ok(written) => Ok(seen::<F>(written)),
        Err(problem) => {
            may_keep(&actor)?;
            let shape = F::standing(&office, &code).await?.shape;
            let one = Some((code, shape));
            Ok(shown::<F>(&office, shell, typed, one, Some(problem)))
        }
    }
}

fn seen<F: Feature>((code, what): (String, &str)) -> Response {
    done(&format!("{}/{code}", F::ALL.1), what)
}

fn shown<F: Feature>(
    office: &Office,
    shell: Shell,
    typed: Filled,
    one: Option<(String, Geometry<f64>)>,
    problem: Option<Problem>,
) -> Response {
    let (code, shape) = one.unzip();
    let sheet = Sheet {
        own: F::of(&typed, code.is_none(), problem.as_ref()),
        problem,
        code,
        places: office.seats(),
        form: footprint::form(&typed),
        plan: footprint::plan(office, typed.typed("ubigeo"), shape.as_ref()),
        has_parts: shape.is_some_and(|shape| footprint::corners(&shape).is_none()),
        typed,
        shell,
    };
    page_after(sheet.problem.as_ref(), &sheet)
}
