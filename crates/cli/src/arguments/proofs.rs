//! What proves something: the audit chain, the keys that sign, certificates.

use std::path::PathBuf;

use clap::Subcommand;
use domain::audit::Head;

use super::HELP;

#[derive(Subcommand, Debug)]
pub enum Audit {
    /// Recorre la cadena entera y dice si está completa, o qué registro la rompe.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro audit verify [opciones]")]
    Verify {
        /// Cabeza que alguien guardó, de un certificado o informe (NÚMERO:HUELLA). Se repite para varias.
        #[arg(long = "head", value_name = "CABEZA")]
        heads: Vec<Head>,
    },
}

#[derive(Subcommand, Debug)]
pub enum Key {
    /// Escribe las llaves públicas, la que firma hoy primero.
    #[command(help_template = HELP, override_usage = "catastro key list [opciones]")]
    List,
    /// Crea una llave que firma desde ahora; lo que firmaron las otras sigue siendo auténtico.
    #[command(help_template = HELP, override_usage = "catastro key rotate [opciones]")]
    Rotate,
}

#[derive(Subcommand, Debug)]
pub enum Certificate {
    /// Comprueba el JSON firmado de un certificado: 0 si es auténtico, 2 si se le cambió un byte o se anuló.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro certificate verify [opciones] <ARCHIVO>")]
    Verify {
        /// El JSON, de /api/certificados/NÚMERO.
        #[arg(value_name = "ARCHIVO", help_heading = "Argumentos")]
        file: PathBuf,
        /// La llave pública en PEM, de /api/firma/claves; varias, si la anulación se firmó con otra. Sin esto, la de la carpeta de llaves de este servidor.
        #[arg(long, value_name = "PEM")]
        key: Vec<PathBuf>,
    },
}
