//! Surveys that wait for a second person.

mod block;
mod edits;
mod listed;
mod lists;
mod seen;
mod standing;
mod undecided;
mod work;

use chrono::{DateTime, Utc};
use domain::{collection::Collection, id::Ubigeo, people::Decider, time::ChangeNumber};
use serde_json::Value;
use uuid::Uuid;

pub use block::LotInForce;
pub use edits::{Drafted, EditionRow, FeatureState, OpenEdition, Removal};
pub use listed::{ListedRow, Listing};
pub use lists::{ChangedRow, FoundRow};
pub use seen::{ChangedOnGround, FoundOnGround, OnGround, Sought};
pub use standing::Standing;
pub use undecided::{Claim, Undecided};
pub use work::{Areas, ChangeRow, FindingRow, Outdated, Staged};

use crate::{Act, Draft, Error, Store, land::parse};

/// A survey as it was received.
#[derive(Clone, Debug)]
pub struct NewSurvey<'a> {
    /// Its identity, under which its file lies.
    pub id: Uuid,
    /// The municipality that it is for.
    pub ubigeo: Ubigeo,
    /// The layer that it is for.
    pub collection: &'a Collection,
    /// Who uploaded it; nobody where the operator of the server brings it.
    pub uploaded_by: Option<Uuid>,
    /// The file's name, as the person calls it.
    pub file_name: &'a str,
    /// Its size.
    pub file_bytes: i64,
    /// Its digest.
    pub file_sha256: [u8; 32],
    /// Its reference system, where the person says it.
    pub source_crs: Option<&'a str>,
    /// Its profile, by name.
    pub profile: Option<&'a str>,
    /// The layer in the file, where it has more than one.
    pub file_layer: Option<&'a str>,
    /// `parcial`, or `manzanas` where it is the whole of each block in it.
    pub scope: &'a str,
}

/// A survey as it is kept.
#[derive(Clone, Debug)]
pub struct SurveyRow {
    /// Its identity.
    pub id: Uuid,
    /// The municipality that it is for.
    pub ubigeo: Ubigeo,
    /// The layer that it is for.
    pub collection: Collection,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Who uploaded it, and their login; nobody where the operator of the server brought it.
    pub uploaded_by: Option<(Uuid, String)>,
    /// The file's name, as the person calls it.
    pub file_name: String,
    /// Its digest.
    pub file_sha256: Vec<u8>,
    /// Its reference system, where the person says it.
    pub source_crs: Option<String>,
    /// Its profile, by name.
    pub profile: Option<String>,
    /// The layer in the file, where it has more than one.
    pub file_layer: Option<String>,
    /// `parcial`, or `manzanas` where it is the whole of each block in it.
    pub scope: String,
    /// `recibido`, `en_proceso`, `observado`, `conforme`, `aprobado`, `rechazado`, `publicado`.
    pub state: String,
    /// What was found.
    pub report: Option<Value>,
    /// Why the file was refused whole.
    pub problem: Option<Value>,
    /// How well reference systems fit.
    pub reference: Option<Value>,
    /// The last change of the land that it was compared with.
    pub compared_to: ChangeNumber,
    /// How often it was compared.
    pub comparison: i32,
    /// It is written feature by feature, and has no file.
    pub edition: bool,
    /// Since when its author writes no more in it.
    pub sent_at: Option<DateTime<Utc>>,
    /// The decision, where there is one.
    pub decision: Option<Decided>,
    /// The change that published it.
    pub change: Option<ChangeNumber>,
}

/// A decision as it is kept.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The decider's login.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// `aprobar`, `observar`, `rechazar`.
    pub decision: String,
    /// Why.
    pub reason: String,
    /// Rules whose findings were overridden, each with its reason.
    pub exceptions: Value,
}

/// A decision to be written.
#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    /// The survey.
    pub survey: Uuid,
    /// Who decides.
    pub decider: Decider,
    /// `aprobar`, `observar`, `rechazar`.
    pub decision: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Rules whose findings are overridden, each with its reason.
    pub exceptions: Value,
    /// The state after it.
    pub state: &'a str,
    /// The change that publishes it.
    pub change: Option<ChangeNumber>,
    /// The comparison on which it is decided.
    pub comparison: i32,
}

/// What came of examining a survey, or of comparing it again.
#[derive(Clone, Default, Debug)]
pub struct Outcome {
    /// The state after it.
    pub state: &'static str,
    /// What was found.
    pub report: Option<Value>,
    /// Why the file was refused whole.
    pub problem: Option<Value>,
    /// How well reference systems fit.
    pub reference: Option<Value>,
    /// The last change of the land that it was compared with.
    pub compared_to: ChangeNumber,
    /// The number of the comparison.
    pub comparison: i32,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    ubigeo: String,
    layer: String,
    received_at: DateTime<Utc>,
    uploaded_by: Option<Uuid>,
    uploader: Option<String>,
    file_name: String,
    file_sha256: Vec<u8>,
    file_layer: Option<String>,
    source_crs: Option<String>,
    profile: Option<String>,
    scope: String,
    state: String,
    report: Option<Value>,
    problem: Option<Value>,
    reference: Option<Value>,
    compared_to: Option<i64>,
    comparison: i32,
    edition: bool,
    sent_at: Option<DateTime<Utc>>,
    decider: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    decision: Option<String>,
    reason: Option<String>,
    exceptions: Value,
    change: Option<i64>,
}

impl Store {
    /// One survey.
    pub async fn survey(&self, id: Uuid) -> Result<Option<SurveyRow>, Error> {
        sqlx::query_as::<_, Row>(include_str!("../sql/surveys.sql"))
            .bind(id)
            .bind(None::<&[&str]>)
            .bind(None::<&str>)
            .bind(1_i64)
            .fetch_optional(&self.pool)
            .await?
            .map(parsed)
            .transpose()
    }

    /// The surveys of these municipalities (of all where none is named), or those in one state; the last ones first.
    pub async fn surveys(
        &self,
        places: Option<&[Ubigeo]>,
        state: Option<&str>,
        limit: i64,
    ) -> Result<Vec<SurveyRow>, Error> {
        let places: Option<Vec<&str>> =
            places.map(|places| places.iter().map(Ubigeo::as_str).collect());
        sqlx::query_as::<_, Row>(include_str!("../sql/surveys.sql"))
            .bind(None::<Uuid>)
            .bind(places)
            .bind(state)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(parsed)
            .collect()
    }
}

impl Draft {
    /// Takes a survey in.
    pub async fn receive_survey(&mut self, survey: &NewSurvey<'_>) -> Result<(), Error> {
        sqlx::query(
            "insert into survey (id, ubigeo, layer, received_at, uploaded_by, file_name, file_bytes, file_sha256,
                                 source_crs, profile, file_layer, scope)
             values ($1, $2, $3, clock_timestamp(), $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(survey.id)
        .bind(survey.ubigeo.as_str())
        .bind(survey.collection.name())
        .bind(survey.uploaded_by)
        .bind(survey.file_name)
        .bind(survey.file_bytes)
        .bind(&survey.file_sha256[..])
        .bind(survey.source_crs)
        .bind(survey.profile)
        .bind(survey.file_layer)
        .bind(survey.scope)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Says that somebody works on a survey that was received.
    pub async fn process_survey(&mut self, id: Uuid) -> Result<(), Error> {
        sqlx::query("update survey set state = 'en_proceso' where id = $1 and state = 'recibido'")
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Says that a person confirms how a file is to be read. It is examined again.
    pub async fn confirm_reference(&mut self, id: Uuid, crs: &str) -> Result<bool, Error> {
        let done = sqlx::query(
            "update survey set source_crs = $2, state = 'recibido'
             where id = $1 and state = 'observado' and report is null and reference is not null",
        )
        .bind(id)
        .bind(crs)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Writes what came of a survey that is open. Says whether it did: it may be decided on already, or somebody else
    /// was first.
    pub async fn conclude_survey(&mut self, id: Uuid, outcome: &Outcome) -> Result<bool, Error> {
        let done = sqlx::query(
            "update survey set state = $2, report = $3, problem = $4, reference = $5, compared_to = $6, comparison = $7
             where id = $1 and state in ('recibido', 'en_proceso', 'observado', 'conforme') and comparison = $7 - 1",
        )
        .bind(id)
        .bind(outcome.state)
        .bind(&outcome.report)
        .bind(&outcome.problem)
        .bind(&outcome.reference)
        .bind(outcome.compared_to.0)
        .bind(outcome.comparison)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

impl Act {
    /// Writes a decision on a survey that is open to one. Says whether it did: another may have been first.
    pub async fn decide_survey(&mut self, verdict: &Verdict<'_>) -> Result<bool, Error> {
        let at = self.recorded_at();
        let done = sqlx::query(
            "update survey set decided_by = $2, decided_at = $3, decision = $4, reason = $5, exceptions = $6,
                               state = $7, change = $8
             where id = $1 and state in ('observado', 'conforme') and comparison = $9",
        )
        .bind(verdict.survey)
        .bind(verdict.decider.account())
        .bind(at)
        .bind(verdict.decision)
        .bind(verdict.reason)
        .bind(&verdict.exceptions)
        .bind(verdict.state)
        .bind(verdict.change.map(|change| change.0))
        .bind(verdict.comparison)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

fn parsed(row: Row) -> Result<SurveyRow, Error> {
    let decision = match (row.decider, row.decided_at, row.decision, row.reason) {
        (Some(by), Some(at), Some(decision), Some(reason)) => Some(Decided {
            by,
            at,
            decision,
            reason,
            exceptions: row.exceptions,
        }),
        _ => None,
    };
    Ok(SurveyRow {
        id: row.id,
        ubigeo: parse(&row.ubigeo, "ubigeo")?,
        collection: parse(&row.layer, "layer")?,
        received_at: row.received_at,
        uploaded_by: row.uploaded_by.zip(row.uploader),
        file_name: row.file_name,
        file_sha256: row.file_sha256,
        source_crs: row.source_crs,
        profile: row.profile,
        file_layer: row.file_layer,
        scope: row.scope,
        state: row.state,
        report: row.report,
        problem: row.problem,
        reference: row.reference,
        compared_to: ChangeNumber(row.compared_to.unwrap_or_default()),
        comparison: row.comparison,
        edition: row.edition,
        sent_at: row.sent_at,
        decision,
        change: row.change.map(ChangeNumber),
    })
}
