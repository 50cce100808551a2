//! Work that waits to be done apart, and survives whoever does it.
//!
//! Who works on a job holds its advisory lock on a connection of their own: should they die, the database sees the
//! connection end and the job is free at once. No clock decides.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection, Postgres, pool::PoolConnection};
use uuid::Uuid;

use crate::{Draft, Error, Store};

/// Space of the advisory locks of jobs. Any number would do.
const LOCK_SPACE: i32 = 2_201;

/// A job that somebody works on.
pub struct Claimed {
    connection: PgConnection,
    job: i64,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// What is to be done.
    pub work: Work,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Work {
    /// A survey is to be examined.
    Examine(Uuid),
    /// A question of an account is to be answered: JSON.
    Answer(Uuid, String),
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// The job is done.
    Done,
    /// It is tried again after so many seconds, for this reason.
    Again(f64, String),
    /// It is given up, for this reason.
    GivenUp(String),
}

/// An attempt, for who asks what became of a job.
#[derive(sqlx::FromRow, Debug)]
pub struct AttemptRow {
    /// Which, from 1.
    pub number: i32,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// `hecho`, `fallido`; nothing while it runs or where it was broken off.
    pub outcome: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
}

impl Draft {
    /// Asks for a survey to be examined.
    pub async fn ask_for_examination(&mut self, survey: Uuid) -> Result<(), Error> {
        sqlx::query("insert into job (kind, survey) values ('examen', $1)")
            .bind(survey)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

impl Store {
    /// Takes the job that has waited longest and that nobody works on.
    pub async fn claim_job(&self) -> Result<Option<Claimed>, Error> {
        let waiting: Vec<Waiting> = sqlx::query_as(
            "select id, survey, asked_by, request::text from job where ended_at is null and run_after <= clock_timestamp()
             order by run_after, id limit 20",
        )
        .fetch_all(&self.pool)
        .await?;
        for (job, survey, account, request) in waiting {
            let work = match (survey, account, request) {
                (Some(survey), ..) => Work::Examine(survey),
                (None, Some(account), Some(request)) => Work::Answer(account, request),
                // The table holds no such row.
                _ => continue,
            };
            let mut connection = self.pool.acquire().await?;
            if !lock(&mut connection, job).await? {
                continue;
            }
            // Not one of the pool any more: closed at the end, or with us, it lets go of the lock.
            let mut claimed = Claimed {
                connection: connection.detach(),
                job,
                attempt: 0,
                work,
            };
            // Somebody may have ended it between our look and our lock.
            let open: bool = sqlx::query_scalar("select ended_at is null from job where id = $1")
                .bind(job)
                .fetch_one(&mut claimed.connection)
                .await?;
            if open {
                return Ok(Some(claimed));
            }
        }
        Ok(None)
    }

    /// The last jobs, those that wait first.
    pub async fn jobs(&self, limit: i64) -> Result<Vec<JobRow>, Error> {
        Ok(sqlx::query_as(
            "select j.id, j.kind, j.survey, j.asked_at, j.run_after, j.ended_at, coalesce(a.attempts, 0) as attempts,
                 l.outcome, l.reason
             from job j
             left join lateral (select count(*) as attempts from job_attempt where job = j.id) a on true
             left join lateral (select outcome, reason from job_attempt where job = j.id order by number desc limit 1) l on true
             order by j.ended_at is not null, j.id desc limit $1",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The attempts at the jobs of a survey, the first one first.
    pub async fn attempts(&self, survey: Uuid) -> Result<Vec<AttemptRow>, Error> {
        Ok(sqlx::query_as(
            "select a.number, a.started_at, a.ended_at, a.outcome, a.reason
             from job j join job_attempt a on a.job = j.id
             where j.survey = $1 order by j.id, a.number",
        )
        .bind(survey)
        .fetch_all(&self.pool)
        .await?)
    }
}

/// A job, for who looks after the service.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct JobRow {
    /// Its number.
    pub id: i64,
    /// `examen`, `verificacion`.
    pub kind: String,
    /// The survey that it is about.
    pub survey: Option<Uuid>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Before then nobody takes it up.
    pub run_after: DateTime<Utc>,
    /// When it was done or given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// How often it was tried.
    pub attempts: i64,
    /// How the last attempt ended.
    pub outcome: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
}

/// A job with what it is about: a survey, or who asked what.
type Waiting = (i64, Option<Uuid>, Option<Uuid>, Option<String>);

async fn lock(connection: &mut PoolConnection<Postgres>, job: i64) -> Result<bool, Error> {
    Ok(sqlx::query_scalar("select pg_try_advisory_lock($1, $2)")
        .bind(LOCK_SPACE)
        .bind(i32::try_from(job).unwrap_or(i32::MAX))
        .fetch_one(&mut **connection)
        .await?)
}

impl Claimed {
    /// Its number.
    pub fn job(&self) -> i64 {
        self.job
    }

    /// Begins to write in the name of who asked for it.
    pub(crate) async fn act(
        &mut self,
        account: Uuid,
    ) -> Result<sqlx::Transaction<'_, Postgres>, Error> {
        let mut tx = self.connection.begin().await?;
        name(&mut tx, account).await?;
        Ok(tx)
    }

    /// Writes down that an attempt begins, in the name of who asked for the job.
    pub async fn start(&mut self, account: Uuid) -> Result<(), Error> {
        let job = self.job;
        let mut tx = self.act(account).await?;
        let attempt = sqlx::query_scalar(
            "insert into job_attempt (job, number)
             select $1, coalesce(max(number), 0) + 1 from job_attempt where job = $1
             returning number",
        )
        .bind(job)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        self.attempt = attempt;
        Ok(())
    }

    /// Writes down how it ended, and lets go of it.
    pub async fn end(mut self, account: Uuid, ended: Ended) -> Result<(), Error> {
        let (job, attempt) = (self.job, self.attempt);
        let mut tx = self.act(account).await?;
        let (outcome, reason, wait) = match ended {
            Ended::Done => ("hecho", None, None),
            Ended::Again(seconds, reason) => ("fallido", Some(reason), Some(seconds)),
            Ended::GivenUp(reason) => ("fallido", Some(reason), None),
        };
        sqlx::query(
            "update job_attempt set ended_at = clock_timestamp(), outcome = $3, reason = $4
             where job = $1 and number = $2",
        )
        .bind(job)
        .bind(attempt)
        .bind(outcome)
        .bind(reason)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "update job set run_after = clock_timestamp() + coalesce($2, 0) * interval '1 second',
                            ended_at = case when $2::float8 is null then clock_timestamp() end
             where id = $1",
        )
        .bind(job)
        .bind(wait)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(self.connection.close().await?)
    }
}

async fn name(connection: &mut PgConnection, account: Uuid) -> Result<(), Error> {
    sqlx::query("select set_config('catastro.account', $1, true)")
        .bind(account.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
