//! Words for what somebody may not do.

use domain::{
    id::Ubigeo,
    people::{Action, Denied},
};

use super::{Kind, Problem};

/// Why somebody may not.
pub fn denied(denied: Denied, action: Action, place: Option<Ubigeo>) -> Problem {
    let roles: Vec<&str> = action.roles().iter().map(|role| role.name()).collect();
    let roles = roles.join(" o ");
    let place = place.map_or_else(
        || "la provincia".to_owned(),
        |place| format!("el municipio {place}"),
    );
    let forbidden = |title: String, detail: String| Problem::new(Kind::Forbidden, title, detail);
    match denied {
        Denied::NoAccount => no_account(),
        Denied::NoRole => forbidden(
            format!("Su cuenta no puede «{action}»."),
            format!(
                "Lo hace quien tiene el rol {roles} en {place}. Los roles los da quien administra las cuentas."
            ),
        ),
        Denied::OtherMunicipality => forbidden(
            format!("Su rol no alcanza a {place}."),
            format!(
                "Cada municipio escribe solo lo suyo. Lo hace quien tiene el rol {roles} en {place}."
            ),
        ),
        Denied::TokenScope => forbidden(
            format!("El token no vale para «{action}»."),
            "Cree otro que incluya esa acción, o ingrese con su usuario.".to_owned(),
        ),
    }
}

/// It needs an account.
pub fn no_account() -> Problem {
    Problem::new(
        Kind::NoAccount,
        "Hace falta ingresar.",
        "Ingrese en /ingresar, o envíe un token: Authorization: Bearer catastro_…",
    )
}

/// Somebody else uploaded it.
pub fn not_yours() -> Problem {
    Problem::new(
        Kind::Forbidden,
        "Lo hace quien subió el levantamiento.",
        "Ingrese con esa cuenta, o envíe otro levantamiento.",
    )
}

/// Who uploaded it wants to decide on it.
pub fn same_person(login: &str, action: Action, place: Ubigeo) -> Problem {
    let roles: Vec<&str> = action.roles().iter().map(|role| role.name()).collect();
    Problem::new(
        Kind::Forbidden,
        "Quien sube un levantamiento no decide sobre él.",
        format!(
            "Lo subió «{login}». Debe decidir otra persona con el rol {} de {place}: así lo que se publica lo han visto dos.",
            roles.join(" o ")
        ),
    )
}
