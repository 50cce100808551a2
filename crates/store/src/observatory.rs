//! What the observatory shows: the last value of each indicator, all public figures one after another, whose a series is.

use chrono::{DateTime, Utc};
use domain::{
    id::Ubigeo,
    institute::{FigureKind, Period},
};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Error, Store, land::parse};

/// An indicator with its last value.
#[derive(Clone, Debug)]
pub struct IndicatorRow {
    /// Its code.
    pub code: String,
    /// What it says.
    pub content: Value,
    /// Its last value, of the whole where there is one.
    pub last: Option<LastValue>,
}

/// The last value of something.
#[derive(Clone, Debug)]
pub struct LastValue {
    /// When.
    pub period: Period,
    /// Of which municipality; none for the whole.
    pub ubigeo: Option<Ubigeo>,
    /// The number.
    pub value: f64,
    /// Where it comes from.
    pub content: Value,
}

/// A figure on its way out.
#[derive(Clone, Debug)]
pub struct PublicFigure {
    /// Where it stands among all: the next piece goes on after it.
    pub id: i64,
    /// What it is of.
    pub kind: String,
    /// Of which one.
    pub code: String,
    /// What that is called.
    pub name: Option<String>,
    /// What was measured.
    pub measure: String,
    /// When.
    pub period: String,
    /// Of which municipality; none for the whole.
    pub ubigeo: Option<String>,
    /// The number.
    pub value: f64,
    /// Since when it is recorded.
    pub since: DateTime<Utc>,
    /// Where it comes from.
    pub content: Value,
    /// Unit of its dossier, where that says one.
    pub unit: Option<String>,
    /// Licence of its dossier, where that says one.
    pub licence: Option<String>,
}

/// Which public figures are asked for; all that is none is not asked about.
#[derive(Clone, Default, Debug)]
pub struct PublicQuestion {
    /// Of this kind.
    pub kind: Option<FigureKind>,
    /// Of this dossier or project.
    pub code: Option<String>,
    /// Of this period.
    pub period: Option<Period>,
    /// As known then.
    pub known_at: Option<DateTime<Utc>>,
    /// After this one.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    code: String,
    content: Json<Value>,
    period: Option<String>,
    ubigeo: Option<String>,
    value: Option<f64>,
    detail: Option<Json<Value>>,
}

#[derive(sqlx::FromRow)]
struct FigureLine {
    id: i64,
    kind: String,
    code: String,
    name: Option<String>,
    measure: String,
    period: String,
    ubigeo: Option<String>,
    value: f64,
    since: DateTime<Utc>,
    content: Json<Value>,
    unit: Option<String>,
    licence: Option<String>,
}

impl Store {
    /// Indicators in force by code, of an axis or of all, after a code; each with its last value.
    pub async fn indicators_with_values(
        &self,
        axis: Option<&str>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<IndicatorRow>, Error> {
        sqlx::query_as::<_, LineRow>(include_str!("../sql/indicators_with_values.sql"))
            .bind(axis)
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(indicator)
            .collect()
    }

    /// How many indicators each axis has.
    pub async fn indicators_by_axis(&self) -> Result<Vec<(String, i64)>, Error> {
        Ok(sqlx::query_as(
            "select coalesce(content ->> 'eje', ''), count(*) from dossier
             where kind = 'indicador' and upper_inf(recorded) group by 1 order by 1",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Figures that anybody may read, in the order of their writing: all but those of series that are not published.
    pub async fn public_figures(
        &self,
        question: &PublicQuestion,
    ) -> Result<Vec<PublicFigure>, Error> {
        let rows = sqlx::query_as::<_, FigureLine>(include_str!("../sql/public_figures.sql"))
            .bind(question.kind.map(FigureKind::name))
            .bind(question.code.as_deref())
            .bind(question.period.map(|period| period.to_string()))
            .bind(question.known_at)
            .bind(question.after)
            .bind(question.limit)
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(PublicFigure::of).collect())
    }

    /// Who offered each series, by the account of its first version; none for the console.
    pub async fn series_authors(&self) -> Result<Vec<(String, Option<Uuid>)>, Error> {
        Ok(sqlx::query_as(
            "select code, account from dossier where kind = 'serie' and version = 1 order by code",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Who offered a series; none for the console, and where there is none such.
    pub async fn series_author(&self, code: &str) -> Result<Option<Uuid>, Error> {
        let found: Option<Option<Uuid>> = sqlx::query_scalar(
            "select account from dossier where kind = 'serie' and code = $1 and version = 1",
        )
        .bind(code)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.flatten())
    }
}

impl PublicFigure {
    fn of(row: FigureLine) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            code: row.code,
            name: row.name,
            measure: row.measure,
            period: row.period,
            ubigeo: row.ubigeo,
            value: row.value,
            since: row.since,
            content: row.content.0,
            unit: row.unit,
            licence: row.licence,
        }
    }
}

fn indicator(row: LineRow) -> Result<IndicatorRow, Error> {
    let last = match (row.period, row.value) {
        (Some(period), Some(value)) => Some(LastValue {
            period: period.parse().map_err(|_| Error::Row {
                table: "figure",
                key: row.code.clone(),
                what: format!("period {period}"),
            })?,
            ubigeo: row
                .ubigeo
                .as_deref()
                .map(|text| parse(text, "ubigeo"))
                .transpose()?,
            value,
            content: row.detail.map(|detail| detail.0).unwrap_or_default(),
        }),
        _ => None,
    };
    Ok(IndicatorRow {
        code: row.code,
        content: row.content.0,
        last,
    })
}
