//! What can be typed. Its help is in Spanish, as all that people see.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::{collection::Collection, id::Ubigeo};

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

#[derive(Args, Debug)]
#[command(next_help_heading = "Opciones")]
pub struct Serve {
    /// Dirección y puerto.
    #[arg(
        long,
        env = "CATASTRO_LISTEN",
        value_name = "DIRECCIÓN",
        default_value = "127.0.0.1:8080",
        hide_default_value = true
    )]
    pub listen: String,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Opciones")]
pub struct Demo {
    #[command(flatten)]
    pub serve: Serve,
    /// Cuántos lotes.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10_000,
        hide_default_value = true
    )]
    pub parcels: u32,
    /// Semilla: la misma semilla da la misma provincia.
    #[arg(
        long,
        value_name = "S",
        default_value_t = 2201,
        hide_default_value = true
    )]
    pub seed: u64,
    /// Solo crea los datos.
    #[arg(long)]
    pub no_serve: bool,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Opciones")]
pub struct Ingest {
    /// Shapefile (.zip o .shp), GeoPackage o GeoJSON.
    #[arg(value_name = "ARCHIVO", help_heading = "Argumentos")]
    pub file: PathBuf,
    /// Capa a la que va: lotes, manzanas, sectores, zonificacion, restricciones, vias, planes u otra.
    #[arg(long, value_name = "CAPA")]
    pub collection: Collection,
    /// Municipio: seis dígitos del INEI; 220101 es Moyobamba.
    #[arg(long, value_name = "UBIGEO")]
    pub ubigeo: Ubigeo,
    /// Capa del archivo, si tiene varias.
    #[arg(long, value_name = "CAPA")]
    pub layer: Option<String>,
    /// Sistema de referencia del archivo, si no lo dice o lo dice mal: EPSG:24878 es PSAD56 zona 18 Sur.
    #[arg(long, value_name = "EPSG:n")]
    pub source_crs: Option<String>,
    /// Perfil de columnas: su nombre o la ruta de un archivo .json.
    #[arg(long, value_name = "PERFIL")]
    pub profile: Option<String>,
    /// Publica lo aceptado. Sin esto solo se informa.
    #[arg(long, conflicts_with = "dry_run")]
    pub publish: bool,
    /// Solo informa (es lo que se hace sin --publish).
    #[arg(long)]
    pub dry_run: bool,
    /// Deja fuera las filas con errores en lugar de rechazar el archivo.
    #[arg(long)]
    pub skip_errors: bool,
    /// Forma del informe: text o json.
    #[arg(
        long,
        value_name = "FORMA",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub format: Format,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Opciones")]
pub struct Check {
    /// Código catastral del lote.
    #[arg(value_name = "CÓDIGO", help_heading = "Argumentos")]
    pub code: String,
    /// Día que se pregunta (AAAA-MM-DD); sin esto, hoy.
    #[arg(long, value_name = "FECHA")]
    pub as_of: Option<NaiveDate>,
    /// Forma de la respuesta: text o json.
    #[arg(
        long,
        value_name = "FORMA",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub format: Format,
}

/// Shape of an answer.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Para leer.
    Text,
    /// Para programas.
    Json,
}

#[derive(Subcommand, Debug)]
pub enum Db {
    /// Escribe la dirección de la base de datos.
    #[command(help_template = HELP, override_usage = "catastro db url [opciones]")]
    Url,
    /// Abre psql en la base de datos.
    #[command(help_template = HELP, override_usage = "catastro db psql [opciones]")]
    Psql,
    /// Detiene la base de datos propia.
    #[command(help_template = HELP, override_usage = "catastro db stop [opciones]")]
    Stop,
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
