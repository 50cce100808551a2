//! A draft is put in force, or withdrawn: one act.

use std::sync::Arc;

use domain::{
    collection::Collection,
    geometry::{PreparedArea, Scratch, ledger_with},
    people::{Action, Actor, Decider},
    plan::norm::Norm,
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{
    Act, Deed, Entry,
    drafts::PlanDraftRow,
    follows::{FollowRow, Followed},
    norms::NewNorm,
};
use uuid::Uuid;

use super::{
    DraftShape, Worlds, broken, closed,
    impact::{Comparison, Impact},
    read,
};
use crate::{
    Kind, Office, Problem,
    checks::{self, Subject},
    norms,
    people::require,
    problem,
    surveys::{Choice, Decision, Exception, check_reason},
};

/// A decision on a draft, as somebody sends it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftDecision {
    /// `aprobar` or `retirar`.
    pub decision: DraftChoice,
    /// Why.
    pub sustento: String,
    /// Rules of the survey of its zones whose findings are overridden.
    #[serde(default)]
    pub excepciones: Vec<Exception>,
}

/// What can be decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DraftChoice {
    /// It is put in force.
    #[serde(rename = "aprobar")]
    Approve,
    /// It ends here.
    #[serde(rename = "retirar")]
    Withdraw,
}

/// A draft that is put in force within an act.
pub(crate) struct PlanApproval {
    draft: PlanDraftRow,
    decider: Uuid,
    reason: String,
    norm: Option<(Norm, String)>,
    /// The change that the impact was computed on.
    version: i64,
    notices: Vec<(FollowRow, String)>,
}

impl Office {
    /// Decides on a draft.
    pub async fn decide_draft(
        &self,
        actor: &Actor,
        id: Uuid,
        decision: &DraftDecision,
    ) -> Result<DraftShape, Problem> {
        require(actor, Action::DecidePlan, None)?;
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        check_reason(&decision.sustento, "sustento")?;
        let row = self.draft_row(id).await?;
        if row.state != "abierto" {
            return Err(closed(&row.state));
        }
        match decision.decision {
            DraftChoice::Withdraw => {
                let mut act = self.store.begin(actor).await?;
                let reason = decision.sustento.trim();
                let was_open = act
                    .decide_plan_draft(id, "retirado", account, reason, None)
                    .await?;
                if !was_open {
                    return Err(closed("decidido"));
                }
                act.commit(&deed(&row, "retirar", reason)).await?;
            }
            DraftChoice::Approve => {
                let decider = Decider::new(actor, row.loader).map_err(|_| {
                    problem::people::same_person(&row.loader_login, Action::DecidePlan, row.ubigeo)
                })?;
                self.approve_draft(actor, row, decider, decision).await?;
            }
        }
        self.draft(id).await
    }

    async fn approve_draft(
        &self,
        actor: &Actor,
        row: PlanDraftRow,
        decider: Decider,
        decision: &DraftDecision,
    ) -> Result<(), Problem> {
        let worlds = self.worlds(&row).await?;
        let mut reading = self.store.draft(actor).await?;
        let follows = reading.follows_in(row.ubigeo).await?;
        drop(reading);
        let certificates = Arc::clone(&self.feed.snapshot().certificates);
        let name = row.name.clone();
        let version = worlds.before.version;
        let turn = checks::turn().await?;
        let notices = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let impact = Impact::of(&Comparison {
                before: &worlds.before,
                after: &worlds.after,
                proposal: None,
                protected: &certificates.protected,
            });
            notices(&worlds, &impact, follows, &name)
        })
        .await
        .map_err(|error| broken(&error))?;
        let survey = row.survey;
        let norm = match &row.norm {
            Some(text) => Some((read(text)?, text.clone())),
            None => None,
        };
        let approval = PlanApproval {
            decider: decider.account(),
            reason: decision.sustento.trim().to_owned(),
            norm,
            version,
            notices,
            draft: row,
        };
        if let Some(survey) = survey {
            let decision = Decision {
                decision: Choice::Aprobar,
                reason: decision.sustento.clone(),
                exceptions: decision.excepciones.clone(),
                comparison: None,
            };
            self.decide_with(actor, survey, &decision, Some(&approval))
                .await?;
            return Ok(());
        }
        let mut act = self.store.begin(actor).await?;
        act.open(&approval.entry()).await?;
        approval.write(&mut act).await?;
        let (version, _) = act.publish(json!({"borrador": approval.draft.id})).await?;
        self.feed.wait_for(version).await;
        Ok(())
    }
}

impl PlanApproval {
    fn entry(&self) -> Entry {
        Entry {
            ubigeo: Some(self.draft.ubigeo),
            collection: None,
            kind: norms::KIND,
            reason: self.reason.clone(),
            document: Some(format!("borrador/{}", self.draft.id)),
            document_sha256: self.digest(),
        }
    }

    fn digest(&self) -> Option<[u8; 32]> {
        let (_, text) = self.norm.as_ref()?;
        Some(Sha256::digest(text).into())
    }

    /// Writes its norms, its decision and what those who follow a place are told, into an act that is open.
    pub(crate) async fn write(&self, act: &mut Act) -> Result<(), Problem> {
        // What people are told is what they saw before: nothing else was published meanwhile.
        if act.number().0 - 1 != self.version {
            return Err(Problem::new(
                Kind::Conflict,
                "Desde que se calculó el impacto cambió lo que está en vigor.",
                "No se publicó nada. Vea otra vez el impacto del borrador y decida de nuevo.",
            ));
        }
        if let (Some((norm, text)), Some(sha256)) = (&self.norm, self.digest()) {
            act.publish_norm(&NewNorm {
                ubigeo: self.draft.ubigeo,
                instrument: &norm.instrument.code,
                valid_from: norm.instrument.valid_from,
                valid_to: norm.instrument.valid_to,
                sha256,
                content: text,
            })
            .await?;
        }
        let change = act.number();
        let was_open = act
            .decide_plan_draft(
                self.draft.id,
                "aprobado",
                self.decider,
                &self.reason,
                Some(change),
            )
            .await?;
        if !was_open {
            return Err(closed("decidido"));
        }
        let told: Vec<(&FollowRow, String)> = self
            .notices
            .iter()
            .map(|(follow, content)| (follow, content.clone()))
            .collect();
        act.tell(&told).await?;
        act.record(&deed(&self.draft, "aprobar", &self.reason))
            .await?;
        Ok(())
    }
}

/// What those are told who follow a place on which something changes.
fn notices(
    worlds: &Worlds,
    impact: &Impact,
    follows: Vec<FollowRow>,
    plan: &str,
) -> Vec<(FollowRow, String)> {
    let Some(parcels) = worlds.before.land.layer(&Collection::Parcels) else {
        return Vec::new();
    };
    let told = follows.into_iter().filter_map(|follow| {
        let places: Vec<usize> = match &follow.place {
            Followed::Parcel(code) => parcels.place_of(code).into_iter().collect(),
            Followed::Area(area) => {
                let mut near: Vec<usize> = domain::geometry::bounds(area)
                    .map(|bounds| parcels.near(bounds).collect())
                    .unwrap_or_default();
                near.sort_unstable();
                let area = PreparedArea::new(area);
                let mut scratch = Scratch::default();
                near.retain(|place| {
                    let shape = Subject::Parcel(&parcels.features()[*place]).shape();
                    shape.is_some_and(|shape| {
                        ledger_with(&mut scratch, shape, &[&area]).covered_m2 > 0.0
                    })
                });
                near
            }
        };
        let rows: Vec<_> = places
            .into_iter()
            .filter_map(|place| impact.row(place))
            .collect();
        if rows.is_empty() {
            return None;
        }
        let content = json!({"plan": plan, "cambian": rows.len(), "predios": rows.iter().take(TOLD_MAX).collect::<Vec<_>>()});
        Some((follow, content.to_string()))
    });
    told.collect()
}

/// Parcels named in one notice; the rest is counted.
const TOLD_MAX: usize = 50;

fn deed(row: &PlanDraftRow, decision: &str, reason: &str) -> Deed {
    Deed {
        action: "plan.decision",
        ubigeo: Some(row.ubigeo),
        object: format!("borrador/{}", row.id),
        content: json!({"decision": decision, "sustento": reason}),
    }
}
