//! Words for the embedded cluster.

use store::cluster::ClusterError;

use super::{Kind, Problem};

impl From<ClusterError> for Problem {
    fn from(error: ClusterError) -> Self {
        tracing::debug!(%error, "cluster");
        let refused = |title: String, detail: String| Self::new(Kind::Unavailable, title, detail);
        match error {
            ClusterError::MissingBinaries { program, package } => refused(
                format!("Falta el programa {program} de PostgreSQL."),
                format!("Instálelo con:  sudo apt-get install {package}"),
            ),
            ClusterError::MissingPostgis { version, package } => refused(
                format!("Falta PostGIS para PostgreSQL {version}."),
                format!("Instálelo con:  sudo apt-get install {package}"),
            ),
            ClusterError::MissingUser { name } => refused(
                format!("El sistema no tiene la cuenta «{name}», con la que debe correr la base de datos."),
                "Instale PostgreSQL, que la crea:  sudo apt-get install postgresql".to_owned(),
            ),
            ClusterError::DataDirNotReachable { path, user, blocking_parent } => refused(
                format!("La cuenta «{user}» no puede llegar a la carpeta de datos {}.", path.display()),
                format!(
                    "Deje pasar por la carpeta que lo impide:  chmod o+x {}\n\
                     o use otra carpeta:  --data-dir /var/lib/catastro",
                    blocking_parent.display()
                ),
            ),
            ClusterError::DataDirTaken { path } => refused(
                format!("La carpeta {} está ocupada por otra cosa.", path.display()),
                "Use otra carpeta con --data-dir, o mueva lo que hay en ella:  mv CARPETA CARPETA.antes".to_owned(),
            ),
            ClusterError::NotOurs { path, owner, user } => refused(
                format!("La base de datos de {} es de la cuenta «{owner}».", path.display()),
                format!("Este proceso corre como «{user}». Ejecute el programa con la cuenta «{owner}» o use otra carpeta con --data-dir."),
            ),
            ClusterError::WrongVersion { found, needed } => refused(
                format!("La base de datos se hizo con PostgreSQL {needed} y está instalado el {found}."),
                format!("Instale la versión que falta:  sudo apt-get install postgresql-{needed} postgresql-{needed}-postgis-3"),
            ),
            ClusterError::Busy { lock, waited_s } => refused(
                format!("Otro proceso usa la base de datos desde hace más de {waited_s} s."),
                format!("Espere a que termine, o búsquelo con:  fuser {}", lock.display()),
            ),
            ClusterError::DiskFull { path } => refused(
                format!("No queda espacio en el disco de {}.", path.display()),
                format!("Libere espacio; se ve con:  df -h {}", path.display()),
            ),
            ClusterError::StartFailed { log, log_tail } => refused(
                "La base de datos no arrancó.".to_owned(),
                format!("Su registro está en {}. Termina así:\n{log_tail}", log.display()),
            ),
            ClusterError::InitFailed { output } | ClusterError::DatabaseFailed { output } => refused(
                "No se pudo crear la base de datos.".to_owned(),
                format!("PostgreSQL dice:\n{output}"),
            ),
            ClusterError::StopFailed { pid } => refused(
                format!("La base de datos (proceso {pid}) no se detiene."),
                format!("Espere un momento; si sigue, deténgala con:  kill -INT {pid}"),
            ),
            ClusterError::Vanished { path } => refused(
                format!("La carpeta de la base de datos {} desapareció.", path.display()),
                "Devuélvala a su sitio o use otra con --data-dir.".to_owned(),
            ),
            ClusterError::Io { path, source } => refused(
                format!("El sistema no dejó usar {}: {source}.", path.display()),
                "Compruebe los permisos de la carpeta y el espacio en el disco.".to_owned(),
            ),
        }
    }
}
