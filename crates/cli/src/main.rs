//! The binary `catastro`: what was typed is parsed, one act is called, its answer is printed.

mod arguments;
mod commands;
mod database;
mod progress;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return words::usage(&error),
    };
    words::log(arguments.command.is_service());
    let place = &arguments.place;
    let done = match arguments.command {
        Command::Serve(options) => commands::serve::run(place, &options),
        Command::Demo(options) => commands::demo::run(place, &options),
        Command::Ingest(options) => commands::ingest::run(place, &options),
        Command::Check(options) => commands::check::run(place, &options),
        Command::Db(action) => commands::db::run(place, &action),
    };
    done.unwrap_or_else(|problem| words::problem(&problem))
}
