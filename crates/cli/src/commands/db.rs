//! `catastro db`: the embedded cluster.

use std::process::{Command, ExitCode};

use office::{Kind, Problem};
use store::cluster::Cluster;

use crate::{
    arguments::{Db, Place},
    configuration::Configuration,
    database::{Database, visiting},
    words,
};

pub fn run(place: &Place, configuration: &Configuration, action: &Db) -> Result<ExitCode, Problem> {
    match action {
        Db::Migrate => {
            visiting(place, async |store| {
                super::serve::prepare(store, configuration).await
            })?;
            words::say("La base de datos está al día.");
            Ok(ExitCode::SUCCESS)
        }
        Db::Url => {
            let running = place
                .database
                .clone()
                .or_else(|| Cluster::status(&place.data_dir));
            match running {
                Some(address) => words::say(&address),
                None => {
                    return Err(Problem::new(
                        Kind::Unavailable,
                        "La base de datos propia no está en marcha.",
                        "Arránquela con:  catastro serve",
                    ));
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Db::Psql => {
            let database = Database::open(place)?;
            let status = Command::new("psql")
                .arg(database.url())
                .status()
                .map_err(|_| {
                    Problem::new(
                        Kind::Unavailable,
                        "Falta el programa psql.",
                        "Instálelo con:  sudo apt-get install postgresql-client",
                    )
                })?;
            Ok(if status.success() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        Db::Stop => {
            let was_running = Cluster::stop(&place.data_dir)?;
            words::say(if was_running {
                "La base de datos se detuvo."
            } else {
                "La base de datos no estaba en marcha."
            });
            Ok(ExitCode::SUCCESS)
        }
    }
}
