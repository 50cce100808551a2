//! `/` for people: pages in Spanish that work without script. To add a page: 1. `people/<page>.rs` with its `routes()` and
//! its templates in `templates/`; 2. a line here; 3. where it belongs to the menu, a line in `people/shell.rs`.

mod account;
mod administration;
mod assets;
mod cadastral_projects;
mod certificates;
mod chart;
mod drawing;
mod features;
mod filled;
mod government;
mod help;
mod home;
mod indicators;
mod inspections;
mod investments;
mod maintenance;
mod map;
mod news;
mod observations;
mod observatory;
mod papers;
mod parcel;
mod plans;
mod reports;
mod shell;
mod sources;
mod spanish;
mod surroundings;
mod surveys;
mod text;
mod urban;
pub mod verify;
mod works;
mod wrong;

use axum::{
    Router, middleware,
    response::{IntoResponse, Redirect, Response},
};

pub(crate) use drawing::texture;
pub(crate) use shell::{Shell, page};
pub(crate) use wrong::{nothing_here, wants_a_page};

use crate::{doors::Doors, problem::Parameters, session::from_our_own_pages};

/// Its routes. Forms come from our own pages, signed in or not: nobody acts, or is signed in, unawares.
pub fn routes(doors: Doors) -> Router<Doors> {
    Router::new()
        .merge(account::routes())
        .merge(certificates::routes())
        .merge(administration::routes())
        .merge(help::routes())
        .merge(home::routes())
        .merge(maintenance::routes())
        .merge(inspections::routes())
        .merge(map::routes())
        .merge(news::routes())
        .merge(parcel::routes())
        .merge(observations::routes())
        .merge(surveys::routes())
        .merge(cadastral_projects::routes())
        .merge(government::routes())
        .merge(indicators::routes())
        .merge(investments::routes())
        .merge(observatory::routes())
        .merge(papers::routes())
        .merge(plans::routes())
        .merge(reports::routes())
        .merge(sources::routes())
        .merge(works::routes())
        .merge(urban::routes())
        .merge(verify::routes())
        .layer(middleware::from_fn_with_state(doors, wrong::on_a_page))
        .layer(middleware::from_fn(from_our_own_pages))
        .merge(assets::routes())
}

/// Its routes that take as long as a file does, or a town that is published. Each limits what comes.
pub fn long_routes(doors: Doors) -> Router<Doors> {
    Router::new()
        .merge(inspections::long_routes())
        .merge(papers::long_routes())
        .merge(surveys::long_routes())
        .layer(middleware::from_fn_with_state(doors, wrong::on_a_page))
        .layer(middleware::from_fn(from_our_own_pages))
}

/// Cuts what was read down to a page. Gives its last one, where there is more.
fn cut<T>(found: &mut Vec<T>, page: i64) -> Option<&T> {
    let page = usize::try_from(page).unwrap_or_default();
    let more = found.len() > page;
    found.truncate(page);
    found.last().filter(|_| more)
}

/// Where a list goes on after one of it: the same question, after what is shown.
fn next_of(path: &str, parameters: &Parameters, last: Option<&str>) -> Option<String> {
    let last = last?;
    let asked = parameters.0.iter();
    let asked = asked.map(|(name, value)| (name.as_str(), value.as_str()));
    let query: Vec<(&str, &str)> = asked
        .filter(|(name, value)| *name != "despues" && !value.is_empty())
        .chain([("despues", last)])
        .collect();
    Some(format!(
        "{path}?{}",
        serde_urlencoded::to_string(query).ok()?
    ))
}

/// Where somebody goes after what they did, to a page that says so.
fn done(address: &str, what: &str) -> Response {
    Redirect::to(&format!("{address}?hecho={what}")).into_response()
}

impl Parameters {
    /// What was just done, of what a page has words for; a paper that was added is told alike everywhere.
    fn told(&self, known: &[(&str, &'static str)]) -> Option<&'static str> {
        const PAPER: (&str, &str) = ("documento", "El documento está guardado.");
        let what = self.get("hecho")?;
        let mut known = known.iter().chain([&PAPER]);
        known
            .find(|(name, _)| *name == what)
            .map(|(_, words)| *words)
    }
}

/// Text that cannot be taken for markup.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
