//! `/mantenimiento`: parcels divided, joined, corrected, renumbered and retired, each rehearsed before it is sent.

mod plan;
mod task;
mod told;
mod typed;

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Router,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use office::{
    Kind, Office, Problem,
    surveys::operations::{Asked, Rehearsal, Workplace},
};

use self::{
    task::{Task, Way},
    told::Told,
    typed::Typed,
};
use super::{
    drawing::short_code,
    shell::{Shell, page_with},
    spanish,
};
use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Parameters, Refusal, status},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/mantenimiento", get(bench).post(work))
}

#[derive(Template)]
#[template(path = "mantenimiento_inicio.html")]
struct Start {
    shell: Shell,
    problem: Option<Problem>,
    code: String,
}

#[derive(Template)]
#[template(path = "mantenimiento.html")]
struct Bench {
    shell: Shell,
    problem: Option<Problem>,
    code: String,
    link: String,
    area: String,
    minimum: Option<String>,
    minimum_m2: Option<String>,
    tasks: Vec<Way>,
    task: Option<Task>,
    typed: Typed,
    plan: String,
    /// The ring that a line divides, for the areas beside the plan.
    ring: Option<String>,
    neighbours: Vec<Neighbour>,
    /// The border to be corrected, or another drawn line, as text.
    line: String,
    sides: Vec<(String, String, bool)>,
    rehearsal: Option<Told>,
}

/// A neighbour to be chosen.
struct Neighbour {
    code: String,
    short: String,
    border: String,
    href: String,
    chosen: bool,
}

async fn bench(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    let typed = Typed::of(parameters.0);
    office.may_maintain(&shell.visitor().actor)?;
    if typed.get("predio").is_empty() {
        return Ok(start(shell, None, ""));
    }
    let place = match office
        .workplace(&shell.visitor().actor, typed.get("predio"))
        .await
    {
        Ok(place) => place,
        Err(problem) => return absent(shell, problem, &typed),
    };
    let bench = Bench::of(shell, &place, typed, None, None);
    Ok(page_with(StatusCode::OK, &bench))
}

async fn work(
    State(office): State<Arc<Office>>,
    shell: Shell,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Refusal> {
    let actor = shell.visitor().actor.clone();
    office.may_maintain(&actor)?;
    let Ok(Form(pairs)) = form else {
        return Err(Refusal(typed::unread()));
    };
    let typed = Typed::of(pairs);
    let place = match office.workplace(&actor, typed.get("predio")).await {
        Ok(place) => place,
        Err(problem) => return absent(shell, problem, &typed),
    };
    let done = match typed.asked(&place) {
        Ok(asked) if typed.get("paso") == "enviar" => sent(&office, &shell, &asked).await,
        Ok(asked) => {
            let rehearsal = office.rehearse(&actor, &asked).await;
            rehearsal.map(|rehearsal| Done::Rehearsed(Box::new(rehearsal)))
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(Done::Sent(address)) => Ok(Redirect::to(&address).into_response()),
        Ok(Done::Rehearsed(rehearsal)) => {
            let told = Told::of(&place, &rehearsal);
            let bench = Bench::of(shell, &place, typed, None, Some(told));
            Ok(page_with(StatusCode::OK, &bench))
        }
        Err(problem) => {
            let status = status(&problem);
            let bench = Bench::of(shell, &place, typed, Some(problem), None);
            Ok(page_with(status, &bench))
        }
    }
}

/// What came of a form.
enum Done {
    Rehearsed(Box<Rehearsal>),
    Sent(String),
}

async fn sent(office: &Office, shell: &Shell, asked: &Asked) -> Result<Done, Problem> {
    let survey = office.operate(&shell.visitor().actor, asked).await?;
    Ok(Done::Sent(format!("/levantamientos/{}", survey.id)))
}

fn start(shell: Shell, problem: Option<Problem>, code: &str) -> Response {
    let status = problem.as_ref().map_or(StatusCode::OK, status);
    let code = code.chars().take(80).collect();
    page_with(
        status,
        &Start {
            shell,
            problem,
            code,
        },
    )
}

/// A parcel that cannot be worked on: its code is asked for again.
fn absent(shell: Shell, problem: Problem, typed: &Typed) -> Result<Response, Refusal> {
    if matches!(problem.kind, Kind::NotFound | Kind::BadRequest) {
        return Ok(start(shell, Some(problem), typed.get("predio")));
    }
    Err(problem.into())
}

impl Bench {
    fn of(
        shell: Shell,
        place: &Workplace,
        typed: Typed,
        problem: Option<Problem>,
        rehearsal: Option<Told>,
    ) -> Self {
        let task = Task::of(typed.get("operacion"));
        let link = encoded(&place.code);
        let other = place.neighbour(typed.get("colindante"));
        let line = match (typed.get("linea"), other) {
            ("", Some(other)) if task == Some(Task::Border) => plan::written(&other.border),
            (line, _) => line.to_owned(),
        };
        Self {
            area: spanish::square_metres(place.area_m2()),
            minimum: told::minimum(&place.minimum),
            minimum_m2: place.minimum.lot_m2.map(|area| format!("{area:.2}")),
            tasks: Way::all(task, &link),
            plan: plan::form(place, task, &typed),
            ring: match task {
                Some(Task::Line) => plan::ring(&place.shape),
                Some(Task::Border) => other
                    .and_then(|other| other.both.as_ref())
                    .and_then(plan::ring),
                _ => None,
            },
            neighbours: neighbours(place, &typed, &link),
            sides: plan::sides(place, typed.get("lado")),
            code: place.code.clone(),
            line,
            link,
            task,
            typed,
            problem,
            rehearsal,
            shell,
        }
    }

    /// Whether a task is the one that is before us.
    fn does(&self, word: &str) -> bool {
        self.task.is_some_and(|task| task.word() == word)
    }
}

fn neighbours(place: &Workplace, typed: &Typed, link: &str) -> Vec<Neighbour> {
    let one = |beside: &office::surveys::operations::Beside| Neighbour {
        code: beside.code.clone(),
        short: short_code(&beside.code).to_owned(),
        border: spanish::number(plan::length_m(&beside.border), 2),
        href: format!(
            "/mantenimiento?predio={link}&operacion=rectificar&colindante={}",
            encoded(&beside.code)
        ),
        chosen: typed.all("predios").any(|code| code == beside.code)
            || typed.get("colindante") == beside.code,
    };
    place.beside.iter().map(one).collect()
}
