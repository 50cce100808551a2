//! Surveys that wait for a decision beside each other.

use geo_types::Geometry;
use uuid::Uuid;

use super::SurveyRow;
use crate::{Error, Store, geometry::Official};

/// A survey that waits.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct Undecided {
    /// Its identity.
    pub id: Uuid,
    /// `observado` or `conforme`.
    pub state: String,
    /// The file's name, as the person calls it.
    pub file_name: String,
    /// How often it was compared.
    pub comparison: i32,
}

/// A code that a survey closes, or opens with a shape in EPSG:32718.
pub type Claim = (String, Option<Geometry<f64>>);

impl Store {
    /// Examined surveys of the same layer and municipality that nobody has decided on, the newest first.
    pub async fn undecided_beside(
        &self,
        survey: &SurveyRow,
        limit: i64,
    ) -> Result<Vec<Undecided>, Error> {
        Ok(sqlx::query_as(
            "select id, state, file_name, comparison from survey
             where layer = $1 and ubigeo = $2 and id <> $3 and state in ('observado', 'conforme')
             order by received_at desc, id limit $4",
        )
        .bind(survey.collection.name())
        .bind(survey.ubigeo.as_str())
        .bind(survey.id)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?)
    }

    /// What a comparison of a survey would close and open.
    pub async fn touched(&self, survey: Uuid, comparison: i32) -> Result<Vec<Claim>, Error> {
        let rows: Vec<(String, Option<Official>)> =
            sqlx::query_as(include_str!("../../sql/touched.sql"))
                .bind(survey)
                .bind(comparison)
                .fetch_all(&self.pool)
                .await?;
        Ok(rows
            .into_iter()
            .map(|(code, shape)| (code, shape.map(|shape| shape.0)))
            .collect())
    }
}
