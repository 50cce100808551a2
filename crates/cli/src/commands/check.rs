//! `catastro check`: which zones and restrictions a parcel lies in.

use std::process::ExitCode;

use office::{
    Problem,
    checks::{self, CheckRequest},
};

use crate::{
    arguments::{Check, Format, Place},
    database::visiting,
    words,
};

pub fn run(place: &Place, options: &Check) -> Result<ExitCode, Problem> {
    let request = CheckRequest::of_parcel(&options.code, options.as_of);
    let answer = visiting(place, |store| async move {
        office::setup::prepare(&store, &super::operator()).await?;
        checks::from_database(&store, request).await
    })?;
    match options.format {
        Format::Text => words::say(&answer.to_string()),
        Format::Json => words::say(&super::json(&answer)),
    }
    Ok(ExitCode::SUCCESS)
}
