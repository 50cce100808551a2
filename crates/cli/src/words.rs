//! What is printed: problems, and what was typed wrong, in Spanish.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::error::{ContextKind, ErrorKind};
use office::{Kind, Problem};
use tracing_subscriber::EnvFilter;

use crate::configuration::Log;

/// The input was refused.
const REFUSED: u8 = 2;
/// It was accepted, and the work failed.
const FAILED: u8 = 1;

/// Writes to standard output; a reader that went away (`| head`) is no fault of ours.
pub fn say(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Writes to standard error.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says a problem; its kind is the exit code.
pub fn problem(problem: &Problem) -> ExitCode {
    note(&format!("{}\n{}", problem.title, problem.detail));
    ExitCode::from(match problem.kind {
        Kind::BadRequest
        | Kind::NoAccount
        | Kind::Forbidden
        | Kind::Conflict
        | Kind::Stale
        | Kind::NoPrecondition
        | Kind::MediaType
        | Kind::NotFound
        | Kind::Refused
        | Kind::TooLarge => REFUSED,
        Kind::TooMany | Kind::Unavailable | Kind::Internal => FAILED,
    })
}

/// The exit code of work that failed.
pub fn failed() -> ExitCode {
    ExitCode::from(FAILED)
}

/// The exit code of a file that was refused.
pub fn refused() -> ExitCode {
    ExitCode::from(REFUSED)
}

/// Says what was typed wrong.
pub fn usage(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        say(error.render().to_string().trim_end());
        return ExitCode::SUCCESS;
    }
    let get = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = get(ContextKind::InvalidArg);
    let value = get(ContextKind::InvalidValue);
    let text = match error.kind() {
        ErrorKind::UnknownArgument => format!("No existe la opción «{argument}»."),
        ErrorKind::InvalidSubcommand => format!(
            "No existe la orden «{}».",
            get(ContextKind::InvalidSubcommand)
        ),
        ErrorKind::MissingRequiredArgument => format!("Falta: {argument}."),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "Falta decir qué hacer.".to_owned()
        }
        ErrorKind::ArgumentConflict => {
            format!("«{argument}» no va con {}.", get(ContextKind::PriorArg))
        }
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("A «{argument}» le falta su valor.")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => {
            format!("A «{argument}» le falta su valor.")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("«{value}» no vale para {argument}.{}", expected(&argument))
        }
        _ => "No se entiende la orden.".to_owned(),
    };
    note(&format!("{text}\nLa ayuda se ve con --help."));
    ExitCode::from(REFUSED)
}

fn expected(argument: &str) -> &'static str {
    if argument.starts_with("--ubigeo") {
        " Un ubigeo tiene seis dígitos; 220101 es Moyobamba."
    } else if argument.starts_with("--collection") {
        " Una capa se nombra con minúsculas sin tilde, dígitos y _: lotes, zonificacion, postes_luz."
    } else if argument.starts_with("--as-of") {
        " Una fecha se escribe AAAA-MM-DD."
    } else if argument.starts_with("--head") {
        " Una cabeza se escribe como 1234:9f86d0…, el número y 64 dígitos hexadecimales."
    } else if argument.starts_with("--format") {
        " Puede ser text o json."
    } else {
        ""
    }
}

/// Starts the log. A command that a person waits for says only what went wrong; a service says what it does.
pub fn log(service: bool, set: &Log) {
    let usual = if service { "info" } else { "error" };
    let level = set.level.as_deref().unwrap_or(usual);
    // Statements and their values stay out of the log at any level: they hold names.
    let filter = EnvFilter::new(format!(
        "{level},sqlx=warn,hyper=warn,h2=warn,rustls=warn,reqwest=warn"
    ));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    if set.json {
        log.json().flatten_event(true).init();
    } else {
        log.init();
    }
}
