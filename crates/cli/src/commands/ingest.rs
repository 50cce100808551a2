//! `catastro ingest`: a file examined, and published where that is asked for.

use std::process::ExitCode;

use office::{
    Problem,
    surveys::{OnErrors, Report, Request, State, Survey, Wish},
};

use crate::{
    arguments::{Format, Ingest, Place},
    database::visiting,
    progress::Bar,
    words,
};

pub fn run(place: &Place, options: &Ingest) -> Result<ExitCode, Problem> {
    let request = Request {
        path: options.file.clone(),
        name: None,
        // Who types this has the file in front of them, and the server as well.
        worker: None,
        layer: options.layer.clone(),
        collection: options.collection.clone(),
        ubigeo: options.ubigeo,
        source_crs: options.source_crs.clone(),
        // Who types it has the report in front of them, and the file.
        crs_confirmed: options.source_crs.is_some(),
        profile: options.profile.clone(),
        scope: options.scope,
    };
    let wish = if options.publish {
        Wish::Publish {
            on_errors: if options.skip_errors {
                OnErrors::Skip
            } else {
                OnErrors::Refuse
            },
            reason: options.reason.clone(),
        }
    } else {
        Wish::Look
    };
    let report = match ingest(place, request, wish) {
        Ok(report) => report,
        Err(problem) => {
            if options.format == Format::Json {
                words::say(&super::json(&refusal(&problem)));
            }
            return Err(problem);
        }
    };
    match options.format {
        Format::Text => words::say(report.to_string().trim_end()),
        Format::Json => words::say(&super::json(&report)),
    }
    Ok(if report.state == State::Refused {
        words::refused()
    } else {
        ExitCode::SUCCESS
    })
}

fn ingest(place: &Place, request: Request, wish: Wish) -> Result<Report, Problem> {
    let bar = Bar::new();
    let actor = super::operator();
    // The file is read while the database is reached.
    let survey = Survey::begin(request, move |progress| bar.show(progress))?;
    visiting(place, |store| async move {
        survey.ingest(&store, &actor, wish).await
    })
}

/// A file that was refused before it had a report, for programs: the members of a problem document.
fn refusal(problem: &Problem) -> serde_json::Value {
    serde_json::json!({
        "estado": "rechazado",
        "type": format!("/problemas/{}", problem.kind.slug()),
        "title": problem.title,
        "detail": problem.detail,
    })
}
