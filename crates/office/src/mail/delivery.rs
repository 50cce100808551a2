//! Whoever sends what waits: one node at a time, a mail at a time, each written down before the next.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{id::Ubigeo, news::Topic, people::Actor};
use store::mail::SubscriptionRow;
use uuid::Uuid;

use super::{
    AFTER_FAILURE, LOOK_EVERY, Post,
    post::{Failure, Letter},
    words,
};
use crate::{Kind, Office, Problem, bulletin::Following};

/// Mails of a kind in one turn.
const BATCH: i64 = 50;
/// What one digest tells; the rest is on the page.
const DIGEST_MAX: i64 = 40;
/// An address that took no mail so often is forgotten: it was tried for six hours.
const FAILURES_MAX: i32 = 6;

impl Office {
    /// Sends what waits, and waits for more. Never ends, unless the service sends no mail.
    pub async fn deliver(self) {
        let Some(post) = self.mail.clone() else {
            return;
        };
        loop {
            let wait = match self.deliver_what_waits(&post).await {
                Ok(()) => LOOK_EVERY,
                Err(problem) => {
                    tracing::warn!(title = %problem.title, "mail");
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = post.bell.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    async fn deliver_what_waits(&self, post: &Arc<Post>) -> Result<(), Problem> {
        let Some(_turn) = self.store.mail_turn().await? else {
            return Ok(());
        };
        self.store.sweep_subscriptions().await?;
        self.send_confirmations(post).await?;
        self.send_answers(post).await?;
        self.send_digests(post).await
    }

    async fn send_confirmations(&self, post: &Post) -> Result<(), Problem> {
        let names = self.names_of_municipalities();
        for row in self.store.unconfirmed(BATCH).await? {
            let subject = words::subject(row.topic, row.ubigeo, &names);
            let letter = Letter {
                to: row.address,
                subject: "Confirme que quiere las novedades del catastro".to_owned(),
                text: words::confirmation(&subject, &page_of(post, row.id)),
                leave: None,
            };
            if self.sent(post, row.id, letter).await? {
                self.store.asked_to_confirm(row.id).await?;
            }
        }
        Ok(())
    }

    async fn send_answers(&self, post: &Post) -> Result<(), Problem> {
        for row in self.store.answered_observers(BATCH).await? {
            // As the public sees it: of what is not shown there is no text in it.
            let seen = self
                .observation(&Actor::Public, row.observation, None)
                .await?;
            let link = format!("{}/observaciones/{}", post.address, row.observation);
            let letter = Letter {
                to: row.address,
                subject: format!("Respuesta a la observación {}", seen.numero),
                text: words::answer(&seen, &link),
                leave: None,
            };
            if self.sent(post, row.observation, letter).await? {
                self.store.forget_observer(row.observation).await?;
            }
        }
        Ok(())
    }

    async fn send_digests(&self, post: &Post) -> Result<(), Problem> {
        // Read first: what is recorded meanwhile is later than this, and told the next time.
        let until = self.store.recorded_until().await?;
        let mut by_subject: BTreeMap<(Option<Topic>, Option<Ubigeo>), Vec<SubscriptionRow>> =
            BTreeMap::new();
        for row in self.store.due_digests(until, BATCH).await? {
            by_subject
                .entry((row.topic, row.ubigeo))
                .or_default()
                .push(row);
        }
        for ((topic, ubigeo), rows) in by_subject {
            self.send_digests_of(post, (topic, ubigeo), rows, until)
                .await?;
        }
        Ok(())
    }

    /// Digests of one topic and place: what is new is asked once for all who follow it.
    async fn send_digests_of(
        &self,
        post: &Post,
        (topic, ubigeo): (Option<Topic>, Option<Ubigeo>),
        rows: Vec<SubscriptionRow>,
        until: DateTime<Utc>,
    ) -> Result<(), Problem> {
        let since = rows.iter().filter_map(|row| row.told_until).min();
        let following = Following {
            topic,
            ubigeo,
            within: None,
        };
        let items = self
            .bulletin_between(&following, (since.unwrap_or(until), until), DIGEST_MAX + 1)
            .await?;
        let subject = words::subject(topic, ubigeo, &self.names_of_municipalities());
        let mut quiet: Vec<Uuid> = Vec::new();
        for row in rows {
            let own: Vec<_> = items
                .iter()
                .filter(|item| row.told_until.is_none_or(|told| item.fecha > told))
                .collect();
            if own.is_empty() {
                quiet.push(row.id);
                continue;
            }
            let leave = page_of(post, row.id);
            let letter = Letter {
                to: row.address,
                subject: format!("Novedades del catastro: {subject}"),
                text: words::digest(
                    &own,
                    usize::try_from(DIGEST_MAX).unwrap_or_default(),
                    &post.address,
                    &leave,
                ),
                leave: Some(leave),
            };
            if self.sent(post, row.id, letter).await? {
                self.store.told(&[row.id], until, true).await?;
            }
        }
        if !quiet.is_empty() {
            self.store.told(&quiet, until, false).await?;
        }
        Ok(())
    }

    /// Sends one. Says whether it went out; where its address is at fault, that is written down.
    async fn sent(&self, post: &Post, id: Uuid, letter: Letter) -> Result<bool, Problem> {
        match post.send(letter).await {
            Ok(()) => Ok(true),
            Err(Failure::Address) => {
                self.store.mail_failed(id, FAILURES_MAX).await?;
                Ok(false)
            }
            Err(Failure::Server) => Err(Problem::new(
                Kind::Unavailable,
                "El servidor de correo no responde.",
                "Compruebe «[correo]» en la configuración; lo que espera se envía después.",
            )),
        }
    }
}

fn page_of(post: &Post, id: Uuid) -> String {
    format!("{}/novedades/suscripciones/{id}", post.address)
}
