//! The land and its law: surveys that come in, parcels that are asked about, norms.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::{collection::Collection, id::Ubigeo};
use office::surveys::Scope;

use super::{Format, HELP};

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

fn scope(text: &str) -> Result<Scope, &'static str> {
    Scope::of(text).ok_or("parcial o manzanas")
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
