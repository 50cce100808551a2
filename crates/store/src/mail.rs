//! Addresses of mail that people left: who asked for what is new, who asked for an answer. Personal data: read and written
//! in nobody's name, as row security wants it, and deleted when they are of no more use.
//!
//! One node sends at a time: who does holds the turn in a transaction, and the database lets go of it with the connection.

use chrono::{DateTime, Utc};
use domain::{id::Ubigeo, news::Topic};
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::{Act, Error, Store, land::parse};

/// Advisory lock of who sends. Any number would do.
const TURN: i64 = 2_201_002;

/// The right to send mail, until it is dropped.
pub struct MailTurn {
    _tx: Transaction<'static, Postgres>,
}

/// Who asked for what is new.
#[derive(Clone, Debug)]
pub struct SubscriptionRow {
    /// Its identity, which only its mails name.
    pub id: Uuid,
    /// The address.
    pub address: String,
    /// Of which topic; of all.
    pub topic: Option<Topic>,
    /// Of which municipality; of the province.
    pub ubigeo: Option<Ubigeo>,
    /// When it was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// What was recorded until then was told.
    pub told_until: Option<DateTime<Utc>>,
}

/// Who waits for an answer.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct ObserverRow {
    /// To which observation.
    pub observation: Uuid,
    /// The address.
    pub address: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    address: String,
    topic: Option<String>,
    ubigeo: Option<String>,
    confirmed_at: Option<DateTime<Utc>>,
    told_until: Option<DateTime<Utc>>,
}

const COLUMNS: &str =
    "select id, address, topic, ubigeo, confirmed_at, told_until from personal.subscription where";

impl Act {
    /// Keeps the address of who waits for the answer to an observation.
    pub async fn wait_for_answer(&mut self, observation: Uuid, address: &str) -> Result<(), Error> {
        sqlx::query("insert into personal.observer (observation, address) values ($1, $2)")
            .bind(observation)
            .bind(address)
            .execute(&mut *self.draft.tx)
            .await?;
        Ok(())
    }
}

impl Store {
    /// The turn to send mail; none while another node has it.
    pub async fn mail_turn(&self) -> Result<Option<MailTurn>, Error> {
        let mut tx = self.pool.begin().await?;
        let own: bool = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)")
            .bind(TURN)
            .fetch_one(&mut *tx)
            .await?;
        Ok(own.then_some(MailTurn { _tx: tx }))
    }

    /// Keeps who asks for what is new, not confirmed yet; nothing where they did already, or where their address waits for
    /// `most` confirmations: nobody fills the mail of another.
    pub async fn subscribe(
        &self,
        id: Uuid,
        address: &str,
        topic: Option<Topic>,
        ubigeo: Option<Ubigeo>,
        most: i64,
    ) -> Result<(), Error> {
        sqlx::query(
            "insert into personal.subscription (id, address, topic, ubigeo)
             select $1, $2, $3, $4
             where (select count(*) from personal.subscription where address = $2 and confirmed_at is null) < $5
             on conflict do nothing",
        )
        .bind(id)
        .bind(address)
        .bind(topic.map(Topic::name))
        .bind(ubigeo.as_ref().map(Ubigeo::as_str))
        .bind(most)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// One subscription, by the identity that its mails name.
    pub async fn subscription(&self, id: Uuid) -> Result<Option<SubscriptionRow>, Error> {
        sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(format!("{COLUMNS} id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await?
            .map(parsed)
            .transpose()
    }

    /// Confirms a subscription: it is told what is recorded from now on.
    pub async fn confirm_subscription(&self, id: Uuid) -> Result<bool, Error> {
        let done = sqlx::query(
            "update personal.subscription
             set confirmed_at = clock_timestamp(), failures = 0, try_after = clock_timestamp(),
                 told_until = coalesce((select at from audit order by number desc limit 1), clock_timestamp())
             where id = $1 and confirmed_at is null",
        )
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Forgets a subscription and its address.
    pub async fn unsubscribe(&self, id: Uuid) -> Result<bool, Error> {
        let done = sqlx::query("delete from personal.subscription where id = $1")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Forgets subscriptions that nobody confirmed for two days.
    pub async fn sweep_subscriptions(&self) -> Result<(), Error> {
        sqlx::query(
            "delete from personal.subscription
             where confirmed_at is null and asked_at < clock_timestamp() - interval '2 days'",
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Subscriptions that wait for the mail that asks for their confirmation.
    pub async fn unconfirmed(&self, limit: i64) -> Result<Vec<SubscriptionRow>, Error> {
        let statement = format!(
            "{COLUMNS} confirmed_at is null and sent_at is null and try_after <= clock_timestamp() order by asked_at limit $1"
        );
        sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(statement))
            .bind(limit)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(parsed)
            .collect()
    }

    /// Confirmed subscriptions whose last digest is a day old, and that were not told all that is recorded until a moment.
    pub async fn due_digests(
        &self,
        until: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<SubscriptionRow>, Error> {
        let statement = format!(
            "{COLUMNS} confirmed_at is not null and told_until < $1 and try_after <= clock_timestamp()
                 and (told_at is null or told_at <= clock_timestamp() - interval '1 day')
             order by told_until limit $2"
        );
        sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(statement))
            .bind(until)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(parsed)
            .collect()
    }

    /// Writes down that the mail that asks for confirmation went out.
    pub async fn asked_to_confirm(&self, id: Uuid) -> Result<(), Error> {
        sqlx::query("update personal.subscription set sent_at = clock_timestamp() where id = $1")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Writes down until when some subscriptions were told, and whether by a mail.
    pub async fn told(
        &self,
        ids: &[Uuid],
        until: DateTime<Utc>,
        by_mail: bool,
    ) -> Result<(), Error> {
        sqlx::query(
            "update personal.subscription
             set told_until = $2, failures = 0, told_at = case when $3 then clock_timestamp() else told_at end
             where id = any ($1) and confirmed_at is not null",
        )
        .bind(ids)
        .bind(until)
        .bind(by_mail)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Who waits for an answer that was given.
    pub async fn answered_observers(&self, limit: i64) -> Result<Vec<ObserverRow>, Error> {
        Ok(sqlx::query_as(
            "select w.observation, w.address from personal.observer w join observation o on o.id = w.observation
             where o.state in ('respondida', 'archivada') and w.try_after <= clock_timestamp()
             order by o.moved_at limit $1",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Forgets who waited for an answer.
    pub async fn forget_observer(&self, observation: Uuid) -> Result<(), Error> {
        sqlx::query("delete from personal.observer where observation = $1")
            .bind(observation)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Writes down that an address does not take mail: it is tried again, later each time, and forgotten after `most` times.
    pub async fn mail_failed(&self, id: Uuid, most: i32) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        for (table, key) in [("subscription", "id"), ("observer", "observation")] {
            let later = format!(
                "update personal.{table} set failures = failures + 1,
                     try_after = clock_timestamp() + interval '1 minute' * power(4, failures)
                 where {key} = $1"
            );
            sqlx::query(sqlx::AssertSqlSafe(later))
                .bind(id)
                .execute(&mut *tx)
                .await?;
            let never = format!("delete from personal.{table} where {key} = $1 and failures >= $2");
            sqlx::query(sqlx::AssertSqlSafe(never))
                .bind(id)
                .bind(most)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn parsed(row: Row) -> Result<SubscriptionRow, Error> {
    let broken = |what: &str| Error::Row {
        table: "personal.subscription",
        key: row.id.to_string(),
        what: what.to_owned(),
    };
    Ok(SubscriptionRow {
        topic: row
            .topic
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|_| broken("topic"))?,
        ubigeo: row
            .ubigeo
            .as_deref()
            .map(|text| parse(text, "ubigeo"))
            .transpose()?,
        id: row.id,
        address: row.address,
        confirmed_at: row.confirmed_at,
        told_until: row.told_until,
    })
}
