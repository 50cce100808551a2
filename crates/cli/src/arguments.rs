//! What can be typed. Its help is in Spanish, as all that people see.

mod land;
mod people;
mod proofs;
mod running;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::{
    land::{Check, Ingest, Norms},
    people::{Token, User},
    proofs::{Audit, Certificate, Key},
    running::{Db, Demo, Serve},
};

const HELP: &str = "\
{about-with-newline}
Uso: {usage}

{all-args}{after-help}";

/// Catastro y control urbano de la provincia: levantamientos, predios, zonificación.
#[derive(Parser, Debug)]
#[command(
    name = "catastro",
    version,
    help_template = HELP,
    disable_help_subcommand = true,
    subcommand_help_heading = "Órdenes",
    subcommand_value_name = "ORDEN",
    next_help_heading = "Opciones",
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 100,
    override_usage = "catastro [opciones] <ORDEN>"
)]
pub struct Arguments {
    #[command(flatten)]
    pub place: Place,
    /// Muestra esta ayuda.
    #[arg(short = 'h', long, action = clap::ArgAction::Help, global = true)]
    help: Option<bool>,
    /// Muestra la versión.
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    pub command: Command,
}

/// Where the land is kept.
#[derive(Args, Debug)]
pub struct Place {
    /// Base de datos PostgreSQL con PostGIS; sin esto se usa una propia en la carpeta de datos.
    #[arg(
        long,
        global = true,
        env = "CATASTRO_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database: Option<String>,
    /// Carpeta de datos.
    #[arg(
        long,
        global = true,
        env = "CATASTRO_DATA_DIR",
        value_name = "CARPETA",
        default_value = "./.catastro",
        hide_default_value = true
    )]
    pub data_dir: PathBuf,
    /// Archivo de configuración; sin esto, catastro.toml de la carpeta de datos si está.
    #[arg(long, global = true, env = "CATASTRO_CONFIG", value_name = "ARCHIVO")]
    pub config: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// El servicio: direcciones /ogc, /api y las páginas.
    #[command(help_template = HELP, override_usage = "catastro serve [opciones]")]
    Serve(Serve),
    /// Crea la provincia de demostración y la sirve.
    #[command(help_template = HELP, override_usage = "catastro demo [opciones]")]
    Demo(Demo),
    /// Revisa un archivo de levantamiento y, con --publish, lo publica.
    #[command(help_template = HELP, override_usage = "catastro ingest [opciones] --collection <CAPA> --ubigeo <UBIGEO> <ARCHIVO>")]
    Ingest(Ingest),
    /// Consulta de control urbano de un predio.
    #[command(help_template = HELP, override_usage = "catastro check [opciones] <CÓDIGO>")]
    Check(Check),
    /// Las normas de los planes: qué se puede construir y hacer en cada zona.
    #[command(
        help_template = HELP,
        subcommand_help_heading = "Órdenes",
        subcommand_value_name = "ORDEN",
        disable_help_subcommand = true,
        override_usage = "catastro norms <ORDEN> [opciones]"
    )]
    #[command(subcommand)]
    Norms(Norms),
    /// Las cuentas de las personas.
    #[command(
        help_template = HELP,
        subcommand_help_heading = "Órdenes",
        subcommand_value_name = "ORDEN",
        disable_help_subcommand = true,
        override_usage = "catastro user <ORDEN> [opciones]"
    )]
    #[command(subcommand)]
    User(User),
    /// Los tokens de los programas.
    #[command(
        help_template = HELP,
        subcommand_help_heading = "Órdenes",
        subcommand_value_name = "ORDEN",
        disable_help_subcommand = true,
        override_usage = "catastro token <ORDEN> [opciones]"
    )]
    #[command(subcommand)]
    Token(Token),
    /// Las llaves con que se firman los certificados.
    #[command(
        help_template = HELP,
        subcommand_help_heading = "Órdenes",
        subcommand_value_name = "ORDEN",
        disable_help_subcommand = true,
        override_usage = "catastro key <ORDEN> [opciones]"
    )]
    #[command(subcommand)]
    Key(Key),
    /// Los certificados, sin base de datos ni red.
    #[command(
        help_template = HELP,
        subcommand_help_heading = "Órdenes",
        subcommand_value_name = "ORDEN",
        disable_help_subcommand = true,
        override_usage = "catastro certificate <ORDEN> [opciones]"
    )]
    #[command(subcommand)]
    Certificate(Certificate),
    /// La cadena de auditoría.
    #[command(
        help_template = HELP,
        subcommand_help_heading = "Órdenes",
        subcommand_value_name = "ORDEN",
        disable_help_subcommand = true,
        override_usage = "catastro audit <ORDEN> [opciones]"
    )]
    #[command(subcommand)]
    Audit(Audit),
    /// La base de datos propia.
    #[command(
        help_template = HELP,
        subcommand_help_heading = "Órdenes",
        subcommand_value_name = "ORDEN",
        disable_help_subcommand = true,
        override_usage = "catastro db <ORDEN> [opciones]"
    )]
    #[command(subcommand)]
    Db(Db),
}

impl Command {
    /// Whether it runs until it is stopped.
    pub fn is_service(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Demo(_))
    }
}

/// Shape of an answer.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Para leer.
    Text,
    /// Para programas.
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_is_in_spanish_throughout() {
        fn check(command: &mut clap::Command) {
            let help = command.render_long_help().to_string();
            for english in [
                "Usage:",
                "Options:",
                "Commands:",
                "Arguments:",
                "Print help",
                "[default",
                "[OPTIONS]",
                "Possible",
                "[possible",
            ] {
                assert!(!help.contains(english), "{english} in:\n{help}");
            }
            for sub in command.get_subcommands_mut() {
                check(sub);
            }
        }
        let mut command = Arguments::command();
        command.build();
        check(&mut command);
    }
}
