//! Questions about many parcels that are answered apart.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Draft, Error, Store, jobs::Claimed};

/// A question that waits, or was answered.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct QuestionRow {
    /// Its number.
    pub id: i64,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When it was answered, or given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// What came of it, as JSON.
    pub outcome: Option<String>,
    /// Why the last attempt failed.
    pub reason: Option<String>,
}

impl Draft {
    /// Asks in the name of an account; gives the number of the question.
    pub async fn ask(&mut self, account: Uuid, request: &str) -> Result<i64, Error> {
        Ok(sqlx::query_scalar(
            "insert into job (kind, asked_by, request) values ('verificacion', $1, $2::json) returning id",
        )
        .bind(account)
        .bind(request)
        .fetch_one(&mut *self.tx)
        .await?)
    }
}

impl Store {
    /// The last questions of an account, or one of them.
    pub async fn questions(
        &self,
        account: Uuid,
        id: Option<i64>,
        limit: i64,
    ) -> Result<Vec<QuestionRow>, Error> {
        Ok(sqlx::query_as(
            "select j.id, j.asked_at, j.ended_at, j.outcome::text as outcome,
                    (select a.reason from job_attempt a where a.job = j.id order by a.number desc limit 1) as reason
             from job j where j.asked_by = $1 and ($2::bigint is null or j.id = $2)
             order by j.id desc limit $3",
        )
        .bind(account)
        .bind(id)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?)
    }
}

impl Claimed {
    /// Writes down what came of a question.
    pub async fn answered(&mut self, account: Uuid, outcome: &str) -> Result<(), Error> {
        let job = self.job();
        let mut tx = self.act(account).await?;
        sqlx::query("update job set outcome = $2::json where id = $1")
            .bind(job)
            .bind(outcome)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}
