//! Why an operation is not done, and how to mend it.

use domain::operation::Refusal;

use crate::{Kind, Problem};

fn refuse(title: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::new(Kind::Refused, title, detail)
}

pub(super) fn count(most: usize) -> Problem {
    refuse(
        "La operación no nombra ningún predio, o nombra demasiados.",
        format!("Nombre entre uno y {most} códigos en vigor."),
    )
}

pub(super) fn other_place() -> Problem {
    refuse(
        "Los predios no son todos del mismo municipio.",
        "Una operación es de un solo municipio: el ubigeo de los códigos lo dice.",
    )
}

pub(super) fn no_document() -> Problem {
    refuse(
        "Falta el documento que sustenta la operación.",
        "Escriba en «documento» la resolución, el acta o el expediente; queda en la historia del predio.",
    )
}

pub(super) fn not_in_force(code: &str) -> Problem {
    refuse(
        format!("No hay un predio {code} en vigor."),
        "Compruebe el código: si ya se dio de baja, su historia está en /api/predios/{codigo}/historia.",
    )
}

pub(super) fn twice(code: &str) -> Problem {
    refuse(
        format!("El predio {code} está dos veces en la operación."),
        "Nombre cada predio una sola vez.",
    )
}

pub(super) fn line_or_areas() -> Problem {
    refuse(
        "La subdivisión dice «linea» y «areas_m2» a la vez, o ninguna.",
        "Pase la línea por la que se corta, o las áreas de las partes.",
    )
}

pub(super) fn at_least_two() -> Problem {
    refuse(
        "La acumulación nombra un solo predio.",
        "Nombre en «predios» dos o más que colinden.",
    )
}

pub(super) fn no_line() -> Problem {
    refuse(
        "La línea no se entiende.",
        "Es un LineString de GeoJSON con dos a mil vértices en grados: [longitud, latitud].",
    )
}

pub(super) fn code_count(given: usize, needed: usize) -> Problem {
    refuse(
        format!("La operación hace {needed} lotes y se dan {given} códigos."),
        "Dé uno para cada lote, de oeste a este, o ninguno: se toman los siguientes de la manzana.",
    )
}

pub(super) fn no_block(code: &str) -> Problem {
    refuse(
        format!("El código {code} no dice de qué manzana es."),
        "Dé los códigos nuevos en la operación, o renumere antes el predio con un código de catorce dígitos.",
    )
}

pub(super) fn block_is_full(block: &str) -> Problem {
    refuse(
        format!("La manzana {block} ya dio todos sus números hasta el 999."),
        "Dé códigos de otra manzana en la operación.",
    )
}

pub(super) fn last_of_block(block: &str) -> Problem {
    refuse(
        format!("Es el único lote de la manzana {block}."),
        "Una manzana no se deja sin lotes por esta vía: acumule o renumere el lote, o envíe la manzana como queda.",
    )
}

/// What geometry says of it.
pub(super) fn refused(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::DoesNotDivide {
            short: Some((end, metres)),
        } => refuse(
            format!(
                "La línea no divide el predio: su extremo en este {:.2}, norte {:.2} queda a {metres:.2} m del lindero.",
                end.x, end.y
            ),
            "Alárguela hasta el lindero o un poco más allá.",
        ),
        Refusal::DoesNotDivide { short: None } => refuse(
            "Con eso el predio no se divide.",
            "La línea debe cruzarlo de lindero a lindero; las áreas deben dejar al menos dos partes.",
        ),
        Refusal::NotEnough { asked_m2, there_m2 } => refuse(
            format!("Se piden {asked_m2:.2} m² y el predio mide {there_m2:.2} m²."),
            "Corrija las áreas: lo que sobre forma una parte más.",
        ),
        Refusal::NoAreas => refuse(
            "Las áreas no se entienden.",
            "«areas_m2» es una lista de metros cuadrados mayores que 0.01, como [120.5, 80].",
        ),
        Refusal::InPieces { part } => refuse(
            format!("La parte {part} quedaría en pedazos."),
            "Cambie «rumbo_grados», o divida con una línea.",
        ),
        Refusal::Apart => refuse(
            "Los predios no colindan.",
            "Deben compartir un lindero, no solo una esquina; si entre ellos queda un hueco, corríjalo antes.",
        ),
        Refusal::OtherParts { parts } => refuse(
            format!("El lindero nuevo hace {parts} partes de los dos predios."),
            "La línea debe cruzarlos una sola vez, de borde a borde.",
        ),
        Refusal::Tangled => refuse(
            "La línea se cruza demasiadas veces con el predio.",
            "Simplifíquela.",
        ),
    }
}
