//! Signing in at an identity provider (`OpenID` Connect): authorization code with PKCE, state and nonce.
//!
//! A provider says who somebody is; what they may do here is none of its business.

mod discovered;
mod settings;
mod wire;
mod words;

use std::{sync::Arc, time::Duration};

use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims,
        CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
    },
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Problem;
use discovered::Discovered;
pub use settings::Settings;

/// How long what a provider says of itself is believed. Changed keys are noticed before, by their signatures.
const DISCOVERY_KEPT: Duration = Duration::from_hours(1);

/// Signatures that only the provider can make. Those by a shared secret (HS256) we could make as well, so that they
/// prove nothing about where a token comes from.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// An identity provider. Cheap to clone; the clones share what was discovered.
#[derive(Clone)]
pub struct Provider {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    redirect: RedirectUrl,
    discovered: Discovered,
}

/// Somebody on the way to the provider. The caller keeps it where the browser cannot read it, and uses it once.
#[derive(Serialize, Deserialize, Debug)]
pub struct Pending {
    state: CsrfToken,
    nonce: Nonce,
    pkce: PkceCodeVerifier,
}

/// Who somebody is, in the provider's words.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person there; never given to another.
    pub subject: String,
    /// Address, only where the provider has verified it.
    pub email: Option<String>,
    /// Name to show.
    pub name: Option<String>,
}

impl Provider {
    /// A provider as an operator describes it. Nothing is asked of it yet: the service starts while it is away.
    pub fn new(settings: Settings) -> Result<Self, Problem> {
        let (issuer, redirect) = settings.addresses()?;
        Ok(Self {
            inner: Arc::new(Inner {
                settings,
                redirect,
                discovered: Discovered::at(issuer)?,
            }),
        })
    }

    /// Where a browser goes to sign in, and what to keep until it is back.
    pub async fn begin(&self) -> Result<(String, Pending), Problem> {
        let metadata = self.inner.discovered.get(DISCOVERY_KEPT).await?;
        let (challenge, pkce) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = self
            .inner
            .client(&metadata)
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".to_owned()))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok((url.into(), Pending { state, nonce, pkce }))
    }

    /// Who came back. A provider that sends an error instead of a code, as when somebody cancels, leaves `code` empty.
    pub async fn finish(
        &self,
        pending: Pending,
        state: &str,
        code: &str,
    ) -> Result<Identity, Problem> {
        self.inner.finish(pending, state, code).await
    }
}

impl Inner {
    async fn finish(&self, pending: Pending, state: &str, code: &str) -> Result<Identity, Problem> {
        // Digests, so that the time of the comparison says nothing of the text.
        if Sha256::digest(state) != Sha256::digest(pending.state.secret()) {
            tracing::warn!("sign-in at the provider: another state");
            return Err(words::not_ours());
        }
        if code.is_empty() {
            return Err(words::cancelled());
        }
        let mut metadata = self.discovered.get(DISCOVERY_KEPT).await?;
        let tokens = self.exchange(&metadata, code, pending.pkce).await?;
        let mut claims = self.claims(&metadata, &tokens, &pending.nonce);
        if claims.as_ref().is_err_and(words::is_about_keys) {
            tracing::info!("the provider's keys are asked for again: a signature does not match");
            metadata = self.discovered.get(Duration::ZERO).await?;
            claims = self.claims(&metadata, &tokens, &pending.nonce);
        }
        let claims = claims.map_err(|error| words::bad_token(&error))?;
        let mut identity = identity(&claims);
        if identity.email.is_none() || identity.name.is_none() {
            let more = self.user_info(&metadata, &tokens, &claims).await;
            identity.complete(more.as_ref());
        }
        Ok(identity)
    }

    async fn exchange(
        &self,
        metadata: &CoreProviderMetadata,
        code: &str,
        pkce: PkceCodeVerifier,
    ) -> Result<CoreTokenResponse, Problem> {
        self.client(metadata)
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| words::incomplete("token_endpoint"))?
            .set_pkce_verifier(pkce)
            .request_async(self.discovered.wire())
            .await
            .map_err(|error| words::no_tokens(&error))
    }

    /// The claims of the ID token once its signature, issuer, audience, expiry and nonce are found right.
    fn claims(
        &self,
        metadata: &CoreProviderMetadata,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, words::BadToken> {
        let token = tokens.id_token().ok_or(words::BadToken::Missing)?;
        let client = self.client(metadata);
        let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES);
        Ok(token.claims(&verifier, nonce)?.clone())
    }

    /// Many providers keep address and name out of the ID token. Without them somebody may still be known by subject, so
    /// that a failure here ends nothing.
    async fn user_info(
        &self,
        metadata: &CoreProviderMetadata,
        tokens: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
    ) -> Option<CoreUserInfoClaims> {
        metadata.userinfo_endpoint()?;
        let asked = self.client(metadata);
        let request = asked
            .user_info(
                tokens.access_token().clone(),
                Some(claims.subject().clone()),
            )
            .ok()?;
        match request.request_async(self.discovered.wire()).await {
            Ok(found) => Some(found),
            Err(error) => {
                words::note_user_info(&error);
                None
            }
        }
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let settings = &self.settings;
        CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(settings.client_id.clone()),
            settings.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(self.redirect.clone())
        .set_auth_type(how_to_say_the_secret(metadata))
    }
}

type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// In a header, as the standard assumes, unless the provider takes it in the body only.
fn how_to_say_the_secret(metadata: &CoreProviderMetadata) -> AuthType {
    match metadata.token_endpoint_auth_methods_supported() {
        Some(known)
            if !known.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && known.contains(&CoreClientAuthMethod::ClientSecretPost) =>
        {
            AuthType::RequestBody
        }
        _ => AuthType::BasicAuth,
    }
}

fn identity(claims: &CoreIdTokenClaims) -> Identity {
    Identity {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        email: claims
            .email()
            .filter(|_| claims.email_verified() == Some(true))
            .map(|email| email.to_string()),
        name: claims
            .name()
            .and_then(|names| names.get(None))
            .map(|name| name.to_string()),
    }
}

impl Identity {
    fn complete(&mut self, more: Option<&CoreUserInfoClaims>) {
        let Some(more) = more else { return };
        if self.email.is_none() && more.email_verified() == Some(true) {
            self.email = more.email().map(|email| email.to_string());
        }
        if self.name.is_none() {
            self.name = more
                .name()
                .and_then(|names| names.get(None))
                .map(|name| name.to_string());
        }
    }
}
