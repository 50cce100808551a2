//! Signing in at an identity provider (`OpenID` Connect).

use chrono::Utc;
use domain::people::Actor;
use store::people::{AccountRow, accounts::By};

use super::{Secret, SignedIn, accounts::deed, recognise};
use crate::{
    Kind, Office, Problem,
    oidc::{Identity, Provider},
};

/// Somebody on the way to a provider.
#[derive(Debug)]
pub struct Departure {
    /// Where the browser goes.
    pub url: String,
    /// What the browser keeps meanwhile: nobody else's answer is taken for theirs.
    pub browser: Secret,
}

impl Office {
    /// Sends somebody to the provider.
    pub async fn depart(&self) -> Result<Departure, Problem> {
        let (url, pending) = self.provider()?.begin().await?;
        let browser = Secret::random();
        let pending = serde_json::json!(pending);
        self.store.keep_pending(&browser.digest(), &pending).await?;
        Ok(Departure { url, browser })
    }

    /// Takes in somebody who comes back. An account is made by who administers them, never here: the provider says who
    /// somebody is, not what they may do.
    pub async fn arrive(
        &self,
        browser: &Secret,
        state: &str,
        code: &str,
        device: Option<&Secret>,
    ) -> Result<SignedIn, Problem> {
        let lost = || {
            Problem::new(
                Kind::BadRequest,
                "El ingreso no se pudo completar.",
                "Pasó demasiado tiempo o empezó en otro navegador. Vuelva a /ingresar.",
            )
        };
        let pending = self
            .store
            .take_pending(&browser.digest())
            .await?
            .and_then(|pending| serde_json::from_value(pending).ok())
            .ok_or_else(lost)?;
        let identity = self.provider()?.finish(pending, state, code).await?;
        let account = self.known(&identity).await?;
        let account = account.filter(|account| recognise::actor(account).is_some());
        let Some(account) = account else {
            return Err(Problem::new(
                Kind::Forbidden,
                "No hay una cuenta para usted.",
                "Pídala a quien administra las cuentas, con el mismo correo con el que acaba de identificarse.",
            ));
        };
        self.begin_session(&account, device, Utc::now()).await
    }

    /// The account of an identity; at first by an address that the provider has verified, from then on by itself.
    async fn known(&self, identity: &Identity) -> Result<Option<AccountRow>, Problem> {
        let elsewhere = By::Elsewhere {
            issuer: &identity.issuer,
            subject: &identity.subject,
        };
        if let Some(account) = self.store.account(elsewhere).await? {
            return Ok(Some(account));
        }
        let Some(email) = identity.email.as_deref().map(str::to_lowercase) else {
            return Ok(None);
        };
        let Some(account) = self.store.account(By::Email(&email)).await? else {
            return Ok(None);
        };
        let Some(actor @ Actor::Account(_)) = recognise::actor(&account) else {
            return Ok(None);
        };
        let mut act = self.store.begin(&actor).await?;
        if !act
            .link_account(account.id, &identity.issuer, &identity.subject)
            .await?
        {
            // Tied to another identity already: the address was given to somebody else since.
            return Ok(None);
        }
        act.commit(&deed("cuenta.enlace", &account.login, &[]))
            .await?;
        Ok(self.store.account(elsewhere).await?)
    }

    fn provider(&self) -> Result<&Provider, Problem> {
        self.elsewhere
            .as_ref()
            .map(|elsewhere| &elsewhere.provider)
            .ok_or_else(|| {
                Problem::new(
                    Kind::NotFound,
                    "El servicio no usa un proveedor de identidad.",
                    "Ingrese con su usuario y contraseña.",
                )
            })
    }
}
