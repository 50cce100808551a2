//! The way to other people's servers, with limits: of time, of bytes, and of where it may lead.

use std::{
    error::Error,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use domain::institute::source::is_public;
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header,
    redirect::{Attempt, Policy},
};
use tokio::{fs::File, io::AsyncWriteExt as _, time::Instant};

use super::tell::Failure;

/// How long a server may take to take a connection.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// How long it may say nothing.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// Redirects that are followed, all on the same host.
const REDIRECTS_MAX: usize = 5;

/// A client that goes where sources may lead, and what may still be spent on a harvest.
pub(super) struct Wire {
    client: reqwest::Client,
    private: bool,
    bytes_left: u64,
    until: Instant,
    /// Bytes that came.
    pub(super) bytes: u64,
}

/// What came to a file.
pub(super) struct Came {
    /// Its media type, as the server says it.
    pub(super) kind: String,
}

/// The address that was asked for leads to this machine or a private network.
#[derive(Debug, thiserror::Error)]
#[error("an address of a private network")]
struct Inside;

/// The server sends us to another host.
#[derive(Debug, thiserror::Error)]
#[error("a redirect to another host")]
struct Away;

/// Names are looked up here, and only addresses that may be asked leave: what was checked is what is connected to.
struct Lookup {
    private: bool,
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|address| private || is_public(address.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(Box::new(Inside) as Box<dyn Error + Send + Sync>);
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

impl Wire {
    /// A way for one harvest.
    pub(super) fn new(private: bool, bytes_max: u64, within: Duration) -> Result<Self, Failure> {
        let client = reqwest::Client::builder()
            .redirect(Policy::custom(|attempt| {
                if stays(&attempt) {
                    attempt.follow()
                } else {
                    attempt.error(Away)
                }
            }))
            // Through a proxy, somebody else would look the name up.
            .no_proxy()
            .dns_resolver(Arc::new(Lookup { private }))
            .connect_timeout(CONNECT_MAX)
            .read_timeout(SILENCE_MAX)
            .user_agent(concat!("catastro/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| {
                tracing::error!(%error, "HTTP client for sources");
                Failure::Ours
            })?;
        Ok(Self {
            client,
            private,
            bytes_left: bytes_max,
            until: Instant::now() + within,
            bytes: 0,
        })
    }

    /// Brings what an address answers to a file.
    pub(super) async fn bring(
        &mut self,
        url: &Url,
        accept: &'static str,
        path: &Path,
    ) -> Result<Came, Failure> {
        tokio::time::timeout_at(self.until, self.brought(url, accept, path))
            .await
            .map_err(|_| Failure::TooSlow)?
    }

    async fn brought(
        &mut self,
        url: &Url,
        accept: &'static str,
        path: &Path,
    ) -> Result<Came, Failure> {
        // An address that is a number is looked up by nobody.
        if !self.private && number(url).is_some_and(|address| !is_public(address)) {
            return Err(Failure::Inside);
        }
        let mut answer = self
            .client
            .get(url.clone())
            .header(header::ACCEPT, accept)
            .send()
            .await
            .map_err(|error| failed(&error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(Failure::Status(status.as_u16()));
        }
        let kind = answer
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let mut file = File::create(path).await.map_err(|error| disk(&error))?;
        while let Some(part) = answer.chunk().await.map_err(|error| failed(&error))? {
            let length = part.len() as u64;
            if length > self.bytes_left {
                return Err(Failure::TooLong);
            }
            self.bytes_left -= length;
            self.bytes += length;
            file.write_all(&part).await.map_err(|error| disk(&error))?;
        }
        file.flush().await.map_err(|error| disk(&error))?;
        Ok(Came { kind })
    }
}

/// An address, where it is one that may be asked.
pub(super) fn parsed(text: &str) -> Option<Url> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
}

/// Whether two addresses are of one server.
pub(super) fn same_origin(one: &Url, other: &Url) -> bool {
    let origin = |url: &Url| {
        (
            url.scheme().to_owned(),
            url.host_str().map(str::to_owned),
            url.port_or_known_default(),
        )
    };
    origin(one) == origin(other)
}

/// A redirect that stays on its host: also from `http` to `https` at their usual ports.
fn stays(attempt: &Attempt<'_>) -> bool {
    let next = attempt.url();
    let Some(last) = attempt.previous().last() else {
        return false;
    };
    let secured = last.scheme() == "http"
        && next.scheme() == "https"
        && last.host_str() == next.host_str()
        && last.port().is_none()
        && next.port().is_none();
    attempt.previous().len() <= REDIRECTS_MAX && (secured || same_origin(last, next))
}

fn number(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn failed(error: &reqwest::Error) -> Failure {
    let mut behind: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = behind {
        if one.is::<Inside>() {
            return Failure::Inside;
        }
        if one.is::<Away>() {
            return Failure::Away;
        }
        behind = one.source();
    }
    if error.is_connect() {
        Failure::NoAnswer
    } else if error.is_timeout() {
        Failure::TooSlow
    } else {
        Failure::BrokeOff
    }
}

fn disk(error: &std::io::Error) -> Failure {
    tracing::error!(%error, "a harvest to disk");
    Failure::Ours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_any_form_are_seen_as_what_they_are() {
        for text in [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]:80/x",
        ] {
            let url = parsed(text).expect("an address");
            assert!(number(&url).is_some_and(|one| !is_public(one)), "{text}");
        }
        assert_eq!(parsed("file:///etc/passwd"), None);
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let same = |one: &str, other: &str| {
            same_origin(&parsed(one).expect("one"), &parsed(other).expect("one"))
        };
        assert!(same("https://a/x", "https://a:443/y?z=1"));
        assert!(!same("https://a/x", "http://a/x"));
        assert!(!same("https://a/x", "https://a:8443/x"));
        assert!(!same("https://a/x", "https://b/x"));
    }
}
