//! Accounts of people, and tokens of their programs.

use chrono::NaiveDate;
use clap::Subcommand;

use super::{Format, HELP};

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
