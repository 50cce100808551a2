//! `catastro audit`: proof of what was done.

use std::process::ExitCode;

use office::{Problem, audit};

use crate::{
    arguments::{Audit, Place},
    database::visiting,
    words,
};

pub fn run(place: &Place, action: &Audit) -> Result<ExitCode, Problem> {
    let Audit::Verify { heads } = action;
    match visiting(place, async |store| audit::verify(&store, heads).await)? {
        Ok(head) => {
            let met = match heads.len() {
                0 => String::new(),
                1 => "; la cabeza dada está en ella".to_owned(),
                many => format!("; las {many} cabezas dadas están en ella"),
            };
            words::say(&format!(
                "La cadena está completa: {} registros{met}.\nCabeza: {}:{}",
                head.number, head.number, head.hash
            ));
            Ok(ExitCode::SUCCESS)
        }
        Err(broken) => {
            words::note(&format!("La cadena de auditoría está rota.\n{broken}"));
            Ok(words::failed())
        }
    }
}
