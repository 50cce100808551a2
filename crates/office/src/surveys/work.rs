//! What is found in a survey and what it changes, for its staff; how far it is, and who says how its file is read.

use domain::people::{Action, Actor};
use serde_json::json;
use store::{Deed, jobs::AttemptRow};
use tokio::sync::watch;
use uuid::Uuid;

use super::Progress;
use crate::{
    Kind, Office, Problem,
    people::require,
    problem,
    view::{ChangeShape, FindingShape, Page, SurveyShape, work},
};

/// Features of one page, at most.
pub const PAGE_MAX: usize = 10_000;

impl Office {
    /// A page of what is found in a survey.
    pub async fn findings(
        &self,
        actor: &Actor,
        id: Uuid,
        after: i32,
        limit: usize,
    ) -> Result<Page<FindingShape>, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::ReadSurveys, Some(row.ubigeo))?;
        let limit = limit.clamp(1, PAGE_MAX);
        let rows = self
            .store
            .findings(id, row.comparison, after, i64::try_from(limit).unwrap_or(1))
            .await?;
        let path = format!("/api/levantamientos/{id}/hallazgos");
        Ok(work::findings(rows, limit, &path))
    }

    /// A page of what a survey changes.
    pub async fn changes(
        &self,
        actor: &Actor,
        id: Uuid,
        after: i32,
        limit: usize,
    ) -> Result<Page<ChangeShape>, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::ReadSurveys, Some(row.ubigeo))?;
        let limit = limit.clamp(1, PAGE_MAX);
        let rows = self
            .store
            .changes_of(id, row.comparison, after, i64::try_from(limit).unwrap_or(1))
            .await?;
        let path = format!("/api/levantamientos/{id}/cambios");
        Ok(work::changes(rows, limit, &path))
    }

    /// How often a survey was examined, and why not at once.
    pub async fn attempts(&self, actor: &Actor, id: Uuid) -> Result<Vec<AttemptRow>, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::ReadSurveys, Some(row.ubigeo))?;
        Ok(self.store.attempts(id).await?)
    }

    /// A survey, and how far this node is with it, where it is at it.
    pub async fn follow(
        &self,
        actor: &Actor,
        id: Uuid,
    ) -> Result<(SurveyShape, Option<watch::Receiver<Progress>>), Problem> {
        let row = self.found(id).await?;
        require(actor, Action::ReadSurveys, Some(row.ubigeo))?;
        Ok((SurveyShape::without_report(&row), self.tracks.of(id)))
    }

    /// Who uploaded it says in which reference system it is, after they have seen which ones fit. It is read again.
    pub async fn confirm_reference(
        &self,
        actor: &Actor,
        id: Uuid,
        crs: &str,
    ) -> Result<SurveyShape, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::upload_to(&row.collection), Some(row.ubigeo))?;
        if actor.account().is_none()
            || actor.account() != row.uploaded_by.as_ref().map(|(id, _)| *id)
        {
            return Err(problem::people::not_yours());
        }
        if gis::crs::Crs::parse(crs).is_err() {
            return Err(Problem::new(
                Kind::BadRequest,
                format!("No conozco el sistema de referencia {crs}."),
                "Escríbalo como EPSG:32718 (WGS 84) o EPSG:24878 (PSAD56).",
            ));
        }
        let mut act = self.store.begin(actor).await?;
        if !act.confirm_reference(id, crs).await? {
            return Err(Problem::new(
                Kind::Conflict,
                "El sistema de referencia de este levantamiento no espera confirmación.",
                "Se confirma cuando el archivo se devolvió por su sistema de referencia. Para otro, envíelo otra vez con «crs_origen».",
            ));
        }
        act.ask_for_examination(id).await?;
        act.commit(&Deed {
            action: "levantamiento.sistema",
            ubigeo: Some(row.ubigeo),
            object: format!("levantamiento/{id}"),
            content: json!({ "crs_origen": crs }),
        })
        .await?;
        self.tracks.ring();
        Ok(SurveyShape::of(&self.found(id).await?))
    }
}
