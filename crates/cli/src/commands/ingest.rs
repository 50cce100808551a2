//! `catastro ingest`: a file examined, and published where that is asked for.

use std::process::ExitCode;

use office::{
    Problem,
    surveys::{OnErrors, Purpose, Request, State, Survey},
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
        layer: options.layer.clone(),
        collection: options.collection.clone(),
        ubigeo: options.ubigeo,
        source_crs: options.source_crs.clone(),
        profile: options.profile.clone(),
        purpose: if options.publish {
            Purpose::Publish
        } else {
            Purpose::Look
        },
        on_errors: if options.skip_errors {
            OnErrors::Skip
        } else {
            OnErrors::Refuse
        },
    };
    let actor = super::operator();
    let bar = Bar::new();
    // The file is read while the database is reached.
    let survey = Survey::begin(request, move |progress| bar.show(progress))?;
    let report = visiting(
        place,
        |store| async move { survey.ingest(&store, &actor).await },
    )?;
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
