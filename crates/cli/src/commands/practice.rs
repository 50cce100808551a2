//! The practice beside a service: the demonstration province in a process and a cluster of its own. It is given nothing by
//! which it could come to the real land.

use std::{process::Stdio, time::Duration};

use office::{Kind, Problem};
use tokio::process::{Child, Command};

use super::serve::program;
use crate::{arguments::Place, configuration::Configuration, words};

/// A practice that runs.
pub struct Practice {
    child: Child,
}

/// It stops its cluster in that time, or is stopped.
const GRACE: Duration = Duration::from_secs(15);

impl Practice {
    /// Starts it, where the configuration names an address for it.
    pub fn beside(place: &Place, configuration: &Configuration) -> Result<Option<Self>, Problem> {
        let Some(address) = &configuration.practice else {
            return Ok(None);
        };
        let folder = place.data_dir.join("practica");
        let mut command = Command::new(program()?);
        for (name, _) in std::env::vars_os() {
            let ours = name.to_string_lossy();
            if ours.starts_with("CATASTRO_") || ours.starts_with("PG") {
                command.env_remove(&name);
            }
        }
        let child = command
            .arg("--data-dir")
            .arg(&folder)
            .args(["demo", "--practice", "--listen", address])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                Problem::new(
                    Kind::Internal,
                    format!("La práctica no arrancó: {error}."),
                    "Quite «[practica] escucha» de la configuración para servir sin ella.",
                )
            })?;
        words::note(&format!(
            "Práctica en http://{address}, con sus cuentas en {}",
            folder.join("cuentas-demostracion.txt").display()
        ));
        Ok(Some(Self { child }))
    }

    /// Asks it to stop, as one asks the service itself.
    pub async fn end(mut self) {
        if let Some(id) = self.child.id() {
            let asked = Command::new("kill").arg(id.to_string()).status().await;
            if asked.is_ok() {
                let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
            }
        }
        // Whatever is left of it ends with us.
        let _ = self.child.kill().await;
    }
}
