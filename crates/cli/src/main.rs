//! The binary `catastro`: what was typed is parsed, one act is called, its answer is printed.

mod arguments;
mod commands;
mod configuration;
mod database;
mod progress;
mod words;

use std::process::ExitCode;

use clap::Parser;
use office::{sources::reader, surveys::child};

use crate::{
    arguments::{Arguments, Command, Place},
    configuration::Configuration,
};

/// Rows of a survey are many small values of many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A child knows nothing of arguments, configuration or databases.
    let ended = match std::env::args().nth(1).as_deref() {
        Some(child::WORD) => Some(child::work()),
        Some(reader::WORD) => Some(reader::work()),
        _ => None,
    };
    match ended {
        Some(Ok(())) => return ExitCode::SUCCESS,
        Some(Err(_)) => return ExitCode::FAILURE,
        None => {}
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return words::usage(&error),
    };
    let mut place = arguments.place;
    let configuration = match configuration(&place) {
        Ok(configuration) => configuration,
        Err(problem) => return words::problem(&problem),
    };
    words::log(arguments.command.is_service(), &configuration.log);
    place.database = place.database.or_else(|| configuration.database.clone());
    let place = &place;
    let done = match arguments.command {
        Command::Serve(options) => commands::serve::run(place, &configuration, &options),
        Command::Demo(options) => commands::demo::run(place, &configuration, &options),
        Command::Ingest(options) => commands::ingest::run(place, &options),
        Command::Check(options) => commands::check::run(place, &options),
        Command::Norms(action) => commands::norms::run(place, &action),
        Command::User(action) => commands::user::run(place, action),
        Command::Token(action) => commands::token::run(place, action),
        Command::Certificate(action) => commands::certificate::run(&configuration, &action),
        Command::Key(action) => commands::key::run(place, &configuration, &action),
        Command::Audit(action) => commands::audit::run(place, &action),
        Command::Db(action) => commands::db::run(place, &configuration, &action),
    };
    done.unwrap_or_else(|problem| words::problem(&problem))
}

fn configuration(place: &Place) -> Result<Configuration, office::Problem> {
    Configuration::load(place.config.as_deref(), &place.data_dir, std::env::vars())
}
