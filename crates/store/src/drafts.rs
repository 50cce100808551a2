//! Plans in draft.

use chrono::{DateTime, Utc};
use domain::{feature::Feature, id::Ubigeo, time::ChangeNumber};
use uuid::Uuid;

use crate::{Act, Error, Store, geometry::Official, land::parse, surveys::SurveyRow};

/// A draft to be loaded.
#[derive(Clone, Debug)]
pub struct NewPlanDraft<'a> {
    /// Its identity.
    pub id: Uuid,
    /// Municipality.
    pub ubigeo: Ubigeo,
    /// What people call it.
    pub name: &'a str,
    /// The file of its norms.
    pub norm: Option<&'a str>,
    /// The survey of its zones.
    pub survey: Option<Uuid>,
    /// Who loads it.
    pub loader: Uuid,
}

/// A draft as it is kept.
#[derive(Clone, Debug)]
pub struct PlanDraftRow {
    /// Its identity.
    pub id: Uuid,
    /// Municipality.
    pub ubigeo: Ubigeo,
    /// What people call it.
    pub name: String,
    /// The file of its norms.
    pub norm: Option<String>,
    /// The survey of its zones.
    pub survey: Option<Uuid>,
    /// `abierto`, `aprobado`, `retirado`.
    pub state: String,
    /// Who loaded it.
    pub loader: Uuid,
    /// Their login.
    pub loader_login: String,
    /// When.
    pub loaded_at: DateTime<Utc>,
    /// Login of who decided, when, why, and the change that put it in force.
    pub decided: Option<(String, DateTime<Utc>, String, Option<i64>)>,
}

type Row = (
    Uuid,
    String,
    String,
    Option<String>,
    Option<Uuid>,
    String,
    Uuid,
    String,
    DateTime<Utc>,
    Option<String>,
    Option<DateTime<Utc>>,
    Option<String>,
    Option<i64>,
);

/// What a layer would be: the codes that a survey closes, and the features that it opens.
pub type Proposed = (Vec<String>, Vec<Feature>);

impl Store {
    /// A draft by its identity, or the last ones of all municipalities.
    pub async fn plan_drafts(
        &self,
        id: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<PlanDraftRow>, Error> {
        sqlx::query_as::<_, Row>(
            "select d.id, d.ubigeo, d.name, d.norm, d.survey, d.state, d.loaded_by, l.login, d.loaded_at,
                    c.login, d.decided_at, d.reason, d.change
             from plan_draft d join account l on l.id = d.loaded_by left join account c on c.id = d.decided_by
             where $1::uuid is null or d.id = $1
             order by d.loaded_at desc, d.id limit $2",
        )
        .bind(id)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(parsed)
        .collect()
    }

    /// What a survey's last comparison would make of its layer.
    pub async fn proposed(&self, survey: &SurveyRow) -> Result<Proposed, Error> {
        let closes = sqlx::query_scalar(
            "select code from survey_change cross join unnest(parents) as code
             where survey = $1 and comparison = $2 and not spoiled",
        )
        .bind(survey.id)
        .bind(survey.comparison)
        .fetch_all(&self.pool)
        .await?;
        let opens: Vec<(Box<str>, String, Official)> = sqlx::query_as(
            "select r.code, r.attributes::text, r.geom
             from survey_change c
             cross join unnest(c.rows) as n
             join survey_row r on r.survey = c.survey and r.row = n
             where c.survey = $1 and c.comparison = $2 and not c.spoiled",
        )
        .bind(survey.id)
        .bind(survey.comparison)
        .fetch_all(&self.pool)
        .await?;
        let opens = opens.into_iter().map(|(code, attributes, shape)| Feature {
            ubigeo: survey.ubigeo,
            code,
            geometry: shape.0,
            attributes: attributes.into_boxed_str(),
            valid_from: survey.received_at.date_naive(),
            change: ChangeNumber::default(),
        });
        Ok((closes, opens.collect()))
    }
}

fn parsed(row: Row) -> Result<PlanDraftRow, Error> {
    let (
        id,
        ubigeo,
        name,
        norm,
        survey,
        state,
        loader,
        loader_login,
        loaded_at,
        by,
        at,
        reason,
        change,
    ) = row;
    Ok(PlanDraftRow {
        id,
        ubigeo: parse(&ubigeo, "ubigeo")?,
        name,
        norm,
        survey,
        state,
        loader,
        loader_login,
        loaded_at,
        decided: match (by, at, reason) {
            (Some(by), Some(at), Some(reason)) => Some((by, at, reason, change)),
            _ => None,
        },
    })
}

impl Act {
    /// Loads a draft.
    pub async fn load_plan_draft(&mut self, new: &NewPlanDraft<'_>) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query(
            "insert into plan_draft (id, ubigeo, name, norm, survey, loaded_by, loaded_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new.id)
        .bind(new.ubigeo.as_str())
        .bind(new.name)
        .bind(new.norm)
        .bind(new.survey)
        .bind(new.loader)
        .bind(at)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }

    /// Decides on a draft. Says whether it was still open.
    pub async fn decide_plan_draft(
        &mut self,
        id: Uuid,
        state: &str,
        by: Uuid,
        reason: &str,
        change: Option<ChangeNumber>,
    ) -> Result<bool, Error> {
        let at = self.recorded_at();
        let done = sqlx::query(
            "update plan_draft set state = $2, decided_by = $3, decided_at = $4, reason = $5, change = $6
             where id = $1 and state = 'abierto'",
        )
        .bind(id)
        .bind(state)
        .bind(by)
        .bind(at)
        .bind(reason)
        .bind(change.map(|change| change.0))
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
