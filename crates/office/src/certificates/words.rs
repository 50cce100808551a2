//! What is said of certificates that cannot be.

use domain::certificate::{FieldFault, Need, Rules, State};

use crate::{Kind, Problem};

pub(super) fn no_code() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay un certificado con ese código.",
        "El código está debajo del QR del certificado: dieciséis letras y dígitos, como 7K3M-9Q2X-A1BC-5D8F. Si está bien copiado, el papel no es de este servicio.",
    )
}

pub(super) fn no_number() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay un certificado emitido con ese número.",
        "Un número se escribe como 220101-2026-000123: ubigeo, año y seis dígitos.",
    )
}

pub(super) fn not_genuine() -> Problem {
    Problem::new(
        Kind::Internal,
        "Lo que el registro dice de este certificado no es lo que se firmó.",
        "No se imprime. Avise a la municipalidad y a quien opera el servidor.",
    )
}

pub(super) fn no_draft() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay un certificado con ese identificador.",
        "Los suyos están en /api/control-urbano/certificados.",
    )
}

pub(super) fn closed(state: State) -> Problem {
    Problem::new(
        Kind::Conflict,
        format!("El certificado está {state}: ya no admite eso."),
        "Un borrador se envía; uno en revisión se emite, se devuelve o se retira; uno emitido solo se anula, con su documento.",
    )
}

pub(super) fn stale() -> Problem {
    Problem::new(
        Kind::Conflict,
        "Desde que se redactó cambió lo que el certificado dice.",
        "No se emitió nada. Devuélvalo o actualícelo («actualizar»): quien lo redactó vuelve a leer lo que dice hoy y lo envía otra vez.",
    )
}

pub(super) fn nothing_to_certify(rules: &Rules, need: Need) -> Problem {
    let (title, mend) = match need {
        Need::Zoning => (
            "El predio no está en ninguna zona en vigor.",
            "La zonificación se publica con «catastro ingest».",
        ),
        Need::Parameters => (
            "No hay parámetros en vigor para la zona del predio.",
            "Las normas del plan se cargan con «catastro norms import».",
        ),
    };
    Problem::new(
        Kind::Refused,
        title,
        format!(
            "No se emitió nada: {} diría que no hay límite donde lo que falta es la norma. {mend} Después, quien lo redactó lo actualiza.",
            rules.title
        ),
    )
}

pub(super) fn busy() -> Problem {
    Problem::new(
        Kind::Conflict,
        "Lo que está en vigor cambia mientras se emite.",
        "No se emitió nada. Vuelva a intentarlo en un momento.",
    )
}

pub(super) fn same_person(login: &str) -> Problem {
    Problem::new(
        Kind::Forbidden,
        "Quien redacta un certificado no lo emite.",
        format!(
            "Lo redactó «{login}». Lo emite otra persona con el rol control_urbano: así lo han visto dos."
        ),
    )
}

pub(super) fn not_the_drafter(login: &str) -> Problem {
    Problem::new(
        Kind::Forbidden,
        "Lo hace quien redactó el certificado.",
        format!("Lo redactó «{login}». Quien emite puede devolverlo o retirarlo."),
    )
}

pub(super) fn field(rules: &Rules, fault: &FieldFault) -> Problem {
    let title = match fault {
        FieldFault::Unknown(name) => format!("«{name}» no va en este certificado."),
        FieldFault::Missing(name) => format!("Falta «{name}» en «datos»."),
        FieldFault::TooLong(name) => format!("«{name}» pasa de 500 letras."),
    };
    let fields: Vec<String> = rules
        .fields
        .iter()
        .map(|field| {
            let may = if field.required {
                ""
            } else {
                ", si hace falta"
            };
            format!("{} ({}{may})", field.name, field.title)
        })
        .collect();
    let known = if fields.is_empty() {
        "Esta clase no lleva datos.".to_owned()
    } else {
        format!("Lleva: {}.", fields.join("; "))
    };
    Problem::new(Kind::Refused, title, format!("{}. {known}", rules.title))
}

pub(super) fn unreadable(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "certificate");
    Problem::new(
        Kind::Internal,
        "El certificado no se puede leer.",
        "Avise a quien opera el servidor: el detalle está en el registro.",
    )
}

/// Shortest reason: `error en el área`.
const REASON_MIN: usize = 10;
const REASON_MAX: usize = 1_000;

/// A reason or a document, in somebody's words.
pub(super) fn said(text: Option<&str>, what: &str) -> Result<String, Problem> {
    let text = text.unwrap_or_default().trim();
    if (REASON_MIN..=REASON_MAX).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        Kind::BadRequest,
        format!("Falta «{what}»."),
        format!(
            "Dígalo entre {REASON_MIN} y {REASON_MAX} letras y sin nombres de personas: queda en la auditoría, y el de una anulación es público."
        ),
    ))
}
