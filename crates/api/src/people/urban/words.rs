//! Findings, states and facts of control urbano in plain words.

use domain::plan::{Effect, Theme};
use office::view::{BasisView, Check};

/// The look and the word of a state or an outcome.
pub type Chip = (&'static str, &'static str);

/// How a finding is.
pub fn state(state: &str) -> Chip {
    match state {
        "cumple" => ("bien", "Cumple"),
        "no_cumple" => ("mal", "No cumple"),
        "no_aplica" => ("dato", "No se aplica"),
        _ => ("duda", "No se puede afirmar"),
    }
}

/// What came of a check.
pub fn outcome(outcome: &str) -> Chip {
    match outcome {
        "conforme" => ("bien", "Conforme"),
        "no_conforme" => ("mal", "No conforme"),
        _ => ("duda", "No concluyente"),
    }
}

/// The whole in a sentence.
pub fn sentence(check: &Check) -> String {
    let count = |state: &str| {
        check
            .hallazgos
            .iter()
            .filter(|one| one.estado == state)
            .count()
    };
    let (fails, unknown) = (count("no_cumple"), count("no_concluyente"));
    let of = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let unknown_words = of(
        unknown,
        "cosa no se puede afirmar",
        "cosas no se pueden afirmar",
    );
    match (check.resultado, fails, unknown) {
        ("conforme", ..) => "Todo lo que la norma pide cumple.".to_owned(),
        ("no_conforme", fails, 0) => {
            format!("{}.", of(fails, "cosa no cumple", "cosas no cumplen"))
        }
        ("no_conforme", fails, _) => {
            format!(
                "{}, y {unknown_words}.",
                of(fails, "cosa no cumple", "cosas no cumplen")
            )
        }
        (_, _, 0) => {
            "No se propuso nada que juzgar: abajo está lo que la norma pide en este lugar."
                .to_owned()
        }
        _ => {
            format!("Ni se afirma ni se niega que cumpla: {unknown_words}. No saber no es cumplir.")
        }
    }
}

/// What a finding is about.
pub fn finding(id: &str, themes: &[Theme]) -> String {
    if let Some(theme) = id.strip_prefix("tema:") {
        return format!("Sin datos: {}", self::theme(theme, themes));
    }
    if let Some(overlay) = id.strip_prefix("restriccion:") {
        return format!("Restricción {overlay}");
    }
    match id {
        "zona" => "Zona y norma que rigen",
        "uso" => "Uso",
        "actividad" => "Actividad",
        "altura_maxima" => "Altura en pisos",
        "altura_maxima_metros" => "Altura máxima",
        "altura_minima" => "Altura mínima",
        "coeficiente_maximo" => "Coeficiente máximo de edificación",
        "coeficiente_minimo" => "Coeficiente mínimo de edificación",
        "area_libre" => "Área libre",
        "retiro_frontal" => "Retiro frontal",
        "retiro_lateral" => "Retiro lateral",
        "retiro_posterior" => "Retiro posterior",
        "lote_normativo" => "Área del lote",
        "frente_minimo" => "Frente del lote",
        "densidad" => "Densidad neta",
        "estacionamientos" => "Estacionamientos",
        "huella_en_predio" => "Huella dentro del predio",
        other => other,
    }
    .to_owned()
}

/// What people call a parameter.
pub fn parameter(name: &str) -> &str {
    match name {
        "altura_maxima_pisos" => "Altura máxima, en pisos",
        "altura_maxima_m" => "Altura máxima",
        "altura_minima_m" => "Altura mínima",
        "coeficiente_maximo" => "Coeficiente máximo de edificación",
        "coeficiente_minimo" => "Coeficiente mínimo de edificación",
        "area_libre_minima_pct" => "Área libre mínima",
        "retiro_frontal_m" => "Retiro frontal",
        "retiro_lateral_m" => "Retiro lateral",
        "retiro_posterior_m" => "Retiro posterior",
        "lote_normativo_m2" => "Lote normativo",
        "frente_minimo_m" => "Frente mínimo",
        "densidad_neta_maxima_hab_ha" => "Densidad neta máxima",
        "estacionamientos" => "Estacionamientos",
        other => other,
    }
}

/// A fact that would have to be known.
pub fn fact(name: &str) -> &str {
    match name {
        "ancho_via_m" => "el ancho de la vía del frente",
        "esquina" => "si el lote es de esquina",
        "area_m2" => "el área del lote",
        "frente" | "frente_m" | "lote_frente_m" => "el frente del lote",
        "uso" => "el uso",
        "pisos" => "los pisos",
        "altura_m" => "la altura",
        "viviendas" => "cuántas viviendas",
        "habitantes" => "cuántos habitantes",
        "area_techada_m2" => "el área techada",
        "area_libre_pct" => "el área libre",
        "sector" => "el sector",
        "estacionamientos" => "cuántos estacionamientos",
        "retiros_m.frontal" | "retiro_frontal_m" => "el retiro frontal",
        "retiros_m.lateral" | "retiro_lateral_m" => "el retiro lateral",
        "retiros_m.posterior" | "retiro_posterior_m" => "el retiro posterior",
        "huella" => "la huella del edificio",
        "zonificacion" => "la zona",
        other => other,
    }
}

/// Facts in one line.
pub fn facts(names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(|name| fact(name)).collect();
    names.join(", ")
}

/// What people call a theme.
pub fn theme(code: &str, themes: &[Theme]) -> String {
    let known = themes.iter().find(|theme| theme.code == code);
    known.map_or_else(|| code.to_owned(), |theme| theme.name.clone())
}

/// What an overlay does.
pub fn effect(effect: Option<Effect>) -> &'static str {
    match effect {
        Some(Effect::Prohibits) => "No deja construir",
        Some(Effect::Conditions) => "Pone condiciones",
        Some(Effect::Informs) => "Informa",
        None => "No se sabe",
    }
}

/// A source in law.
pub fn basis(basis: &BasisView) -> String {
    match (&basis.articulo, &basis.norma) {
        (Some(article), Some(norm)) => format!("{article}, {norm}"),
        (Some(one), None) | (None, Some(one)) => one.to_string(),
        (None, None) => "sin norma registrada".to_owned(),
    }
}
