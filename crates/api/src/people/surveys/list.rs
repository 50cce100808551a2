//! `/levantamientos`: what waits for a decision, and what was uploaded.

use askama::Template;
use axum::{extract::State, response::Response};
use domain::{id::Ubigeo, people::Action};
use office::{
    Office,
    surveys::{DeskQuestion, ListedRow, PAGE_OF_DESK},
};

use super::words;
use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page},
        spanish,
    },
    problem::{Parameters, Refusal},
    session::Caller,
};

#[derive(Template)]
#[template(path = "levantamientos.html")]
struct List {
    shell: Shell,
    waiting: Vec<Line>,
    lines: Vec<Line>,
    places: Vec<words::Choice>,
    states: Vec<words::Choice>,
    own: bool,
    pager: words::Pager,
    may_upload: bool,
    may_package: bool,
}

/// A survey in a list.
struct Line {
    href: String,
    file: String,
    layer: String,
    place: String,
    by: String,
    at: String,
    state: (&'static str, &'static str),
    waits_for: Option<&'static str>,
    errors: Option<String>,
    others: Option<String>,
}

impl Line {
    fn of(row: ListedRow, places: &std::collections::BTreeMap<Ubigeo, String>) -> Self {
        let some = |count: i64, one, many| (count > 0).then(|| words::so_many(count, one, many));
        Self {
            href: format!("/levantamientos/{}", row.id),
            waits_for: words::waits_for(&row),
            state: words::state(&row.state),
            layer: words::layer(row.collection.name()).to_owned(),
            place: places
                .get(&row.ubigeo)
                .cloned()
                .unwrap_or_else(|| row.ubigeo.to_string()),
            by: row
                .uploaded_by
                .map_or_else(|| "operador".to_owned(), |(_, login)| login),
            at: spanish::moment(row.received_at),
            errors: some(row.errors, "error", "errores"),
            others: some(row.others, "observación o aviso", "observaciones y avisos"),
            file: row.file_name,
        }
    }
}

/// The list.
pub async fn list(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    let office: &Office = doors.office();
    parameters.only(&["de", "estado", "municipio", "pagina"])?;
    let number: u32 = parameters
        .read("pagina", "un número desde 1")?
        .unwrap_or(1)
        .max(1);
    let may_upload = shell.may(Action::UploadSurvey) || shell.may(Action::UploadPlan);
    // Who uploads looks for their own; who only decides has none.
    let own = match parameters.get("de") {
        Some(whose) => whose == "mios",
        None => may_upload,
    };
    let state = parameters
        .get("estado")
        .filter(|state| words::STATES.contains(state));
    let place: Option<Ubigeo> = parameters
        .get("municipio")
        .and_then(|place| place.parse().ok());
    let question = DeskQuestion {
        own,
        state: state.map(str::to_owned),
        place,
        page: number - 1,
    };
    let desk = office.desk(&actor, &question).await?;
    let places = office.places_to_read(&actor)?;
    let state = state.unwrap_or_default();
    let place = place.map_or_else(String::new, |place| place.to_string());
    let href = |page: u32| {
        let whose = if own { "mios" } else { "todos" };
        words::address(
            "/levantamientos",
            &[
                ("de", whose),
                ("estado", state),
                ("municipio", &place),
                ("pagina", &page.to_string()),
            ],
        )
    };
    let first = (number as usize - 1) * PAGE_OF_DESK as usize;
    let pager = words::Pager {
        words: match desk.lines.len() {
            0 => "No hay ninguno.".to_owned(),
            shown => format!("Del {} al {}.", first + 1, first + shown),
        },
        before: (number > 1).then(|| href(number - 1)),
        after: desk.more.then(|| href(number + 1)),
    };
    let line = |row| Line::of(row, &places);
    Ok(page(&List {
        waiting: desk.waiting.into_iter().map(line).collect(),
        lines: desk.lines.into_iter().map(line).collect(),
        states: words::choices(
            words::STATES.map(|state| (state, words::state(state).1)),
            state,
        ),
        places: words::choices(&places, &place),
        may_package: shell.may(Action::UploadSurvey),
        may_upload,
        own,
        pager,
        shell,
    }))
}
