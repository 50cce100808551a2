//! One command a file.

pub mod audit;
pub mod certificate;
pub mod check;
pub mod db;
pub mod demo;
pub mod ingest;
pub mod key;
pub mod norms;
mod practice;
pub mod serve;
pub mod token;
pub mod user;

use domain::people::Actor;

/// Who acts at the command line: the account of the operating system.
pub fn operator() -> Actor {
    let name = std::env::var("SUDO_USER")
        .or_else(|_| std::env::var("USER"))
        .unwrap_or_else(|_| "sistema".to_owned());
    Actor::Operator(format!("consola:{name}"))
}

/// An answer for programs.
pub fn json(answer: &impl serde::Serialize) -> String {
    // Our answers are plain values with text keys: they always serialise.
    serde_json::to_string_pretty(answer).unwrap_or_default()
}
