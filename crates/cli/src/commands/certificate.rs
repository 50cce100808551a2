//! `catastro certificate`: a certificate's file, held to a public key, without a database.

use std::process::ExitCode;

use office::{Problem, certificates::offline};

use crate::{arguments::Certificate, configuration::Configuration, words};

pub fn run(configuration: &Configuration, action: &Certificate) -> Result<ExitCode, Problem> {
    let Certificate::Verify { file, key } = action;
    let proven = offline::verify(file, key, &configuration.signing.folder)?;
    if let Some(why) = &proven.annulled {
        words::note(&format!(
            "ANULADO: el certificado {} se firmó, y después se anuló.\n{why}",
            proven.number
        ));
        return Ok(words::refused());
    }
    let validity = match (proven.expires, proven.expired) {
        (None, _) => "no vence".to_owned(),
        (Some(day), false) => format!("vigente hasta el {day}"),
        (Some(day), true) => format!("VENCIDO el {day}"),
    };
    words::say(&format!(
        "AUTÉNTICO: {} {}, {validity}.\nSi se anuló después de descargarlo, solo lo dice /verificar.",
        proven.title, proven.number
    ));
    Ok(ExitCode::SUCCESS)
}
