//! What is said of a project that does not keep the rules.

use domain::institute::{
    Cui,
    investment::{ProgressFault, ProjectFault, REACH_MAX_M},
};

use crate::{Kind, Problem};

pub(super) fn absent() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay un proyecto con ese CUI.",
        "Los que hay están en /inversiones.",
    )
}

pub(super) fn no_cui(text: &str) -> Problem {
    let text: String = text.chars().take(40).collect();
    Problem::new(
        Kind::BadRequest,
        format!("«{text}» no es un CUI."),
        "El código único de inversiones tiene siete dígitos, como 2457981.",
    )
}

pub(super) fn known(cui: &Cui) -> Problem {
    Problem::new(
        Kind::Conflict,
        format!("Ya hay un proyecto con el CUI {cui}."),
        format!("Está en /inversiones/{cui}; si hay que cambiarlo, edítelo."),
    )
}

pub(super) fn other_cui() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El CUI de un proyecto no cambia.",
        "Deje «cui» sin escribir, o con el de la dirección.",
    )
}

pub(super) fn no_version() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "Falta «version».",
        "Es la versión que usted leyó: está en la respuesta del proyecto.",
    )
}

pub(super) fn no_footprint() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "Falta la huella del proyecto.",
        "Dibújela en el plano, o escríbala en «huella» como GeoJSON, en longitud y latitud.",
    )
}

pub(super) fn no_plan(plan: &str) -> Problem {
    let plan: String = plan.chars().take(80).collect();
    Problem::new(
        Kind::BadRequest,
        format!("No hay un plan con el código «{plan}»."),
        "Los planes están en /planes; deje «plan» en blanco si el proyecto no es de ninguno.",
    )
}

pub(super) fn no_axis(text: &str, known: &[&str]) -> Problem {
    let text: String = text.chars().take(40).collect();
    Problem::new(
        Kind::BadRequest,
        format!("«{text}» no es un eje temático."),
        format!("Se admiten: {}.", known.join(", ")),
    )
}

pub(super) fn source_name() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El nombre de una fuente no lleva «:», «;» ni saltos de línea.",
        "Escríbalo con letras, como canon o recursos ordinarios.",
    )
}

pub(super) fn broken(fault: &ProjectFault) -> Problem {
    let (title, detail) = match fault {
        ProjectFault::Cost => (
            "El costo no puede ser negativo.".to_owned(),
            "Escríbalo en soles, con punto para los céntimos.".to_owned(),
        ),
        ProjectFault::Source(name) => (
            format!("La fuente «{name}» tiene un monto negativo."),
            "Escriba lo que aporta, en soles.".to_owned(),
        ),
        ProjectFault::SourcesSum(sum) => (
            "Las fuentes no suman el costo.".to_owned(),
            format!(
                "Suman {sum:.2} soles: corrija una fuente o el costo, o no escriba ninguna fuente."
            ),
        ),
        ProjectFault::Dates => (
            "El proyecto termina antes de empezar.".to_owned(),
            "Corrija «inicio» o «fin».".to_owned(),
        ),
        ProjectFault::NoStart => (
            "Falta la fecha de inicio.".to_owned(),
            "Un proyecto en ejecución o en funcionamiento ya empezó: escríbala en «inicio»."
                .to_owned(),
        ),
        ProjectFault::Reach => (
            "El área de influencia no vale.".to_owned(),
            format!("Son metros alrededor de la huella, de 0 a {REACH_MAX_M:.0}."),
        ),
    };
    Problem::new(Kind::Refused, title, detail)
}

pub(super) fn no_progress(fault: &ProgressFault) -> Problem {
    let (title, detail) = match fault {
        ProgressFault::Physical => (
            "El avance físico no vale.".to_owned(),
            "Es acumulado, de 0 a 100.".to_owned(),
        ),
        ProgressFault::Money => (
            "El avance financiero no vale.".to_owned(),
            "Son soles acumulados, cero o más.".to_owned(),
        ),
        ProgressFault::GoesBack { period, says } => (
            format!(
                "El avance físico retrocede: en {} consta {says} %.",
                period.words()
            ),
            "El avance es acumulado. Si de verdad es así, escriba por qué en «motivo».".to_owned(),
        ),
    };
    Problem::new(Kind::Refused, title, detail)
}

pub(super) fn no_period(text: &str) -> Problem {
    let text: String = text.chars().take(40).collect();
    Problem::new(
        Kind::BadRequest,
        format!("«{text}» no es un mes ni un trimestre."),
        "Se escribe 2026-09, o 2026-T3.",
    )
}

pub(super) fn future() -> Problem {
    Problem::new(
        Kind::Refused,
        "Ese periodo todavía no empieza.",
        "El avance se registra de lo que ya pasó.",
    )
}
