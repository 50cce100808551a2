//! Passwords: argon2id with the parameters that OWASP recommends (19 MiB, two passes).

use std::sync::LazyLock;

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use tokio::sync::Semaphore;

use crate::{Kind, Problem};

/// Each check takes 19 MiB and a core for some 30 ms: so many at a time, and the rest waits.
static AT_A_TIME: Semaphore = Semaphore::const_new(4);

/// What the password of an unknown name is checked against, so that it takes as long as that of a known one.
static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| hashed("nobody").ok());

/// Shortest password. Length is what makes a password good (NIST SP 800-63B); words and spaces are welcome.
const LENGTH_MIN: usize = 12;
/// Longest password: nobody types more, and hashing has to end.
const LENGTH_MAX: usize = 200;

fn hashed(password: &str) -> Result<String, Problem> {
    match Argon2::default().hash_password(password.as_bytes()) {
        Ok(hash) => Ok(hash.to_string()),
        Err(error) => {
            tracing::error!(%error, "argon2");
            Err(broken())
        }
    }
}

fn verified(password: &str, hash: Option<&str>) -> bool {
    let nobodys = NOBODYS.as_deref();
    let Some(parsed) = hash
        .or(nobodys)
        .and_then(|hash| PasswordHash::new(hash).ok())
    else {
        return false;
    };
    let fits = Argon2::default()
        .verify_password(password.as_bytes(), &parsed)
        .is_ok();
    fits && hash.is_some()
}

/// The hash to keep of a password.
pub(super) async fn hash(password: &str) -> Result<String, Problem> {
    let password = password.to_owned();
    apart(move || hashed(&password)).await?
}

/// Whether a password is the one that was kept; takes as long where none was.
pub(super) async fn verify(password: &str, hash: Option<&str>) -> Result<bool, Problem> {
    let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
    apart(move || verified(&password, hash.as_deref())).await
}

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    // The semaphore is never closed.
    let _turn = AT_A_TIME.acquire().await.map_err(|_| broken())?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| broken())
}

/// Refuses a password that would be guessed.
pub(super) fn check_new(password: &str, login: &str) -> Result<(), Problem> {
    let refused = |title: &str| {
        Err(Problem::new(
            Kind::Refused,
            title,
            format!(
                "Elija una de {LENGTH_MIN} letras o más; varias palabras con espacios valen, y se recuerdan mejor."
            ),
        ))
    };
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let different = lower
        .chars()
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    if length < LENGTH_MIN {
        refused("La contraseña es demasiado corta.")
    } else if length > LENGTH_MAX {
        refused("La contraseña es demasiado larga.")
    } else if lower.contains(login) || different < 5 {
        refused("La contraseña se adivina con facilidad.")
    } else {
        Ok(())
    }
}

fn broken() -> Problem {
    Problem::new(
        Kind::Internal,
        "No se pudo comprobar la contraseña.",
        "Vuelva a intentarlo.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hash = hashed("mi perro come yuca").expect("a hash");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(verified("mi perro come yuca", Some(&hash)));
        assert!(!verified("mi perro come yuca ", Some(&hash)));
        assert!(!verified("nobody", None));
        assert!(!verified("x", Some("garbage")));
    }

    #[test]
    fn what_is_guessed_with_ease_is_refused() {
        for bad in [
            "corta",
            "aaaaaaaaaaaaaaaa",
            "jperez-jperez-1",
            "ababababababab",
        ] {
            assert!(check_new(bad, "jperez").is_err(), "{bad}");
        }
        assert!(check_new(&"x1y2z3".repeat(50), "jperez").is_err());
        assert!(check_new("mi perro come yuca", "jperez").is_ok());
    }
}
