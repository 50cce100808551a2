//! Names of the register as people say them.

use office::data;

/// A phase.
pub fn phase(name: &str) -> &str {
    match name {
        "idea" => "Idea",
        "formulacion" => "Formulación",
        "ejecucion" => "Ejecución",
        "funcionamiento" => "Funcionamiento",
        "" => "Sin fase",
        other => other,
    }
}

/// A thematic axis.
pub fn axis(code: &str) -> String {
    if code.is_empty() {
        return "Sin eje".to_owned();
    }
    let known = data::axes().iter().find(|axis| axis.code == code);
    known.map_or_else(|| code.to_owned(), |axis| axis.name.clone())
}

/// What was just done.
pub fn done(what: Option<&str>) -> Option<&'static str> {
    Some(match what? {
        "alta" => "El proyecto está registrado.",
        "cambio" => "El cambio está registrado.",
        "avance" => "El avance está registrado.",
        "documento" => "El documento está guardado.",
        "obra" => "La obra está registrada.",
        _ => return None,
    })
}

/// A service.
pub fn service(name: &str) -> &str {
    match name {
        "agua" => "Agua",
        "desague" => "Desagüe",
        "energia" => "Energía",
        "vias" => "Vías",
        "residuos" => "Residuos",
        other => other,
    }
}

/// Where a network or a work is on its way.
pub fn state(name: &str) -> &str {
    match name {
        "en_servicio" => "En servicio",
        "prevista" => "Prevista",
        "en_obra" => "En obra",
        "terminada" => "Terminada",
        "suspendida" => "Suspendida",
        other => other,
    }
}

/// A kind of clash.
pub fn clash(name: &str) -> &str {
    match name {
        "secuencia" => "Se rompe lo recién hecho",
        "simultaneas" => "Al mismo tiempo",
        "seguidas" => "Muy seguidas",
        other => other,
    }
}
