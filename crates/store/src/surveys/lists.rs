//! What was found in a survey and what it changes, as lists give it.

use uuid::Uuid;

use crate::{Error, Store};

/// A finding as a list gives it.
#[derive(sqlx::FromRow, Debug)]
pub struct FoundRow {
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
    /// The fault, or the place, as GeoJSON in CRS84.
    pub shape: Option<String>,
    /// What would mend it, as GeoJSON in CRS84.
    pub repair: Option<String>,
}

/// A change as a list gives it.
#[derive(sqlx::FromRow, Debug)]
pub struct ChangedRow {
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
    /// The ground after it (before it, where nothing comes after), as GeoJSON in CRS84.
    pub shape: Option<String>,
}

impl Store {
    /// A page of the findings of a comparison, after a number.
    pub async fn findings(
        &self,
        survey: Uuid,
        comparison: i32,
        after: i32,
        limit: i64,
    ) -> Result<Vec<FoundRow>, Error> {
        Ok(sqlx::query_as(include_str!("../../sql/findings.sql"))
            .bind(survey)
            .bind(comparison)
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?)
    }

    /// A page of the changes of a comparison, after a number.
    pub async fn changes_of(
        &self,
        survey: Uuid,
        comparison: i32,
        after: i32,
        limit: i64,
    ) -> Result<Vec<ChangedRow>, Error> {
        Ok(sqlx::query_as(include_str!("../../sql/survey_changes.sql"))
            .bind(survey)
            .bind(comparison)
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?)
    }
}
