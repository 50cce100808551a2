//! What can be typed. Its help is in Spanish, as all that people see.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::{audit::Head, collection::Collection, id::Ubigeo};
use office::surveys::Scope;

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

#[derive(Args, Debug)]
#[command(next_help_heading = "Opciones")]
pub struct Serve {
    /// Dirección y puerto; de costumbre, 127.0.0.1:8080.
    #[arg(long, env = "CATASTRO_LISTEN", value_name = "DIRECCIÓN")]
    pub listen: Option<String>,
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
        default_value_t = demo::Plan::default().parcels,
        hide_default_value = true
    )]
    pub parcels: u32,
    /// Semilla: la misma semilla da la misma provincia.
    #[arg(
        long,
        value_name = "S",
        default_value_t = demo::Plan::default().seed,
        hide_default_value = true
    )]
    pub seed: u64,
    /// Solo crea los datos.
    #[arg(long)]
    pub no_serve: bool,
    /// Es la práctica de un servicio, que la arranca a su lado.
    #[arg(long, hide = true)]
    pub practice: bool,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Opciones")]
pub struct Ingest {
    /// Shapefile, GeoPackage, GeoJSON, KML, KMZ, GML, DXF o CSV, solos o en un .zip; o un .gdb en un .zip.
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
    /// «parcial»: lo que el archivo no trae sigue en vigor. «manzanas»: trae completas las manzanas que toca, y los lotes
    /// de ellas que no trae se dan de baja.
    #[arg(long, value_name = "ALCANCE", default_value = "parcial", hide_default_value = true, value_parser = scope)]
    pub scope: Scope,
    /// Por qué se publica, o por qué se dejan fuera filas con errores; queda en la auditoría.
    #[arg(long, value_name = "TEXTO")]
    pub reason: Option<String>,
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
    /// Actividad que se propone: cuatro dígitos de la CIIU Rev. 4, como 4711.
    #[arg(long, value_name = "CIIU")]
    pub activity: Option<String>,
    /// Uso que se propone, como lo dice la norma: «vivienda multifamiliar».
    #[arg(long = "use", value_name = "USO")]
    pub land_use: Option<String>,
    /// Pisos que se proponen.
    #[arg(long, value_name = "N")]
    pub floors: Option<f64>,
    /// Altura que se propone, en metros.
    #[arg(long, value_name = "M")]
    pub height: Option<f64>,
    /// Área techada de todos los pisos, en m².
    #[arg(long, value_name = "M2")]
    pub built_area: Option<f64>,
    /// Parte del lote que ocupa el edificio, en por ciento; lo demás es área libre.
    #[arg(long, value_name = "PCT")]
    pub coverage: Option<f64>,
    /// Retiro frontal que se propone, en metros.
    #[arg(long, value_name = "M")]
    pub front_setback: Option<f64>,
    /// Retiro lateral que se propone, en metros.
    #[arg(long, value_name = "M")]
    pub side_setback: Option<f64>,
    /// Retiro posterior que se propone, en metros.
    #[arg(long, value_name = "M")]
    pub rear_setback: Option<f64>,
    /// Estacionamientos que se proponen.
    #[arg(long, value_name = "N")]
    pub parking: Option<f64>,
    /// Viviendas que se proponen.
    #[arg(long, value_name = "N")]
    pub dwellings: Option<f64>,
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
pub enum Norms {
    /// Revisa un archivo de normas, prueba los casos de casos.csv (si está a su lado) y lo publica.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro norms import [opciones] <ARCHIVO>")]
    Import {
        /// Archivo JSON, como manda schemas/norma.schema.json.
        #[arg(value_name = "ARCHIVO", help_heading = "Argumentos")]
        file: PathBuf,
        /// Solo informa.
        #[arg(long)]
        dry_run: bool,
        /// Por qué se publica; sin esto, un caso distinto de lo esperado lo detiene.
        #[arg(long, value_name = "MOTIVO")]
        reason: Option<String>,
        /// Forma del informe: text o json.
        #[arg(
            long,
            value_name = "FORMA",
            default_value = "text",
            hide_default_value = true,
            hide_possible_values = true
        )]
        format: Format,
    },
    /// Las normas que el servicio tiene.
    #[command(help_template = HELP, override_usage = "catastro norms list [opciones]")]
    List,
}

#[derive(Subcommand, Debug)]
pub enum User {
    /// Crea una cuenta y escribe su contraseña provisional, esta única vez.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro user add [opciones] --name <NOMBRE> --role <ROL> <USUARIO>")]
    Add {
        /// Nombre para ingresar: letras sin tilde, dígitos, punto o guion.
        #[arg(value_name = "USUARIO", help_heading = "Argumentos")]
        login: String,
        /// Nombre y apellidos.
        #[arg(long, value_name = "NOMBRE")]
        name: String,
        #[arg(
            long = "role",
            value_name = "ROL",
            required = true,
            help = "Rol, con su municipio si es de uno: jefe_catastro@220101, planificador. Se repite para varios"
        )]
        roles: Vec<String>,
        /// Correo por el que la conoce un proveedor de identidad.
        #[arg(long, value_name = "CORREO")]
        email: Option<String>,
        /// Último día de la cuenta (AAAA-MM-DD).
        #[arg(long, value_name = "FECHA")]
        until: Option<NaiveDate>,
    },
    /// Escribe las cuentas.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro user list [opciones]")]
    List {
        /// Forma de la respuesta: text o json.
        #[arg(
            long,
            value_name = "FORMA",
            default_value = "text",
            hide_default_value = true,
            hide_possible_values = true
        )]
        format: Format,
    },
    /// Inhabilita una cuenta, con sus sesiones y sus tokens.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro user disable [opciones] <USUARIO>")]
    Disable {
        /// La cuenta.
        #[arg(value_name = "USUARIO", help_heading = "Argumentos")]
        login: String,
    },
    /// Vuelve a habilitar una cuenta.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro user enable [opciones] <USUARIO>")]
    Enable {
        /// La cuenta.
        #[arg(value_name = "USUARIO", help_heading = "Argumentos")]
        login: String,
    },
    /// Da a una cuenta una contraseña provisional y la escribe, esta única vez.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro user password [opciones] <USUARIO>")]
    Password {
        /// La cuenta.
        #[arg(value_name = "USUARIO", help_heading = "Argumentos")]
        login: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Token {
    /// Crea un token y escribe su secreto, esta única vez.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro token create [opciones] --name <NOMBRE> <USUARIO>")]
    Create {
        /// De quién es.
        #[arg(value_name = "USUARIO", help_heading = "Argumentos")]
        login: String,
        /// Para qué es.
        #[arg(long, value_name = "NOMBRE")]
        name: String,
        #[arg(
            long = "action",
            value_name = "ACCIÓN",
            help = "Acción que permite, como subir_levantamiento; sin ninguna, solo lee lo público. Se repite para varias"
        )]
        actions: Vec<String>,
        /// Cuántos días vale.
        #[arg(
            long,
            value_name = "DÍAS",
            default_value_t = 90,
            hide_default_value = true
        )]
        days: u16,
    },
    /// Escribe los tokens de una cuenta.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro token list [opciones] <USUARIO>")]
    List {
        /// De quién son.
        #[arg(value_name = "USUARIO", help_heading = "Argumentos")]
        login: String,
    },
    /// Revoca un token.
    #[command(help_template = HELP, next_help_heading = "Opciones", override_usage = "catastro token revoke [opciones] <ID>")]
    Revoke {
        /// Su identificador.
        #[arg(value_name = "ID", help_heading = "Argumentos")]
        id: uuid::Uuid,
    },
}

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

#[derive(Subcommand, Debug)]
pub enum Db {
    /// Pone al día el esquema de la base de datos y sus permisos.
    #[command(help_template = HELP, override_usage = "catastro db migrate [opciones]")]
    Migrate,
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

fn scope(text: &str) -> Result<Scope, &'static str> {
    Scope::of(text).ok_or("parcial o manzanas")
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
