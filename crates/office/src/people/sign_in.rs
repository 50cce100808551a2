//! Signing in with a password.

use chrono::{DateTime, Duration, Utc};
use store::people::{AccountRow, accounts::By, sign_ins::Limits};

use super::{Secret, passwords, secret::digest};
use crate::{Kind, Office, Problem};

/// Somebody who wants in.
pub struct Attempt<'a> {
    /// The name, as typed.
    pub login: &'a str,
    /// The password, as typed.
    pub password: &'a str,
    /// Where it comes from.
    pub address: &'a str,
    /// What the browser kept from an earlier time.
    pub device: Option<&'a Secret>,
}

/// Somebody who is in.
#[derive(Debug)]
pub struct SignedIn {
    /// Secret of the session, always a new one.
    pub session: Secret,
    /// What the browser is to keep.
    pub device: Secret,
    /// Whether the password has to be changed first.
    pub must_change_password: bool,
}

/// A source may guess so often at one name, and so often at any, in a quarter of an hour. Never counted by name
/// alone: a stranger who guesses would lock the owner out.
const LIMITS: Limits = Limits {
    for_login: 5,
    for_any: 20,
    window: Duration::minutes(15),
};

impl Office {
    /// Signs somebody in. An unknown name and a wrong password take as long and read the same.
    pub async fn sign_in(&self, attempt: Attempt<'_>) -> Result<SignedIn, Problem> {
        let login = attempt.login.trim().to_lowercase();
        let login_hash = digest(&login);
        let account = self.store.account(By::Login(&login)).await?;
        let source = self.source(&attempt, account.as_ref()).await?;
        // Counted before it is checked, so that many at once count as well.
        let may_try = self
            .store
            .count_sign_in(&login_hash, &source, &LIMITS)
            .await?;
        if !may_try {
            tracing::warn!(source = %source_kind(&source), "sign-in locked");
            return Err(Problem::new(
                Kind::TooMany,
                "Demasiados intentos seguidos.",
                "Espere quince minutos y vuelva a intentarlo; si olvidó la contraseña, pida otra a quien administra las cuentas.",
            ));
        }
        let kept = account
            .as_ref()
            .and_then(|account| account.password_hash.as_deref());
        let fits = passwords::verify(attempt.password, kept).await?;
        let now = Utc::now();
        let account = account
            .filter(|account| fits && account.is_in_force(now) && account.grants.is_some())
            .filter(|account| account.password_expires_at.is_none_or(|end| end > now));
        let Some(account) = account else {
            return Err(Problem::new(
                Kind::NoAccount,
                "El usuario o la contraseña no son correctos.",
                "Compruebe las mayúsculas. Una contraseña provisional vence a los siete días: pida otra a quien administra las cuentas.",
            ));
        };
        self.store
            .forget_sign_in_failures(&login_hash, &source)
            .await?;
        self.begin_session(&account, attempt.device, now).await
    }

    /// A browser that this account knows is a source of its own; all others are told apart by their address.
    async fn source(
        &self,
        attempt: &Attempt<'_>,
        account: Option<&AccountRow>,
    ) -> Result<String, Problem> {
        if let (Some(account), Some(device)) = (account, attempt.device)
            && self
                .store
                .is_known_device(account.id, &device.digest())
                .await?
        {
            let digest = domain::audit::Hash(device.digest());
            return Ok(format!("{DEVICE}{digest}"));
        }
        Ok(format!("direccion:{}", attempt.address))
    }

    /// Lets an account in: a new session, and a device that is known from now on.
    pub(super) async fn begin_session(
        &self,
        account: &AccountRow,
        device: Option<&Secret>,
        now: DateTime<Utc>,
    ) -> Result<SignedIn, Problem> {
        let (session, device) = (
            Secret::random(),
            device.cloned().unwrap_or_else(Secret::random),
        );
        self.store
            .begin_session(&session.digest(), account.id, now + self.sessions.longest)
            .await?;
        self.store.keep_device(account.id, &device.digest()).await?;
        Ok(SignedIn {
            session,
            device,
            must_change_password: account.must_change_password,
        })
    }

    /// Ends a session.
    pub async fn sign_out(&self, session: &Secret) -> Result<(), Problem> {
        Ok(self.store.end_session(&session.digest()).await?)
    }
}

const DEVICE: &str = "equipo:";

/// For the log, which holds no address.
fn source_kind(source: &str) -> &'static str {
    if source.starts_with(DEVICE) {
        "known device"
    } else {
        "address"
    }
}
