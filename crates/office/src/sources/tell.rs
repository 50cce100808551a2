//! Why a harvest failed, in words that whoever keeps the sources can do something with.

use std::fmt;

use crate::Problem;

/// Why a harvest failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Failure {
    /// Nobody answers there.
    NoAnswer,
    /// The answer broke off.
    BrokeOff,
    /// It takes too long.
    TooSlow,
    /// It goes on beyond the bytes that were allowed.
    TooLong,
    /// More features than were allowed.
    TooMany(u32),
    /// More pages than anybody has.
    TooManyPages,
    /// It leads to this machine or a private network.
    Inside,
    /// It leads to another host.
    Away,
    /// An HTTP status that is no success.
    Status(u16),
    /// It is not what this kind of source answers.
    NotFeatures,
    /// A page leads to one that was already read.
    Circle,
    /// Fewer features than the server said.
    NotWhole {
        /// It said so many.
        said: u64,
        /// And so many came.
        came: u64,
    },
    /// Nothing, where there was something before.
    Empty {
        /// So many there were.
        before: i64,
    },
    /// The file cannot be read.
    Unreadable(String),
    /// Our own disk, database or program.
    Ours,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Unreadable(format!("{} {}", problem.title, problem.detail))
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        tracing::error!(%error, "a harvest");
        Self::Ours
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer => f.write_str("El servidor de la fuente no contesta. Compruebe la dirección, o espere a que vuelva."),
            Self::BrokeOff => f.write_str("El servidor cortó la respuesta a la mitad. Se vuelve a intentar."),
            Self::TooSlow => f.write_str("La fuente tarda demasiado. Se vuelve a intentar; si se repite, pida a su titular un archivo."),
            Self::TooLong => f.write_str("La respuesta pasa de los megabytes que se admiten. Si es lo esperado, suba «megabytes_max»."),
            Self::TooMany(most) => write!(f, "La fuente tiene más de {most} entidades. Si es lo esperado, suba «entidades_max»."),
            Self::TooManyPages => f.write_str("La fuente manda de una página a otra sin terminar."),
            Self::Inside => f.write_str("La dirección es de esta máquina o de una red privada, y no se admite. Quien opera el servidor puede admitirlas con «[federacion] redes_privadas»."),
            Self::Away => f.write_str("La fuente manda a otro servidor, y no se sigue. Si se mudó, escriba la dirección nueva."),
            Self::Status(status) => write!(f, "El servidor contestó con el estado HTTP {status}. Compruebe la dirección y el nombre de la capa."),
            Self::NotFeatures => f.write_str("Lo que contestó el servidor no son entidades de una capa. Compruebe la clase, la dirección y el nombre de la capa."),
            Self::Circle => f.write_str("Una página de la fuente lleva a otra que ya se leyó."),
            Self::NotWhole { said, came } => write!(f, "No llegó entera: el servidor dijo {said} entidades y llegaron {came}."),
            Self::Empty { before } => write!(f, "Llegó vacía, y antes tenía {before} entidades. Si de verdad ya no hay ninguna, pause la fuente."),
            Self::Unreadable(words) => write!(f, "No se pudo leer lo que llegó. {words}"),
            Self::Ours => f.write_str("Falló nuestro propio servidor, no la fuente. Se vuelve a intentar; el detalle está en el registro."),
        }
    }
}
