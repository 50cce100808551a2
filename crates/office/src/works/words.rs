//! What is said of a work that does not keep the rules.

use domain::institute::work::{WorkClass, WorkCode};

use super::ClashShape;
use crate::{Kind, Problem};

/// Clashes that a refusal tells in full; of more it says how many.
const TOLD_MAX: usize = 5;

pub(super) fn absent() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay una obra ni una red con ese código.",
        "Las que hay están en /obras.",
    )
}

pub(super) fn no_code(text: &str) -> Problem {
    let text: String = text.chars().take(40).collect();
    Problem::new(
        Kind::BadRequest,
        format!("«{text}» no es el código de una obra ni de una red."),
        "Se escribe 220101-OBR-0012 o 220101-RED-0003; en blanco, el servicio da el que sigue.",
    )
}

pub(super) fn no_more_codes() -> Problem {
    Problem::new(
        Kind::Refused,
        "No quedan números para ese municipio.",
        "Escriba un código que no se haya usado.",
    )
}

pub(super) fn known(code: &WorkCode) -> Problem {
    Problem::new(
        Kind::Conflict,
        format!("Ya hay una obra o una red con el código {code}."),
        format!("Está en /obras/{code}; deje el código en blanco para el que sigue."),
    )
}

pub(super) fn other_code() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El código de una obra no cambia.",
        "Deje «codigo» sin escribir, o con el de la dirección.",
    )
}

pub(super) fn other_class(code: &WorkCode) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("El código {code} no es de esa clase."),
        "Las redes llevan RED y las obras OBR; una obra que termina no se vuelve red: regístrela aparte.",
    )
}

pub(super) fn no_version() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "Falta «version».",
        "Es la versión que usted leyó: está en la respuesta de la obra.",
    )
}

pub(super) fn no_footprint() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "Falta la huella de la obra.",
        "Dibújela en el plano, o escríbala en «huella» como GeoJSON, en longitud y latitud.",
    )
}

pub(super) fn no_investment(cui: &str) -> Problem {
    let cui: String = cui.chars().take(40).collect();
    Problem::new(
        Kind::BadRequest,
        format!("No hay un proyecto con el CUI «{cui}»."),
        "Los que hay están en /inversiones; deje «inversion» en blanco si la obra no es de ninguno.",
    )
}

pub(super) fn no_state(class: WorkClass) -> Problem {
    Problem::new(
        Kind::Refused,
        "El estado no es de esa clase.",
        match class {
            WorkClass::Network => "Una red está en_servicio.",
            WorkClass::Work => "Una obra está prevista, en_obra, terminada o suspendida.",
        },
    )
}

pub(super) fn no_term() -> Problem {
    Problem::new(
        Kind::Refused,
        "El plazo no vale.",
        "Una obra tiene «inicio» y «fin», en ese orden: sin ellos no se ve con qué choca.",
    )
}

pub(super) fn clashes(clashes: &[ClashShape]) -> Problem {
    let told: Vec<&str> = clashes
        .iter()
        .take(TOLD_MAX)
        .map(|clash| clash.texto.as_str())
        .collect();
    let more = clashes.len().saturating_sub(TOLD_MAX);
    let more = if more > 0 {
        format!(" Y {more} más.")
    } else {
        String::new()
    };
    Problem::new(
        Kind::Conflict,
        "La obra choca con otras: no se escribió.",
        format!(
            "{}{more} Cambie el plazo o coordine; si se hace así de todos modos, marque «aceptar_choques».",
            told.join(" ")
        ),
    )
}
