//! Figures: a number of something in a period.

use chrono::{DateTime, Utc};
use domain::{
    id::Ubigeo,
    institute::{FigureKind, Period},
};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Act, Error, Store, land::parse};

/// A figure as it is kept.
#[derive(Clone, Debug)]
pub struct FigureRow {
    /// Of which dossier or project.
    pub code: String,
    /// What was measured.
    pub measure: String,
    /// When.
    pub period: Period,
    /// Of which municipality; none for the whole.
    pub ubigeo: Option<Ubigeo>,
    /// The number, in the unit of its measure.
    pub value: f64,
    /// Since when it is recorded.
    pub since: DateTime<Utc>,
    /// Until when; none for the one in force.
    pub until: Option<DateTime<Utc>>,
    /// Who wrote it; none for the console.
    pub account: Option<Uuid>,
    /// Evidence, note, digest of the stored question, version of the data.
    pub content: Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    code: String,
    measure: String,
    period: String,
    ubigeo: Option<String>,
    value: f64,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    account: Option<Uuid>,
    content: Json<Value>,
}

/// A figure to be written.
#[derive(Clone, Debug)]
pub struct NewFigure<'a> {
    /// Of which dossier or project.
    pub code: &'a str,
    /// What was measured.
    pub measure: &'a str,
    /// When.
    pub period: Period,
    /// Of which municipality; none for the whole.
    pub ubigeo: Option<Ubigeo>,
    /// The number: finite.
    pub value: f64,
    /// Evidence and the rest: a JSON object.
    pub content: Value,
}

/// Which figures are asked for.
#[derive(Clone, Default, Debug)]
pub struct FigureQuestion<'a> {
    /// Of these dossiers or projects; of all, where it is none.
    pub codes: Option<&'a [String]>,
    /// Of these periods; of all, where it is none.
    pub periods: Option<&'a [String]>,
    /// As known at this moment; now, where it is none.
    pub known_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "select code, measure, period, ubigeo, value, lower(recorded) as since, upper(recorded) as until,
    account, content from figure";

impl Store {
    /// Figures of a kind, by code, measure, period and place.
    pub async fn figures(
        &self,
        kind: FigureKind,
        question: &FigureQuestion<'_>,
    ) -> Result<Vec<FigureRow>, Error> {
        let statement = format!(
            "{COLUMNS} where kind = $1
                 and case when $2::timestamptz is null then upper_inf(recorded) else recorded @> $2::timestamptz end
                 and ($3::text[] is null or code = any ($3)) and ($4::text[] is null or period = any ($4))
             order by code, measure, period, ubigeo nulls first"
        );
        let rows = sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(statement))
            .bind(kind.name())
            .bind(question.known_at)
            .bind(question.codes)
            .bind(question.periods)
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// All that was ever written of one thing, the newest first.
    pub async fn figure_versions(
        &self,
        kind: FigureKind,
        code: &str,
    ) -> Result<Vec<FigureRow>, Error> {
        let statement = format!(
            "{COLUMNS} where kind = $1 and code = $2 order by lower(recorded) desc, id desc"
        );
        let rows = sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(statement))
            .bind(kind.name())
            .bind(code)
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(read).collect()
    }
}

impl Act {
    /// Writes figures of a kind: each closes the one before it of the same measure, period and place. No two of them are of
    /// the same.
    pub async fn write_figures(
        &mut self,
        kind: FigureKind,
        figures: &[NewFigure<'_>],
    ) -> Result<(), Error> {
        let at = self.recorded_at();
        let account = self.draft.account();
        let codes: Vec<&str> = figures.iter().map(|figure| figure.code).collect();
        let measures: Vec<&str> = figures.iter().map(|figure| figure.measure).collect();
        let periods: Vec<String> = figures
            .iter()
            .map(|figure| figure.period.to_string())
            .collect();
        let places: Vec<Option<&str>> = figures
            .iter()
            .map(|figure| figure.ubigeo.as_ref().map(Ubigeo::as_str))
            .collect();
        let values: Vec<f64> = figures.iter().map(|figure| figure.value).collect();
        let contents: Vec<&Value> = figures.iter().map(|figure| &figure.content).collect();
        let tx = &mut *self.draft.tx;
        sqlx::query(
            "update figure f set recorded = tstzrange(lower(f.recorded), $6)
             from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as n (code, measure, period, ubigeo)
             where f.kind = $1 and f.code = n.code and f.measure = n.measure and f.period = n.period
                 and coalesce(f.ubigeo, '') = coalesce(n.ubigeo, '') and upper_inf(f.recorded)",
        )
        .bind(kind.name())
        .bind(&codes)
        .bind(&measures)
        .bind(&periods)
        .bind(&places)
        .bind(at)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "insert into figure (kind, code, measure, period, ubigeo, value, recorded, account, content)
             select $1, n.code, n.measure, n.period, n.ubigeo, n.value, tstzrange($8, null), $9, n.content
             from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::jsonb[])
                 as n (code, measure, period, ubigeo, value, content)",
        )
        .bind(kind.name())
        .bind(&codes)
        .bind(&measures)
        .bind(&periods)
        .bind(&places)
        .bind(&values)
        .bind(&contents)
        .bind(at)
        .bind(account)
        .execute(&mut *tx)
        .await?;
        Ok(())
    }
}

fn read(row: Row) -> Result<FigureRow, Error> {
    let ubigeo = row.ubigeo.as_deref();
    Ok(FigureRow {
        period: row.period.parse().map_err(|_| Error::Row {
            table: "figure",
            key: row.code.clone(),
            what: format!("period {}", row.period),
        })?,
        ubigeo: ubigeo.map(|text| parse(text, "ubigeo")).transpose()?,
        code: row.code,
        measure: row.measure,
        value: row.value,
        since: row.since,
        until: row.until,
        account: row.account,
        content: row.content.0,
    })
}
