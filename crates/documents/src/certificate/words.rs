//! How the paper calls what a verdict names.

use domain::plan::{Effect, parameter::Parameter};

use super::verdict::Basis;
use crate::text::whole;

/// Letters of a norm's or a theme's name: a paragraph of a cell.
const BASIS_MAX: usize = 400;

/// A parameter, as the law lists it.
pub(super) fn parameter(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::MaxFloors => "Altura máxima en pisos",
        Parameter::MaxHeight => "Altura máxima",
        Parameter::MinHeight => "Altura mínima",
        Parameter::MaxRatio => "Coeficiente máximo de edificación",
        Parameter::MinRatio => "Coeficiente mínimo de edificación",
        Parameter::MinOpen => "Área libre mínima",
        Parameter::FrontSetback => "Retiro frontal",
        Parameter::SideSetback => "Retiro lateral",
        Parameter::RearSetback => "Retiro posterior",
        Parameter::MinLot => "Área de lote normativo",
        Parameter::MinFront => "Frente mínimo",
        Parameter::MaxDensity => "Densidad neta máxima",
        Parameter::Parking => "Estacionamientos",
    }
}

/// What was asked, from the stable name of a finding.
pub(super) fn finding(id: &str, theme: impl Fn(&str) -> String) -> String {
    if let Some(code) = id.strip_prefix("tema:") {
        return theme(code);
    }
    if let Some(code) = id.strip_prefix("restriccion:") {
        return format!("Restricción {}", whole(code, 60));
    }
    let known = Parameter::ALL
        .into_iter()
        .find(|parameter| parameter.finding() == id);
    known.map_or_else(
        || sentence_case(&whole(&id.replace('_', " "), 80)),
        |known| parameter(known).to_owned(),
    )
}

pub(super) fn state(state: &str) -> &str {
    match state {
        "cumple" => "CUMPLE",
        "no_cumple" => "NO CUMPLE",
        "no_aplica" => "No aplica",
        _ => "NO SE PUEDE AFIRMAR",
    }
}

pub(super) fn outcome(outcome: &str) -> &'static str {
    match outcome {
        "conforme" => "CONFORME: la propuesta cumple todo lo que se evaluó.",
        "no_conforme" => "NO CONFORME: la propuesta no cumple lo que la tabla señala.",
        _ => {
            "NO CONCLUYENTE: falta saber lo que la tabla señala, y lo que no se sabe no cuenta como cumplido."
        }
    }
}

pub(super) fn effect(effect: Option<Effect>) -> &'static str {
    match effect {
        Some(Effect::Prohibits) => "Prohíbe edificar",
        Some(Effect::Conditions) => "Condiciona",
        Some(Effect::Informs) => "Informa",
        None => "Efecto no conocido",
    }
}

pub(super) fn theme_state(state: &str) -> &'static str {
    match state {
        "afectado" => "Afectado",
        "no_afectado" => "No afectado",
        _ => "SIN DATOS: no se sabe",
    }
}

/// Article and norm.
pub(super) fn basis(basis: &Basis) -> String {
    let parts = [&basis.article, &basis.norm];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| whole(part, BASIS_MAX))
        .collect();
    if parts.is_empty() {
        "sin norma registrada".to_owned()
    } else {
        parts.join(", ")
    }
}

/// A number as it was signed, with four decimals at most.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

pub(super) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
