//! Running stored questions: as a role that reads the views of `consulta` and nothing else, as of a moment, within a time.

use std::time::Duration;

use chrono::NaiveDate;
use domain::{institute::StoredQuery, time::AsOf};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, types::Json};

use crate::{Error, Store};

/// As of when a question is asked, and of what.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The day of land and law, and what was known.
    pub as_of: AsOf,
    /// First and last day of the period.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// The one thing it is about.
    pub object: Option<&'a str>,
    /// How long it may take.
    pub within: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// It took too long.
    #[error("out of time")]
    OutOfTime,
    /// The database does not understand it, or it asks for what it may not read.
    #[error("{0}")]
    Question(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Rows of an answer; more are none that a person reads.
const ROWS_MAX: usize = 10_000;

impl Store {
    /// Asks a stored question. Each row is a JSON object with the names of the question.
    pub async fn ask(
        &self,
        question: &StoredQuery,
        asked: &Asked<'_>,
    ) -> Result<Vec<Map<String, Value>>, NoAnswer> {
        let mut tx = self.pool.begin().await.map_err(Error::Sql)?;
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        sqlx::query("set transaction isolation level repeatable read read only")
            .execute(&mut *tx)
            .await
            .map_err(Error::Sql)?;
        sqlx::query(
            "select set_config('catastro.fecha', $1, true), set_config('catastro.conocido_a', $2, true),
                 set_config('catastro.desde', $3, true), set_config('catastro.hasta', $4, true),
                 set_config('catastro.objeto', $5, true), set_config('statement_timeout', $6, true),
                 set_config('search_path', 'consulta, public', true)",
        )
        .bind(asked.as_of.day.to_string())
        .bind(asked.as_of.known_at.to_rfc3339())
        .bind(text(asked.period.map(|period| period.0)))
        .bind(text(asked.period.map(|period| period.1)))
        .bind(asked.object.unwrap_or_default())
        .bind(asked.within.as_millis().to_string())
        .execute(&mut *tx)
        .await
        .map_err(Error::Sql)?;
        sqlx::query("set local role catastro_consulta")
            .execute(&mut *tx)
            .await
            .map_err(Error::Sql)?;
        // One statement with nothing bound to its text: the database takes no second one in it.
        let statement = format!(
            "select to_jsonb(respuesta) from (\n{}\n) respuesta limit {ROWS_MAX}",
            question.text()
        );
        let rows: Vec<(Json<Map<String, Value>>,)> = sqlx::query_as(AssertSqlSafe(statement))
            .persistent(false)
            .fetch_all(&mut *tx)
            .await
            .map_err(no_answer)?;
        // Nothing was written, and the settings end with the transaction.
        tx.rollback().await.map_err(Error::Sql)?;
        Ok(rows.into_iter().map(|(row,)| row.0).collect())
    }
}

fn no_answer(error: sqlx::Error) -> NoAnswer {
    match error.as_database_error().map(|found| {
        (
            found.code().unwrap_or_default().into_owned(),
            found.message().to_owned(),
        )
    }) {
        Some((code, _)) if code == "57014" => NoAnswer::OutOfTime,
        // Classes 22 and 42: what was asked, not us.
        Some((code, message)) if code.starts_with("42") || code.starts_with("22") => {
            NoAnswer::Question(message)
        }
        _ => NoAnswer::Store(Error::Sql(error)),
    }
}
