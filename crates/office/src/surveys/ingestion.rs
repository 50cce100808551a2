//! A file that the operator of the server brings: looked at, or published by one person, which the record says.

use domain::people::Actor;
use serde_json::json;
use store::{Entry, Store};
use uuid::Uuid;

use super::{
    Request, Survey,
    comparison::{Subject, is_stale},
    examination::{Worked, of_operator},
    place::{Place, place},
    publication::{Publication, counts},
    reference::judge,
    report::{Report, State},
};
use crate::Problem;

/// What the operator wishes.
#[derive(Clone, Debug)]
pub enum Wish {
    /// To know what is found and what would change. Nothing is kept.
    Look,
    /// To publish, all or nothing.
    Publish {
        /// What to do with rows that have errors.
        on_errors: OnErrors,
        /// Why, in their own words.
        reason: Option<String>,
    },
}

/// What to do with a file that has rows with errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnErrors {
    /// Refuse the file.
    Refuse,
    /// Leave those rows out.
    Skip,
}

impl Survey {
    /// Examines the file against what is in force and, where that is wished, publishes it in one transaction.
    ///
    /// # Errors
    /// When the file is refused whole. Findings are in the report, also those that keep a file from being published.
    pub async fn ingest(
        mut self,
        store: &Store,
        actor: &Actor,
        wish: Wish,
    ) -> Result<Report, Problem> {
        let place = place(store, self.request.ubigeo).await?;
        let facts = self.facts().await?;
        let judged = judge(store, &self.request, &facts, &place).await?;
        if let Some(problem) = judged.asks {
            return Err(problem);
        }
        let id = Uuid::new_v4();
        let name = self.request.shown_name();
        let mut draft = store.draft(actor).await?;
        draft
            .receive_survey(&of_operator(id, &self.request, &facts, &name))
            .await?;
        let mut worked = self.work(&mut draft, id, 1, facts, &place).await?;
        worked.report.reference = Some(judged.judgement);
        let mut state = State::Examined;
        if let Wish::Publish { on_errors, reason } = wish {
            let refuse = on_errors == OnErrors::Refuse;
            if refuse && worked.report.has_errors() {
                state = State::Refused;
            } else {
                let mut act = draft.begin().await?;
                let Request {
                    collection, ubigeo, ..
                } = &worked.request;
                if is_stale(&mut act, worked.compared.up_to, *ubigeo, collection).await? {
                    worked.again(&mut act, id).await?;
                }
                if refuse && worked.report.has_errors() {
                    state = State::Refused;
                } else {
                    state = State::Published;
                    if !worked.compared.changes_nothing() {
                        let done = worked.publish(act, id, &place, reason).await?;
                        return Ok(finish(worked, state, done.0, done.1.into()));
                    }
                }
            }
        }
        let version = store.last_change().await?;
        let head = store.audit_head().await?;
        Ok(finish(worked, state, version, head.into()))
    }
}

fn finish(
    worked: Worked,
    state: State,
    version: domain::time::ChangeNumber,
    audit: crate::audit::HeadShape,
) -> Report {
    let seconds = worked.seconds();
    let mut report = worked.report;
    report.version = version;
    report.audit = audit;
    report.state = state;
    if state == State::Published {
        report.published = report.accepted;
    }
    report.seconds = seconds;
    report
}

impl Worked {
    /// Compares once more: the land has changed meanwhile.
    async fn again(&mut self, draft: &mut store::Draft, id: Uuid) -> Result<(), Problem> {
        let compared = Subject {
            survey: id,
            comparison: self.compared.comparison + 1,
            collection: &self.request.collection,
            ubigeo: self.request.ubigeo,
            scope: self.request.scope,
            is_edition: false,
        }
        .compare_again(draft, &self.catalogue)
        .await?;
        self.report.compared(&compared, &self.catalogue);
        self.compared = compared;
        Ok(())
    }

    async fn publish(
        &self,
        mut act: store::Act,
        id: Uuid,
        place: &Place,
        reason: Option<String>,
    ) -> Result<(domain::time::ChangeNumber, domain::audit::Head), Problem> {
        act.conclude_survey(id, &self.compared.outcome("publicado", json!(self.report)))
            .await?;
        Publication {
            survey: id,
            comparison: self.compared.comparison,
            collection: &self.request.collection,
            ubigeo: self.request.ubigeo,
            place,
            entry: self.entry(reason),
        }
        .run(&mut act)
        .await?;
        act.publish_of_operator(id).await?;
        Ok(act.publish(counts(&self.report)).await?)
    }

    fn entry(&self, reason: Option<String>) -> Entry {
        let Request {
            collection, ubigeo, ..
        } = &self.request;
        Entry {
            ubigeo: Some(*ubigeo),
            collection: Some(collection.clone()),
            kind: "ingesta",
            reason: reason
                .unwrap_or_else(|| format!("Publicación de {collection} desde un archivo")),
            document: Some(self.request.shown_name()),
            document_sha256: Some(self.facts.document_sha256),
        }
    }
}
