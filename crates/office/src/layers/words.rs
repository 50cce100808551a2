//! Words for what is wrong with a filter.

use domain::filter::{Kind as ValueKind, KindFault, Queryable};
use query::cql2::{DEPTH_MAX, Fault, LENGTH_MAX};
use store::pages::Refused;

use crate::{Kind, Problem};

/// What is wrong with a filter.
pub(super) fn fault(fault: &Fault, queryables: &[Queryable]) -> Problem {
    let (title, detail) = match fault {
        Fault::TooLong => (
            "El filtro es demasiado largo.".to_owned(),
            format!(
                "Se admiten hasta {LENGTH_MAX} bytes. Simplifique la geometría, o pregunte por partes con «bbox» y listas más cortas."
            ),
        ),
        Fault::TooDeep => (
            "El filtro tiene demasiadas partes una dentro de otra.".to_owned(),
            format!(
                "Se admiten {DEPTH_MAX} paréntesis anidados y cien operaciones seguidas. Escríbalo más plano, con AND y OR."
            ),
        ),
        Fault::TooIntricate => (
            "El filtro no se pudo leer en un tiempo razonable.".to_owned(),
            "Revise los paréntesis, o escríbalo más plano.".to_owned(),
        ),
        Fault::Syntax { at } => (
            "El filtro no se entiende.".to_owned(),
            match at {
                Some(at) => format!(
                    "Se lee hasta el carácter {at}. Los textos van entre comillas simples, como uso = 'vivienda'."
                ),
                None => "Escríbalo en CQL2, como area_m2 > 200 AND uso = 'vivienda'.".to_owned(),
            },
        ),
        Fault::Property(name) => (
            format!("No existe la propiedad «{}».", short(name)),
            format!("Aquí se pregunta por: {}.", names(queryables)),
        ),
        Fault::Function(name) => (
            format!("No existe la función «{}».", short(name)),
            "Se admiten CASEI, ACCENTI, S_INTERSECTS y las demás de lugar, T_AFTER y las demás de tiempo.".to_owned(),
        ),
        Fault::Arguments(name) => (
            format!("«{}» no tiene los argumentos que necesita.", short(name)),
            "Por ejemplo: S_INTERSECTS(geometry, BBOX(-77, -6.1, -76.9, -6)), area_m2 BETWEEN 100 AND 200.".to_owned(),
        ),
        Fault::NoCondition => (
            "El filtro no es una condición.".to_owned(),
            "Compare algo, como area_m2 > 200. Las geometrías se preguntan con S_INTERSECTS y las demás funciones de lugar."
                .to_owned(),
        ),
        Fault::Kinds(KindFault { expected, found }) => (
            format!("Se compara {} con {}.", kind(*expected), kind(*found)),
            "Los textos van entre comillas simples, los números sin ellas, los días como DATE('2026-11-23').".to_owned(),
        ),
        Fault::Time(text) => (
            format!("«{}» no es un día ni un momento.", short(text)),
            "Escriba DATE('2026-11-23') o TIMESTAMP('2026-11-23T15:04:05Z').".to_owned(),
        ),
        Fault::Shape => (
            "Una geometría del filtro no es válida.".to_owned(),
            "Sus anillos se cierran, no se cruzan, y tienen al menos cuatro puntos. Las coordenadas son números.".to_owned(),
        ),
        Fault::MixedCollection => (
            "La colección mezcla puntos, líneas y áreas.".to_owned(),
            "Pregunte por cada clase de geometría por separado, y únalas con OR.".to_owned(),
        ),
        Fault::Place(_) => (
            "Las coordenadas de una geometría no existen en su sistema.".to_owned(),
            "Se leen en longitud y latitud, o en el sistema que diga «filter-crs».".to_owned(),
        ),
    };
    Problem::new(Kind::BadRequest, title, detail)
}

/// Why the database had no answer.
pub(super) fn refused(why: Refused) -> Problem {
    match why {
        Refused::TooSlow => Problem::new(
            Kind::Unavailable,
            "El filtro tarda demasiado.",
            "Acote el lugar con «bbox», o pregunte por igualdad antes que por patrones que empiezan con %.",
        ),
        Refused::NoValue => Problem::new(
            Kind::BadRequest,
            "El filtro no tiene valor para algún elemento.",
            "Revise las divisiones y potencias, los patrones de LIKE y las geometrías que no se pueden comparar.",
        ),
    }
}

/// The names by which a layer is asked.
pub(super) fn names(queryables: &[Queryable]) -> String {
    let names: Vec<&str> = queryables.iter().map(|one| &*one.name).collect();
    names.join(", ")
}

fn kind(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "un texto",
        ValueKind::Number => "un número",
        ValueKind::Truth => "una verdad",
        ValueKind::Day => "un día",
        ValueKind::Instant => "un momento",
        ValueKind::Shape => "una geometría",
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
