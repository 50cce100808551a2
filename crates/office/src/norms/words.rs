//! What is wrong with a norm, in Spanish.

use domain::plan::{
    expression::InvalidExpression,
    norm::{Fault, NormFault},
};
use serde::Serialize;

/// A finding about a norm's file.
#[derive(Clone, Debug, Serialize)]
pub struct NormFinding {
    /// Stable code.
    pub regla: &'static str,
    /// `error`, `observacion`, `aviso`.
    pub severidad: &'static str,
    /// The member of the file, or its line and column.
    pub lugar: String,
    /// What is wrong, and how to mend it.
    pub mensaje: String,
}

pub(super) fn fault(fault: &NormFault) -> NormFinding {
    NormFinding {
        regla: fault.fault.code(),
        severidad: "error",
        lugar: fault.place.clone(),
        mensaje: sentence(&fault.fault),
    }
}

fn sentence(fault: &Fault) -> String {
    match fault {
        Fault::TooLarge => "El archivo es demasiado grande.".to_owned(),
        Fault::Form(error) => {
            format!("El archivo no tiene la forma de schemas/norma.schema.json ({error}).")
        }
        Fault::Days => "«vigente_hasta» no es posterior a «vigente_desde».".to_owned(),
        Fault::Digest => "«sha256» son 64 dígitos hexadecimales.".to_owned(),
        Fault::Twice(name) => format!("«{name}» está dos veces: quite una."),
        Fault::NoArticle(id) => format!("Se cita el artículo «{id}», que no está en «articulos»."),
        Fault::NoClass(code) => format!("Se nombra la clase «{code}», que no está en «clases»."),
        Fault::OneValue => "Diga uno, y solo uno, de «valor», «formula» y «segun».".to_owned(),
        Fault::Implausible { value, max } => {
            format!("{value} no es creíble: se espera un número de 0 a {max}.")
        }
        Fault::Expression(error) => expression(error),
        Fault::Circular(name) => {
            format!(
                "Una fórmula puede nombrar los retiros, que son números, y ningún otro parámetro; aquí, «{name}»."
            )
        }
        Fault::NoLast => {
            "El último valor no puede tener condición: si ninguna se cumple, no habría límite."
                .to_owned()
        }
        Fault::Unreachable => {
            "Este valor no tiene condición y no es el último: los que siguen nunca se alcanzan."
                .to_owned()
        }
        Fault::Activity(text) => format!("«{text}» no es una actividad de la CIIU Rev. 4."),
    }
}

fn expression(error: &InvalidExpression) -> String {
    match error {
        InvalidExpression::TooLong => "La expresión es demasiado larga.".to_owned(),
        InvalidExpression::TooDeep => {
            "La expresión tiene demasiados paréntesis anidados.".to_owned()
        }
        InvalidExpression::Syntax(why) => format!("La expresión no se entiende ({why})."),
        InvalidExpression::UnknownVariable(name) => format!(
            "«{name}» no existe. Se pueden nombrar: ancho_via_m, esquina, area_m2, frente_m, uso, pisos, viviendas, \
             area_techada_m2, sector y los retiros de la clase."
        ),
        InvalidExpression::Function(name) => {
            format!("Las expresiones no llaman funciones ({name}).")
        }
        InvalidExpression::Kind(why) => format!(
            "La expresión no da lo que debe ({why}). Una condición es cierta o falsa, una fórmula es un número, y los \
             números de una cuenta llevan decimales: 2.0 y no 2."
        ),
    }
}

pub(super) fn drawn(
    regla: &'static str,
    severidad: &'static str,
    lugar: impl Into<String>,
    mensaje: String,
) -> NormFinding {
    NormFinding {
        regla,
        severidad,
        lugar: lugar.into(),
        mensaje,
    }
}
