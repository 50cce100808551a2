//! What went wrong at a provider: details to the log, without secret, code, token or person; words to people.

use openidconnect::{
    ClaimsVerificationError, DiscoveryError, IssuerUrl, RequestTokenError, UserInfoError,
    core::{CoreErrorResponseType, CoreRequestTokenError},
};

use super::wire::{WireError, chain};
use crate::{Kind, Problem};

/// Why an ID token is not taken.
#[derive(Debug)]
pub(super) enum BadToken {
    Missing,
    Wrong(ClaimsVerificationError),
}

impl From<ClaimsVerificationError> for BadToken {
    fn from(error: ClaimsVerificationError) -> Self {
        Self::Wrong(error)
    }
}

/// Whether other keys could make it right.
pub(super) fn is_about_keys(error: &BadToken) -> bool {
    matches!(
        error,
        BadToken::Wrong(ClaimsVerificationError::SignatureVerification(_))
    )
}

pub(super) fn bad_setting(detail: impl Into<String>) -> Problem {
    Problem::new(
        Kind::BadRequest,
        "La configuración del proveedor de identidad no es válida.",
        detail,
    )
}

pub(super) fn no_client() -> Problem {
    Problem::new(
        Kind::Internal,
        "El servicio no pudo prepararse para consultar al proveedor de identidad.",
        "El detalle está en el registro del servicio.",
    )
}

pub(super) fn not_ours() -> Problem {
    Problem::new(
        Kind::Refused,
        "La respuesta no corresponde a un ingreso empezado en este navegador.",
        "No se ingresó. Empiece otra vez desde /ingresar y no use enlaces de ingreso que otra persona le envíe.",
    )
}

pub(super) fn cancelled() -> Problem {
    Problem::new(
        Kind::Refused,
        "El ingreso no se completó en el proveedor de identidad.",
        "Se canceló o el proveedor no lo permitió. Empiece otra vez desde /ingresar.",
    )
}

pub(super) fn silent(issuer: &IssuerUrl) -> Problem {
    tracing::warn!(issuer = %issuer.as_str(), "identity provider does not answer in time");
    away()
}

pub(super) fn incomplete(what: &str) -> Problem {
    tracing::error!(
        missing = what,
        "identity provider says too little of itself"
    );
    misconfigured()
}

pub(super) fn undiscovered(issuer: &IssuerUrl, error: &DiscoveryError<WireError>) -> Problem {
    tracing::warn!(issuer = %issuer.as_str(), error = %chain(error), "identity provider not discovered");
    match error {
        DiscoveryError::Request(WireError::Away(_) | WireError::Failing(_)) => away(),
        _ => misconfigured(),
    }
}

pub(super) fn no_tokens(error: &CoreRequestTokenError<WireError>) -> Problem {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let said = answer.error();
            tracing::warn!(
                error = said.as_ref(),
                "the identity provider gives no token"
            );
            match said {
                CoreErrorResponseType::InvalidGrant => refused(),
                _ => misconfigured(),
            }
        }
        RequestTokenError::Request(error) => {
            tracing::warn!(error = %chain(error), "the identity provider gives no token");
            match error {
                WireError::Away(_) | WireError::Failing(_) => away(),
                _ => misconfigured(),
            }
        }
        RequestTokenError::Parse(error, _) => {
            // Where, and not what: the text beside it may be a token.
            tracing::warn!(at = %error.path(), "the identity provider's token answer cannot be read");
            misconfigured()
        }
        RequestTokenError::Other(_) => {
            tracing::warn!("the identity provider's token answer is empty or of another kind");
            misconfigured()
        }
    }
}

pub(super) fn bad_token(error: &BadToken) -> Problem {
    let fault = match error {
        BadToken::Missing => "missing",
        BadToken::Wrong(wrong) => match wrong {
            ClaimsVerificationError::Expired(_) => "expired",
            ClaimsVerificationError::InvalidAudience(_) => "audience",
            ClaimsVerificationError::InvalidIssuer(_) => "issuer",
            ClaimsVerificationError::InvalidNonce(_) => "nonce",
            ClaimsVerificationError::SignatureVerification(_) => "signature",
            _ => "other",
        },
    };
    tracing::warn!(fault, "an ID token is not taken");
    refused()
}

pub(super) fn note_user_info(error: &UserInfoError<WireError>) {
    let fault = match error {
        UserInfoError::ClaimsVerification(_) => "claims",
        UserInfoError::Parse(_) => "unreadable",
        UserInfoError::Request(_) => "no answer",
        UserInfoError::Response(..) => "status or kind",
        _ => "other",
    };
    tracing::warn!(fault, "the identity provider says no more of somebody");
}

fn away() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "El proveedor de identidad no responde en este momento.",
        "Vuelva a intentarlo en unos minutos, o ingrese con su usuario y contraseña de este servicio.",
    )
}

/// Nothing that somebody who signs in can mend, and nothing that waiting mends by itself either; but it is not our fault,
/// and it passes when an operator has put it right.
fn misconfigured() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "El servicio y el proveedor de identidad no se entienden.",
        "Avise a quien administra el servicio: el detalle está en el registro. Mientras tanto ingrese con su usuario y \
         contraseña de este servicio.",
    )
}

fn refused() -> Problem {
    Problem::new(
        Kind::Refused,
        "El ingreso no se pudo comprobar con el proveedor de identidad.",
        "No se ingresó. La respuesta venció, ya se usó o no es auténtica. Empiece otra vez desde /ingresar.",
    )
}
