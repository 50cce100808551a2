//! Errors become words here and nowhere else: what, where, how to mend it. Spanish, and nothing from inside.

mod cluster;
mod files;
pub(crate) mod people;

use std::fmt;

pub use files::refusal;
pub use people::no_account;
use serde::{Deserialize, Serialize};

/// A refusal or a failure, as a person reads it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// What kind it is; doors turn it into a status or an exit code.
    pub kind: Kind,
    /// What happened, in one sentence.
    pub title: String,
    /// Where, and how to mend it.
    pub detail: String,
}

/// The kinds of problem. Their slugs are stable: clients may decide by them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// What was asked cannot be understood.
    BadRequest,
    /// It needs an account, or the one that was shown is not good.
    NoAccount,
    /// The account may not.
    Forbidden,
    /// Somebody was first, or it is past that.
    Conflict,
    /// What is there is not what the client has read.
    Stale,
    /// The client does not say what it has read.
    NoPrecondition,
    /// The body is of a kind that is not taken here.
    MediaType,
    /// Too often in a short while.
    TooMany,
    /// There is nothing under that name.
    NotFound,
    /// The input was understood and refused.
    Refused,
    /// It is too large.
    TooLarge,
    /// The service cannot answer now; later it may.
    Unavailable,
    /// Our fault.
    Internal,
}

impl Kind {
    /// Last part of the `type` of a problem document.
    pub fn slug(self) -> &'static str {
        match self {
            Self::BadRequest => "pedido-invalido",
            Self::NoAccount => "sin-cuenta",
            Self::Forbidden => "sin-permiso",
            Self::Conflict => "conflicto",
            Self::Stale => "precondicion-fallida",
            Self::NoPrecondition => "falta-precondicion",
            Self::MediaType => "formato-no-admitido",
            Self::TooMany => "demasiadas-solicitudes",
            Self::NotFound => "no-existe",
            Self::Refused => "rechazado",
            Self::TooLarge => "demasiado-grande",
            Self::Unavailable => "no-disponible",
            Self::Internal => "fallo-interno",
        }
    }
}

impl Problem {
    /// A problem in two sentences.
    pub fn new(kind: Kind, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title: title.into(),
            detail: detail.into(),
        }
    }
}

impl Problem {
    /// The members of a problem document (RFC 9457) that hold at every door.
    pub fn document(&self) -> serde_json::Value {
        serde_json::json!({
            "type": format!("/problemas/{}", self.kind.slug()),
            "title": self.title,
            "detail": self.detail,
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.title, self.detail)
    }
}

impl std::error::Error for Problem {}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        tracing::error!(error = %error, "database");
        match error {
            store::Error::Url(_) => Self::new(
                Kind::BadRequest,
                "La dirección de la base de datos no se entiende.",
                "Escríbala como postgres://usuario@servidor:5432/catastro (--database o CATASTRO_DATABASE_URL).",
            ),
            store::Error::Connect(_) => Self::new(
                Kind::Unavailable,
                "No se pudo conectar con la base de datos.",
                "Compruebe que el servidor responde y que la dirección, el usuario y la clave son los suyos.",
            ),
            store::Error::Migrate(_) => Self::new(
                Kind::Unavailable,
                "La base de datos no se pudo poner al día.",
                "Compruebe que el usuario puede crear tablas y que un administrador creó las extensiones:\n\
                 create extension postgis; create extension btree_gist;\n\
                 Si la base la hizo otra versión del programa, use esa versión o una más nueva.",
            ),
            store::Error::OtherVersion => Self::new(
                Kind::Unavailable,
                "La base de datos es de otra versión del programa.",
                "Póngala al día con la dirección de su dueño:  catastro db migrate --database postgres://…",
            ),
            store::Error::Sql(sqlx_error) if is_gone(&sqlx_error) => Self::new(
                Kind::Unavailable,
                "La base de datos no responde en este momento.",
                "No se guardó nada. Vuelva a intentarlo en unos segundos.",
            ),
            _ => Self::new(
                Kind::Internal,
                "El servicio falló al usar la base de datos.",
                "No se guardó nada. El detalle está en el registro del servicio.",
            ),
        }
    }
}

/// Whether the database is away or leaving rather than at odds with what we asked: connection exceptions (08),
/// resources (53), object in use (55), operator intervention (57).
fn is_gone(error: &store::SqlError) -> bool {
    match error {
        store::SqlError::Io(_) | store::SqlError::PoolTimedOut | store::SqlError::PoolClosed => {
            true
        }
        store::SqlError::Database(refusal) => refusal.code().is_some_and(|code| {
            ["08", "53", "55", "57"]
                .iter()
                .any(|class| code.starts_with(class))
        }),
        _ => false,
    }
}
