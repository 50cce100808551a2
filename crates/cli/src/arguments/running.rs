//! What runs: the service, its demonstration, its database.

use clap::{Args, Subcommand};

use super::HELP;

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
