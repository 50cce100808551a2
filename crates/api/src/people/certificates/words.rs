//! How pages call the states and the steps of a certificate.

use domain::certificate::{State, Step};

/// A state's word and the look of its sign.
pub fn state(name: &str) -> (&'static str, &'static str) {
    match name.parse() {
        Ok(State::Draft) => ("Borrador", "dato"),
        Ok(State::InReview) => ("En revisión", "duda"),
        Ok(State::Issued) => ("Emitido", "bien"),
        Ok(State::Annulled) => ("Anulado", "mal"),
        Ok(State::Withdrawn) => ("Retirado", ""),
        Err(()) => ("Desconocido", "duda"),
    }
}

/// What a list of those in a state is headed with.
pub fn heading(state: State) -> &'static str {
    match state {
        State::Draft => "Borradores",
        State::InReview => "En revisión: esperan que otra persona los emita",
        State::Issued => "Emitidos",
        State::Annulled => "Anulados",
        State::Withdrawn => "Retirados antes de emitirse",
    }
}

/// A step of the past.
pub fn done(step: &str) -> &'static str {
    match step {
        "redactar" => "Se redactó",
        "enviar" => "Se envió a revisión",
        "devolver" => "Se devolvió a quien lo redactó",
        "actualizar" => "Se actualizó con lo de ese día",
        "retirar" => "Se retiró",
        "emitir" => "Se emitió y firmó",
        "anular" => "Se anuló",
        _ => "Otro paso",
    }
}

/// What to say after a step.
pub fn told(step: &str) -> Option<&'static str> {
    Some(match step {
        "redactar" => {
            "El borrador está guardado. Léalo entero y envíelo a revisión: lo emite otra persona."
        }
        "enviar" => "Se envió a revisión. Ahora lo revisa y lo emite otra persona.",
        "devolver" => "Se devolvió a quien lo redactó, con su motivo.",
        "actualizar" => {
            "Se actualizó: dice lo que el servicio responde hoy. Vuelva a leerlo y envíelo."
        }
        "retirar" => "Se retiró: no se emitirá.",
        "emitir" => "Se emitió: tiene número, firma y código. Ya no cambia.",
        "anular" => "Se anuló. Quien lo verifique lo verá desde ahora.",
        _ => return None,
    })
}

/// How a step is offered: its name, what it does, and the words of its button.
pub fn offer(step: Step) -> (&'static str, &'static str, &'static str) {
    match step {
        Step::Send => (
            "Enviar a revisión",
            "Otra persona lo revisa y lo emite, o lo devuelve.",
            "Enviar a revisión",
        ),
        Step::Return => (
            "Devolver",
            "Vuelve a ser un borrador de quien lo redactó, que verá el motivo.",
            "Devolver",
        ),
        Step::Refresh => (
            "Actualizar con lo de hoy",
            "El servicio contesta otra vez la consulta. Queda como borrador: hay que leerlo y enviarlo de nuevo.",
            "Actualizar",
        ),
        Step::Withdraw => (
            "Retirar",
            "Deja de ser un certificado posible. No se puede deshacer; se redacta otro.",
            "Retirar",
        ),
        Step::Issue => (
            "Emitir y firmar",
            "Toma número, se firma y ya no cambia. Solo se podrá anular, con un documento.",
            "Emitir y firmar",
        ),
        Step::Annul => (
            "Anular",
            "Deja de valer, y cualquiera que lo verifique lo ve, con el motivo y el documento. No se puede deshacer.",
            "Anular",
        ),
    }
}
