//! What is found in a survey, to take along: on paper, as a table, as a GeoPackage.

use askama::Template;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use futures_util::stream;
use office::{Office, surveys::Seen};

use super::{
    findings::Line,
    one::{Head, RuleLine, facts, name_of, rules},
    package::sent,
};
use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page},
        spanish,
    },
    problem::{Refusal, Segments},
    programs::surveys::parse,
    session::Caller,
};

/// Findings on paper: a ream has five hundred sheets.
const ON_PAPER_MAX: u32 = 500;

#[derive(Template)]
#[template(path = "levantamiento_informe.html")]
struct Paper {
    shell: Shell,
    head: Head,
    facts: Vec<(&'static str, String)>,
    rules: Vec<RuleLine>,
    lines: Vec<Line>,
    words: String,
}

/// The report on paper.
pub async fn report(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Result<Response, Refusal> {
    let (office, id) = (doors.office(), parse(&id)?);
    let sheet = office.survey_sheet(&actor, id).await?;
    let found = office
        .findings_seen(&actor, id, &Seen::default(), (ON_PAPER_MAX, 0))
        .await?;
    let places = office.places_to_read(&actor)?;
    let survey = id.to_string();
    let words = match found.count {
        0 => "No se halló nada.".to_owned(),
        count if count > found.findings.len() => format!(
            "Los {} primeros de {}; todos están en el CSV.",
            spanish::count(found.findings.len()),
            spanish::count(count)
        ),
        count => format!("Son {}.", spanish::count(count)),
    };
    Ok(page(&Paper {
        head: Head::of(&sheet.shape),
        facts: facts(&sheet, name_of(&places, &sheet.shape.ubigeo)),
        rules: rules(sheet.report.as_ref(), &survey),
        lines: found
            .findings
            .iter()
            .map(|found| Line::of(found, &survey))
            .collect(),
        words,
        shell,
    }))
}

/// The findings as a CSV, piece by piece.
pub async fn table(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Result<Response, Refusal> {
    let id = parse(&id)?;
    let office = Office::clone(doors.office());
    let first = office.findings_table(&actor, id, 0).await?;
    let step = office.findings_table_step();
    let begun = (first, 0_u32);
    let pieces = stream::unfold(begun, move |(piece, after)| {
        let (office, actor) = (office.clone(), actor.clone());
        async move {
            let piece = match piece {
                Some(first) => first,
                // A database that goes away meanwhile breaks the answer off: it is not taken for all there is.
                None => match office.findings_table(&actor, id, after).await {
                    Ok(more) => more?,
                    Err(problem) => {
                        return Some((Err(std::io::Error::other(problem)), (None, u32::MAX)));
                    }
                },
            };
            Some((Ok(piece), (None, after.saturating_add(step))))
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Ok(name) = format!("attachment; filename=\"hallazgos_{id}.csv\"").parse() {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// The faults that have a place, for a GIS.
pub async fn faults(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Result<Response, Refusal> {
    Ok(sent(
        doors.office().faults_package(&actor, parse(&id)?).await?,
    ))
}
