//! Mail: who asked for what is new, and confirmed it, gets a digest at most once a day; who asked for an answer gets it.
//! Without settings the service sends none, and says so (docs/decisions/0023-mail.md).

mod delivery;
mod post;
mod words;

use std::time::Duration;

use domain::{id::Ubigeo, news::Topic};
use serde::Serialize;
use uuid::Uuid;

pub use post::{Encryption, Post, Settings};

use crate::{Kind, Office, Problem, bulletin};

/// Confirmations that one address waits for at most: nobody fills the mail of another.
const UNCONFIRMED_MAX: i64 = 3;
/// Longest address (RFC 5321).
const ADDRESS_MAX: usize = 254;
/// How long what another node does can wait before we look.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// After the mail server did not answer.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// What somebody asks for by mail, as its page shows it: without the address.
#[derive(Clone, Debug, Serialize)]
pub struct SubscriptionShape {
    /// Its identity.
    pub id: Uuid,
    /// Of what, in words.
    pub sobre: String,
    /// Whether it was confirmed.
    pub confirmada: bool,
}

impl Office {
    /// Whether the service sends mail.
    pub fn sends_mail(&self) -> bool {
        self.mail.is_some()
    }

    /// Says to who sends that something may wait.
    pub(crate) fn ring_mail(&self) {
        if let Some(post) = &self.mail {
            post.bell.notify_one();
        }
    }

    /// An address, where the service sends mail and it is one.
    pub(crate) fn address_of_mail(&self, text: &str) -> Result<String, Problem> {
        if self.mail.is_none() {
            return Err(Problem::new(
                Kind::Refused,
                "Este servicio no envía correo.",
                "Deje vacío el correo: la respuesta se ve con el código de la constancia, y las novedades están en /novedades.atom.",
            ));
        }
        address(text)
    }

    /// Asks for what is new by mail. What is answered does not say whether the address was known.
    pub async fn subscribe(
        &self,
        mail: &str,
        topic: Option<Topic>,
        ubigeo: Option<Ubigeo>,
    ) -> Result<(), Problem> {
        let address = self.address_of_mail(mail.trim())?;
        if let Some(ubigeo) = ubigeo
            && !self.feed.snapshot().municipalities.contains_key(&ubigeo)
        {
            return Err(Problem::new(
                Kind::NotFound,
                format!("No hay un municipio con el ubigeo {ubigeo}."),
                "Elija uno de la lista, o ninguno para toda la provincia.",
            ));
        }
        self.store
            .subscribe(Uuid::new_v4(), &address, topic, ubigeo, UNCONFIRMED_MAX)
            .await?;
        self.ring_mail();
        Ok(())
    }

    /// A subscription, by the identity in its mails.
    pub async fn subscription(&self, id: &str) -> Result<SubscriptionShape, Problem> {
        let id = bulletin::identity(id).ok_or_else(absent)?;
        let row = self.store.subscription(id).await?.ok_or_else(absent)?;
        Ok(SubscriptionShape {
            id,
            sobre: words::subject(row.topic, row.ubigeo, &self.names_of_municipalities()),
            confirmada: row.confirmed_at.is_some(),
        })
    }

    /// Confirms a subscription, by the identity in its mails.
    pub async fn confirm_subscription(&self, id: &str) -> Result<(), Problem> {
        let shown = self.subscription(id).await?;
        self.store.confirm_subscription(shown.id).await?;
        Ok(())
    }

    /// Ends a subscription and forgets its address. One that is not there has ended.
    pub async fn unsubscribe(&self, id: &str) -> Result<(), Problem> {
        let id = bulletin::identity(id).ok_or_else(absent)?;
        self.store.unsubscribe(id).await?;
        Ok(())
    }
}

/// An address as it is kept: that of the host in small letters, which all hosts are.
fn address(text: &str) -> Result<String, Problem> {
    let read = text.parse::<lettre::Address>().ok();
    let read = read.filter(|_| text.len() <= ADDRESS_MAX && text.is_ascii());
    let Some(read) = read else {
        return Err(Problem::new(
            Kind::BadRequest,
            "La dirección de correo no se entiende.",
            "Escríbala como nombre@dominio.pe, sin espacios.",
        ));
    };
    Ok(format!(
        "{}@{}",
        read.user(),
        read.domain().to_ascii_lowercase()
    ))
}

fn absent() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay una suscripción así.",
        "Puede que ya terminara, o que pasaran dos días sin confirmarla. Se pide otra en /novedades.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_or_is_refused() {
        assert_eq!(address("Ana@Ejemplo.PE").as_deref(), Ok("Ana@ejemplo.pe"));
        for wrong in [
            "",
            "ana",
            "ana@",
            "@b.pe",
            "a b@c.pe",
            "a@b.pe\r\nBcc: c@d.pe",
            "ana@ejemplo.pe, b@c.pe",
        ] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
