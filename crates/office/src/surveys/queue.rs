//! Whoever works through the surveys that wait to be examined, and the questions that wait to be answered, and says how
//! far it is.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::people::Actor;
use serde_json::{Value, json};
use store::{
    Deed,
    jobs::{Claimed, Ended, Work},
    people::accounts::By,
    surveys::{Outcome, SurveyRow},
};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::{
    Progress, Survey,
    place::place,
    reference::{doubtful_reference, judge},
};
use crate::{Kind, Office, Problem};

/// Surveys under way on this node, and the bell that says that one waits.
#[derive(Default)]
pub struct Tracks {
    under_way: Mutex<HashMap<Uuid, watch::Sender<Progress>>>,
    bell: Notify,
}

/// How long a job of another node can wait before we look, in seconds.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Between two looks for files that nobody went on sending.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// Seconds before an attempt is repeated; after the last one it is given up.
const WAITS: [f64; 4] = [1.0, 5.0, 30.0, 120.0];

impl Tracks {
    /// Says that a job waits.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// How far a survey is, and how it goes on; nothing where this node is not at it.
    pub(super) fn of(&self, survey: Uuid) -> Option<watch::Receiver<Progress>> {
        let under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        under_way.get(&survey).map(watch::Sender::subscribe)
    }

    fn begin(&self, survey: Uuid, first: Progress) -> watch::Sender<Progress> {
        let sender = watch::Sender::new(first);
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(survey, sender.clone());
        sender
    }

    fn end(&self, survey: Uuid) {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&survey);
    }
}

/// A job that failed is tried again for a while.
fn again(job: &Claimed, problem: Problem) -> Ended {
    tracing::warn!(job = job.job(), attempt = job.attempt, title = %problem.title, "job failed");
    let made = usize::try_from(job.attempt).unwrap_or(1);
    match WAITS.get(made - 1) {
        Some(wait) => Ended::Again(*wait, problem.title),
        None => Ended::GivenUp(problem.title),
    }
}

impl Office {
    /// Works through what waits, one after the other: a survey takes a core and the memory of a layer. Never ends.
    pub async fn work(self) {
        let mut swept: Option<Instant> = None;
        loop {
            if swept.is_none_or(|at| at.elapsed() > SWEEP_EVERY) {
                self.sweep_loads().await;
                swept = Some(Instant::now());
            }
            match self.work_on_next().await {
                Ok(true) => {}
                Ok(false) => {
                    tokio::select! {
                        () = self.tracks.bell.notified() => {}
                        () = tokio::time::sleep(LOOK_EVERY) => {}
                    }
                }
                Err(problem) => {
                    tracing::warn!(title = %problem.title, "job");
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            }
        }
    }

    /// Works on the job that has waited longest. Says whether there was one.
    async fn work_on_next(&self) -> Result<bool, Problem> {
        let Some(mut job) = self.store.claim_job().await? else {
            return Ok(false);
        };
        let (account, ended) = match job.work.clone() {
            Work::Examine(survey) => {
                let row = self.found(survey).await?;
                // Surveys of the operator have no jobs.
                let Some((account, _)) = row.uploaded_by else {
                    return Ok(false);
                };
                job.start(account).await?;
                let ended = match self.examine(&row, &job).await {
                    Ok(()) => Ended::Done,
                    Err(problem) => self.failed(&row, &job, problem).await?,
                };
                (account, ended)
            }
            Work::Answer(account, request) => {
                job.start(account).await?;
                let ended = match self.answer(&mut job, account, &request).await {
                    Ok(()) => Ended::Done,
                    Err(problem) => again(&job, problem),
                };
                (account, ended)
            }
        };
        job.end(account, ended).await?;
        Ok(true)
    }

    /// What becomes of a job that failed for a reason that is not in its file.
    async fn failed(
        &self,
        row: &SurveyRow,
        job: &Claimed,
        problem: Problem,
    ) -> Result<Ended, Problem> {
        let ended = again(job, problem.clone());
        if matches!(ended, Ended::GivenUp(_))
            && let Some(actor) = self.uploader(row).await?
        {
            self.refuse(&actor, row, &problem, None).await?;
        }
        Ok(ended)
    }

    /// Who uploaded it, as far as their account is in use.
    pub(super) async fn uploader(&self, row: &SurveyRow) -> Result<Option<Actor>, Problem> {
        let Some((account, _)) = row.uploaded_by else {
            return Ok(None);
        };
        let account = self.store.account(By::Id(account)).await?;
        Ok(account.as_ref().and_then(crate::people::actor))
    }

    async fn examine(&self, row: &SurveyRow, job: &Claimed) -> Result<(), Problem> {
        if !matches!(row.state.as_str(), "recibido" | "en_proceso") {
            return Ok(());
        }
        let Some(actor) = self.uploader(row).await? else {
            tracing::warn!(survey = %row.id, "the account that uploaded it is out of use");
            return Ok(());
        };
        let mut draft = self.store.draft(&actor).await?;
        draft.process_survey(row.id).await?;
        draft.keep().await?;
        tracing::info!(survey = %row.id, attempt = job.attempt, "examining");
        let done = self.examine_as(&actor, row).await;
        self.tracks.end(row.id);
        match done {
            Err(problem) if !matches!(problem.kind, Kind::Unavailable | Kind::Internal) => {
                self.refuse(&actor, row, &problem, None).await
            }
            other => other,
        }
    }

    async fn examine_as(&self, actor: &Actor, row: &SurveyRow) -> Result<(), Problem> {
        let place = place(&self.store, row.ubigeo).await?;
        let track = self.tracks.begin(row.id, Progress::NONE);
        let mut survey = Survey::begin(self.request(row), move |progress| {
            track.send_replace(progress);
        })?;
        let facts = survey.facts().await?;
        if facts.document_sha256[..] != row.file_sha256[..] {
            return Err(changed_file());
        }
        let judged = judge(&self.store, &survey.request, &facts, &place).await?;
        if let Some(problem) = judged.asks {
            return self
                .refuse(actor, row, &problem, Some(json!(judged.judgement)))
                .await;
        }
        let mut draft = self.store.draft(actor).await?;
        let mut worked = survey
            .work(&mut draft, row.id, row.comparison + 1, facts, &place)
            .await?;
        worked.report.reference = Some(judged.judgement);
        worked.report.version = worked.compared.up_to;
        worked.report.audit = self.store.audit_head().await?.into();
        worked.report.seconds = worked.seconds();
        let state = state_after(worked.report.has_errors());
        let outcome = worked.compared.outcome(state, json!(worked.report));
        let mut act = draft.begin().await?;
        if act.conclude_survey(row.id, &outcome).await? {
            act.commit(&examined(row, state)).await?;
        }
        Ok(())
    }

    /// The file was refused whole; for its reference system, with how well each fits.
    async fn refuse(
        &self,
        actor: &Actor,
        row: &SurveyRow,
        problem: &Problem,
        reference: Option<Value>,
    ) -> Result<(), Problem> {
        let outcome = Outcome {
            state: "observado",
            problem: Some(problem.document()),
            reference,
            comparison: row.comparison + 1,
            ..Outcome::default()
        };
        let mut act = self.store.begin(actor).await?;
        if outcome.reference.is_some() {
            let found = doubtful_reference(problem)?;
            act.put_findings(row.id, outcome.comparison, 0, &[found])
                .await?;
        }
        if act.conclude_survey(row.id, &outcome).await? {
            act.commit(&examined(row, outcome.state)).await?;
        }
        Ok(())
    }
}

/// The state of a survey that was examined.
pub(super) fn state_after(has_errors: bool) -> &'static str {
    if has_errors { "observado" } else { "conforme" }
}

pub(super) fn examined(row: &SurveyRow, state: &str) -> Deed {
    Deed {
        action: "levantamiento.examen",
        ubigeo: Some(row.ubigeo),
        object: format!("levantamiento/{}", row.id),
        content: json!({ "estado": state, "comparacion": row.comparison + 1 }),
    }
}

/// What was received is what is examined, or nothing is.
fn changed_file() -> Problem {
    tracing::error!("the file of a survey is not the one that was received");
    Problem::new(
        Kind::Conflict,
        "El archivo guardado no es el que se recibió.",
        "No se examinó nada. Envíelo otra vez y avise a quien opera el servidor.",
    )
}
