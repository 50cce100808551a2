//! Findings and changes of a survey with their ground, as plans show them. Shapes are in EPSG:32718.

use geo_types::{Geometry, Rect};
use sqlx::{FromRow, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::SurveyRow;
use crate::{Error, Store, geometry::Official};

/// Which findings of a comparison.
#[derive(Clone, Copy, Default, Debug)]
pub struct Sought<'a> {
    /// Of this rule.
    pub rule: Option<&'a str>,
    /// Of this severity.
    pub severity: Option<&'a str>,
    /// The one with this number.
    pub number: Option<i32>,
    /// Those alone that have a place.
    pub placed: bool,
}

/// A finding with its ground.
#[derive(Clone, Debug)]
pub struct FoundOnGround {
    /// Its place in the list.
    pub number: i32,
    /// Stable code of the rule.
    pub rule: String,
    /// `error`, `observacion`, `aviso`.
    pub severity: String,
    /// Row of the file.
    pub row: Option<i64>,
    /// Code of the row.
    pub code: Option<String>,
    /// Codes of the others.
    pub others: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// The fault, or the place.
    pub shape: Option<Geometry<f64>>,
    /// What would mend it.
    pub repair: Option<Geometry<f64>>,
}

/// A change with its ground.
#[derive(Clone, Debug)]
pub struct ChangedOnGround {
    /// Its place in the list.
    pub number: i32,
    /// Which kind.
    pub kind: String,
    /// Codes in force that it closes.
    pub parents: Vec<String>,
    /// Codes that it opens.
    pub children: Vec<String>,
    /// What of it changes: `geometria`, `atributos`, `codigo`.
    pub aspects: Vec<String>,
    /// How far the border moves.
    pub displaced_m: f64,
    /// Area before.
    pub area_before_m2: f64,
    /// Area after.
    pub area_after_m2: f64,
    /// It stays out.
    pub spoiled: bool,
    /// What was in force.
    pub before: Option<Geometry<f64>>,
    /// What the survey brings.
    pub after: Option<Geometry<f64>>,
}

/// A feature on one side of a comparison.
#[derive(Clone, Debug)]
pub struct OnGround {
    /// Brought by the survey, or else in force when that was compared.
    pub brought: bool,
    /// Its code.
    pub code: String,
    /// Its shape.
    pub shape: Geometry<f64>,
}

/// A shape that may be missing.
fn shape(row: &PgRow, column: &str) -> sqlx::Result<Option<Geometry<f64>>> {
    let shape: Option<Official> = row.try_get(column)?;
    Ok(shape.map(|shape| shape.0))
}

impl FromRow<'_, PgRow> for FoundOnGround {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            number: row.try_get("number")?,
            rule: row.try_get("rule")?,
            severity: row.try_get("severity")?,
            row: row.try_get("row")?,
            code: row.try_get("code")?,
            others: row.try_get("others")?,
            message: row.try_get("message")?,
            shape: shape(row, "shape")?,
            repair: shape(row, "repair")?,
        })
    }
}

impl FromRow<'_, PgRow> for ChangedOnGround {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            number: row.try_get("number")?,
            kind: row.try_get("kind")?,
            parents: row.try_get("parents")?,
            children: row.try_get("children")?,
            aspects: row.try_get("aspects")?,
            displaced_m: row.try_get("displaced_m")?,
            area_before_m2: row.try_get("area_before_m2")?,
            area_after_m2: row.try_get("area_after_m2")?,
            spoiled: row.try_get("spoiled")?,
            before: shape(row, "before")?,
            after: shape(row, "after")?,
        })
    }
}

impl Store {
    /// Findings of a comparison, the worst first.
    pub async fn findings_seen(
        &self,
        survey: Uuid,
        comparison: i32,
        sought: &Sought<'_>,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<FoundOnGround>, Error> {
        Ok(sqlx::query_as(include_str!("../../sql/findings_seen.sql"))
            .bind(survey)
            .bind(comparison)
            .bind(sought.rule)
            .bind(sought.severity)
            .bind(sought.number)
            .bind(sought.placed)
            .bind(limit)
            .bind(offset)
            .fetch_all(&self.pool)
            .await?)
    }

    /// How many findings of a comparison there are.
    pub async fn findings_count(
        &self,
        survey: Uuid,
        comparison: i32,
        sought: &Sought<'_>,
    ) -> Result<i64, Error> {
        Ok(sqlx::query_scalar(
            "select count(*) from survey_finding
             where survey = $1 and comparison = $2 and ($3::text is null or rule = $3)
                 and ($4::text is null or severity = $4)
                 and (not $5 or coalesce(fault, point) is not null)",
        )
        .bind(survey)
        .bind(comparison)
        .bind(sought.rule)
        .bind(sought.severity)
        .bind(sought.placed)
        .fetch_one(&self.pool)
        .await?)
    }

    /// Changes of a comparison: of one kind, or all.
    pub async fn changes_seen(
        &self,
        survey: Uuid,
        comparison: i32,
        kind: Option<&str>,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<ChangedOnGround>, Error> {
        Ok(sqlx::query_as(include_str!("../../sql/changes_seen.sql"))
            .bind(survey)
            .bind(comparison)
            .bind(kind)
            .bind(limit)
            .bind(offset)
            .fetch_all(&self.pool)
            .await?)
    }

    /// How many changes of each kind a comparison has.
    pub async fn changes_count(
        &self,
        survey: Uuid,
        comparison: i32,
    ) -> Result<Vec<(String, i64)>, Error> {
        Ok(sqlx::query_as(
            "select kind, count(*) from survey_change where survey = $1 and comparison = $2
             group by kind order by kind",
        )
        .bind(survey)
        .bind(comparison)
        .fetch_all(&self.pool)
        .await?)
    }

    /// What was in force in a box when a survey was compared, and what that brings to it: with some codes, or all; so
    /// many of each.
    pub async fn survey_ground(
        &self,
        survey: &SurveyRow,
        codes: Option<&[String]>,
        around: Rect<f64>,
        (in_force, brought): (i64, i64),
    ) -> Result<Vec<OnGround>, Error> {
        let rows: Vec<(bool, String, Official)> =
            sqlx::query_as(include_str!("../../sql/survey_ground.sql"))
                .bind(survey.id)
                .bind(survey.collection.name())
                .bind(survey.ubigeo.as_str())
                .bind(survey.compared_to.0)
                .bind(codes)
                .bind(around.min().x)
                .bind(around.min().y)
                .bind(around.max().x)
                .bind(around.max().y)
                .bind(in_force)
                .bind(brought)
                .fetch_all(&self.pool)
                .await?;
        Ok(rows
            .into_iter()
            .map(|(brought, code, shape)| OnGround {
                brought,
                code,
                shape: shape.0,
            })
            .collect())
    }

    /// How many features a survey brings, and the box around them.
    pub async fn survey_extent(&self, survey: Uuid) -> Result<(i64, Option<Rect<f64>>), Error> {
        type Edge = Option<f64>;
        let (count, west, south, east, north): (i64, Edge, Edge, Edge, Edge) = sqlx::query_as(
            "select count(*), min(st_xmin(geom)), min(st_ymin(geom)), max(st_xmax(geom)), max(st_ymax(geom))
             from survey_row where survey = $1 and replaced_by is null and removed is not true",
        )
        .bind(survey)
        .fetch_one(&self.pool)
        .await?;
        let extent = west
            .zip(south)
            .zip(east.zip(north))
            .map(|(min, max)| Rect::new(min, max));
        Ok((count, extent))
    }
}
