//! Names of the register as people say them.

use domain::institute::{
    Phase,
    work::{Service, WorkState},
};

use crate::people::spanish;

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

/// All phases: name and words.
pub fn phases() -> [(&'static str, &'static str); 4] {
    Phase::ALL.map(|one| (one.name(), phase(one.name())))
}

/// A thematic axis.
pub fn axis(code: &str) -> &str {
    if code.is_empty() {
        return "Sin eje";
    }
    spanish::axis(code)
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

/// All services: name and words.
pub fn services() -> [(&'static str, &'static str); 5] {
    Service::ALL.map(|one| (one.name(), service(one.name())))
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

/// All places on that way: name and words.
pub fn states() -> [(&'static str, &'static str); 5] {
    WorkState::ALL.map(|one| (one.name(), state(one.name())))
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
