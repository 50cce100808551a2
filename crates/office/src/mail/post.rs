//! The mail server, and what a mail looks like on its way.

use std::{error::Error as StdError, fmt, time::Duration};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Body, Mailbox, SinglePart,
        header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{Kind, Problem};

/// How the way to the mail server is closed to others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encryption {
    /// Not at all: the server is on this machine, or on a network of one's own.
    Nothing,
    /// Open at first, then by STARTTLS or not at all.
    StartTls,
    /// From the first letter.
    Tls,
}

/// How the service sends mail.
pub struct Settings {
    /// Name of the mail server.
    pub server: String,
    /// Its port; where none is said, that of its encryption.
    pub port: Option<u16>,
    /// From whom: `Catastro <catastro@municipio.gob.pe>` or an address alone.
    pub sender: String,
    /// Who signs in there, and with what.
    pub credentials: Option<(String, String)>,
    /// How the way there is closed.
    pub encryption: Encryption,
    /// How people write the service's address: links in mails begin with it.
    pub address: String,
}

/// Who sends mail.
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Mailbox,
    pub(super) address: String,
    pub(crate) bell: Notify,
}

/// A mail before it is one.
pub(super) struct Letter {
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
    /// Where its reader leaves, with one click of their mail program (RFC 8058).
    pub(super) leave: Option<String>,
}

/// Why a mail did not go out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Failure {
    /// The server does not take mail for this address, now or ever.
    Address,
    /// The server does not answer, or takes no mail of ours.
    Server,
}

/// Longest wait for the server.
const ANSWER_MAX: Duration = Duration::from_secs(20);

impl Post {
    /// Who sends with these settings. Nothing is asked of the server yet.
    ///
    /// # Errors
    /// The sender is no address, or the server no name.
    pub fn new(settings: Settings) -> Result<Self, Problem> {
        let wrong = |what: &str, expected: &str| {
            Problem::new(
                Kind::BadRequest,
                format!("«[correo] {what}» no vale."),
                format!("Se espera {expected}."),
            )
        };
        let sender: Mailbox = settings.sender.parse().map_err(|_| {
            wrong(
                "remitente",
                "una dirección, como Catastro <catastro@municipio.gob.pe>",
            )
        })?;
        let parameters = || {
            TlsParameters::new(settings.server.clone()).map_err(|_| {
                wrong(
                    "servidor",
                    "el nombre de un servidor, como correo.municipio.gob.pe",
                )
            })
        };
        let (tls, usual_port) = match settings.encryption {
            Encryption::Nothing => (Tls::None, 25),
            Encryption::StartTls => (Tls::Required(parameters()?), 587),
            Encryption::Tls => (Tls::Wrapper(parameters()?), 465),
        };
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.server.clone())
                .port(settings.port.unwrap_or(usual_port))
                .tls(tls)
                .timeout(Some(ANSWER_MAX))
                .hello_name(ClientId::Domain(sender.email.domain().to_owned()));
        if let Some((user, secret)) = settings.credentials {
            builder = builder.credentials(Credentials::new(user, secret));
        }
        Ok(Self {
            transport: builder.build(),
            sender,
            address: settings.address.trim_end_matches('/').to_owned(),
            bell: Notify::new(),
        })
    }

    /// Sends a mail. The log names no address.
    pub(super) async fn send(&self, letter: Letter) -> Result<(), Failure> {
        let to: Address = letter.to.parse().map_err(|_| Failure::Address)?;
        let mut message = Message::builder()
            .from(self.sender.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(format!(
                "<{}@{}>",
                Uuid::new_v4(),
                self.sender.email.domain()
            )))
            .subject(letter.subject)
            .header(AutoSubmitted("auto-generated".to_owned()));
        if let Some(leave) = letter.leave {
            message = message
                .header(ListUnsubscribe(format!("<{leave}>")))
                .header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
        }
        let body = Body::new_with_encoding(letter.text, ContentTransferEncoding::QuotedPrintable)
            .map_err(|_| Failure::Address)?;
        let part = SinglePart::builder()
            .header(ContentType::TEXT_PLAIN)
            .body(body);
        let message = message.singlepart(part).map_err(|error| {
            tracing::error!(%error, "a mail was not written");
            Failure::Address
        })?;
        self.transport
            .send(message)
            .await
            .map(|_| ())
            .map_err(|error| {
                let status = error.status().map(|code| code.to_string());
                if status.is_some() {
                    // What the server says may name the address.
                    tracing::warn!(?status, "a mail was refused");
                    Failure::Address
                } else {
                    tracing::warn!(%error, "the mail server");
                    Failure::Server
                }
            })
    }
}

macro_rules! header {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(String);

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn StdError + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

header!(AutoSubmitted, "Auto-Submitted");
header!(ListUnsubscribe, "List-Unsubscribe");
header!(ListUnsubscribePost, "List-Unsubscribe-Post");

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").finish_non_exhaustive()
    }
}
