//! `catastro key`: the keys that sign certificates.

use std::process::ExitCode;

use office::{Problem, certificates::keys};

use crate::{
    arguments::{Key, Place},
    configuration::Configuration,
    database::visiting,
    words,
};

pub fn run(
    place: &Place,
    configuration: &Configuration,
    action: &Key,
) -> Result<ExitCode, Problem> {
    match action {
        Key::List => {
            let set = visiting(place, async |store| keys::list(&store).await)?;
            words::say(&super::json(&set));
        }
        Key::Rotate => {
            let (operator, folder) = (super::operator(), &configuration.signing.folder);
            let name = visiting(place, async |store| {
                keys::rotate(&store, &operator, folder).await
            })?;
            words::say(&format!(
                "Desde ahora firma la llave {name}.\nSu mitad privada está en {}: guárdela en un respaldo aparte. Las otras no se borran.",
                folder.display()
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
