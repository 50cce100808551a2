//! Words of states.

/// Words and look of a state.
pub(super) fn state(name: &str) -> (&'static str, &'static str) {
    match name {
        "en_marcha" => ("En marcha", "dato"),
        "suspendido" => ("Suspendido", "duda"),
        "terminado" => ("Terminado", "bien"),
        "anulado" => ("Anulado", "mal"),
        "en_curso" => ("En curso", "dato"),
        "actualizada" => ("Actualizada", "bien"),
        "sin_empezar" => ("Sin empezar", "duda"),
        _ => ("Previsto", "duda"),
    }
}
