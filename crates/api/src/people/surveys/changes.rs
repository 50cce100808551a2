//! `/levantamientos/{id}/cambios` and `/conflictos`: what a survey does to what is in force, and who else wants to.

use askama::Template;
use axum::{extract::State, response::Response};
use office::surveys::{ChangedOnGround, Claimed};

use super::{
    one::{Head, clipped},
    plan::{self, Plan},
    words,
};
use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page},
        spanish,
    },
    problem::{Parameters, Refusal, Segments},
    programs::surveys::parse,
    session::Caller,
};

/// Changes of a page, all of them on its plan.
const PAGE: u32 = 50;
/// Conflicts of a page.
const CONFLICTS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "levantamiento_cambios.html")]
struct Changes {
    shell: Shell,
    head: Head,
    kinds: Vec<words::Choice>,
    lines: Vec<Line>,
    plan: Option<Plan>,
    pager: words::Pager,
}

/// A change in a table.
struct Line {
    number: i32,
    kind: &'static str,
    what: String,
    parents: String,
    children: String,
    moved: String,
    before: String,
    after: String,
    difference: String,
    spoiled: bool,
}

impl Line {
    fn of(change: &ChangedOnGround) -> Self {
        let metres = |there: bool, value: f64| {
            if there {
                spanish::number(value, 2)
            } else {
                String::new()
            }
        };
        let (had, has) = (!change.parents.is_empty(), !change.children.is_empty());
        let aspects: Vec<&str> = change
            .aspects
            .iter()
            .map(|aspect| words::aspect(aspect))
            .collect();
        Self {
            number: change.number,
            kind: words::change(&change.kind),
            what: aspects.join(", "),
            parents: clipped(&change.parents.join(", ")),
            children: clipped(&change.children.join(", ")),
            moved: metres(change.displaced_m > 0.0, change.displaced_m),
            before: metres(had, change.area_before_m2),
            after: metres(has, change.area_after_m2),
            difference: metres(had && has, change.area_after_m2 - change.area_before_m2),
            spoiled: change.spoiled,
        }
    }
}

/// The changes.
pub async fn changes(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    parameters.only(&["tipo", "pagina"])?;
    let (office, id) = (doors.office(), parse(&id)?);
    let number: u32 = parameters
        .read("pagina", "un número desde 1")?
        .unwrap_or(1)
        .max(1);
    let kind = parameters.get("tipo");
    let after = (number - 1).saturating_mul(PAGE);
    let seen = office.changes_seen(&actor, id, kind, (PAGE, after)).await?;
    let kind = kind.unwrap_or_default();
    let chosen = seen
        .counts
        .iter()
        .filter(|(name, _)| kind.is_empty() || name == kind);
    let count = chosen.map(|(_, count)| count).sum();
    let kinds = seen.counts.iter().map(|(name, count)| {
        (
            name,
            format!("{} ({})", words::change(name), spanish::count(*count)),
        )
    });
    let path = format!("/levantamientos/{id}/cambios");
    let href = |page: u32| words::address(&path, &[("tipo", kind), ("pagina", &page.to_string())]);
    Ok(page(&Changes {
        head: Head::of(&seen.shape),
        kinds: words::choices(kinds, kind),
        lines: seen.changes.iter().map(Line::of).collect(),
        plan: plan::changes(&seen.changes),
        pager: words::Pager::of(number, seen.changes.len(), count, PAGE, href),
        shell,
    }))
}

#[derive(Template)]
#[template(path = "levantamiento_conflictos.html")]
struct Conflicts {
    shell: Shell,
    head: Head,
    lines: Vec<Conflict>,
    plan: Option<plan::Plan>,
    words: String,
}

/// Something that two surveys claim.
struct Conflict {
    href: String,
    file: String,
    state: (&'static str, &'static str),
    parcel: String,
    theirs: String,
    by: &'static str,
    area: String,
}

impl Conflict {
    fn of((_, conflict): Claimed) -> Self {
        Self {
            href: format!("/levantamientos/{}", conflict.survey),
            state: words::state(&conflict.state),
            by: if conflict.by == "codigo" {
                "el mismo código"
            } else {
                "el mismo terreno"
            },
            area: conflict
                .area_m2
                .map_or_else(String::new, spanish::square_metres),
            file: conflict.file,
            parcel: conflict.parcel,
            theirs: conflict.theirs,
        }
    }
}

/// What others that wait claim too.
pub async fn conflicts(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Result<Response, Refusal> {
    let (office, id) = (doors.office(), parse(&id)?);
    let shape = office.survey_sheet(&actor, id).await?.shape;
    let mut found = office.conflicts_seen(&actor, id).await?;
    let all = found.len();
    found.truncate(CONFLICTS_MAX);
    let words = if all > found.len() {
        format!(
            "Se ven {} de {}.",
            spanish::count(found.len()),
            spanish::count(all)
        )
    } else {
        words::so_many(all, "conflicto.", "conflictos.")
    };
    Ok(page(&Conflicts {
        head: Head::of(&shape),
        plan: plan::conflicts(&found),
        lines: found.into_iter().map(Conflict::of).collect(),
        words,
        shell,
    }))
}
