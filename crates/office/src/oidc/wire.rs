use std::{error::Error, pin::Pin, time::Duration};

use openidconnect::{
    AsyncHttpClient, HttpRequest, HttpResponse, IssuerUrl,
    http::{self, StatusCode},
};
use reqwest::redirect::Policy;

use super::{settings, words};
use crate::Problem;

/// How long a provider may take for an answer, in all. Somebody is waiting in front of a browser.
pub(super) const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Longest answer. Real discovery documents have up to 10 KB, key sets and tokens less; a hundred times that.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// The way to a provider, with limits.
pub(super) struct Wire {
    client: reqwest::Client,
    encrypted: bool,
}

/// Why no answer came.
#[derive(thiserror::Error, Debug)]
pub(super) enum WireError {
    #[error("no answer")]
    Away(#[source] reqwest::Error),
    #[error("answer of more than {ANSWER_BYTES_MAX} bytes")]
    TooLong,
    #[error("request to an address that is not encrypted")]
    InTheOpen,
    #[error("status {0}")]
    Failing(StatusCode),
    #[error("request that cannot be made")]
    Unmade,
}

impl Wire {
    pub(super) fn to(issuer: &IssuerUrl) -> Result<Self, Problem> {
        let mut builder = reqwest::Client::builder()
            // A provider that sends us elsewhere would choose what we ask inside our own network.
            .redirect(Policy::none())
            .connect_timeout(ANSWER_MAX)
            .timeout(ANSWER_MAX)
            .user_agent(concat!("catastro/", env!("CARGO_PKG_VERSION")));
        if settings::is_loopback(issuer.url()) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| {
            tracing::error!(error = %chain(&error), "HTTP client for the identity provider");
            words::no_client()
        })?;
        Ok(Self {
            client,
            encrypted: issuer.url().scheme() == "https",
        })
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, WireError> {
        let request = reqwest::Request::try_from(request).map_err(|_| WireError::Unmade)?;
        // A document that came encrypted could name a token endpoint that is not: our secret would go there.
        let safe = if self.encrypted {
            request.url().scheme() == "https"
        } else {
            settings::is_private(request.url())
        };
        if !safe {
            return Err(WireError::InTheOpen);
        }
        let mut response = self.client.execute(request).await.map_err(away)?;
        let status = response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(WireError::Failing(status));
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(away)? {
            if body.len() + part.len() > ANSWER_BYTES_MAX {
                return Err(WireError::TooLong);
            }
            body.extend_from_slice(&part);
        }
        let mut answer = http::Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = response.headers().clone();
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = WireError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, WireError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

fn away(error: reqwest::Error) -> WireError {
    WireError::Away(error.without_url())
}

/// An error with everything behind it, for the log.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        text = format!("{text}: {error}");
        behind = error.source();
    }
    text
}
